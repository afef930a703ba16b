import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { runCommand } from './subprocess.ts'
import type { Ended } from './subprocess.ts'

/**
 * One smolvm call at a time per machine, few boots at once overall, each with an environment of its own.
 *
 * Guarantees: nothing is inherited but where smolvm and its data are. `SMOLVM_EGRESS_FLOOR` is pinned, as `strict` or a
 *   publish address would close the bundle; image seeds are off, as their helper VMs outlive a killed start
 *   (smolvm-1.32 §1.5, §1.13). Caveats: the environment of `start` stays readable in the VMM: no secret is in it.
 */
export interface SmolvmOptions {
  readonly path: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Calls at once. */
  readonly concurrency?: number
}

export interface CallOptions {
  readonly deadlineMs?: number
  readonly stdin?: Readable
  /** Doesn't wait for its turn: what only looks, or ends something, must not wait for others' boots. */
  readonly atOnce?: boolean
}

export interface Caller {
  call(args: readonly string[], options?: CallOptions, signal?: AbortSignal): Promise<Ended>
  /** Runs work that nobody else may do to the same machine meanwhile. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>
  readonly env: Readonly<Record<string, string>>
  readonly dataFolder: string
  readonly cacheFolder: string
}

const PASSED = [
  'PATH',
  'HOME',
  'XDG_DATA_HOME',
  'XDG_CACHE_HOME',
  'SMOLVM_DATA_DIR',
  'SMOLVM_LIB_DIR',
  'SMOLVM_AGENT_ROOTFS',
  'SMOLVM_AGENT_ROOTFS_TAR',
  'LD_LIBRARY_PATH',
] as const
const DEADLINE_MS = 30_000

export const createCaller = ({ path, env, concurrency = 8 }: SmolvmOptions): Caller => {
  const own: Readonly<Record<string, string>> = {
    ...Object.fromEntries(PASSED.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]]]))),
    SMOLVM_EGRESS_FLOOR: 'metadata',
    SMOLVM_IMAGE_SEEDS: '0',
    NO_COLOR: '1',
    RUST_LOG: 'error',
  }
  // As root each VM gets a uid of its own, which must be able to read its archive.
  const umask = process.getuid?.() === 0 ? 0o022 : 0o077
  const tails = new Map<string, Promise<unknown>>()
  const waiting: (() => void)[] = []
  let running = 0

  const slot = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }

  return {
    env: own,
    dataFolder: folderOf(env, env['XDG_DATA_HOME'], ['.local', 'share']),
    cacheFolder: folderOf(env, env['XDG_CACHE_HOME'], ['.cache']),
    call: (args, { deadlineMs = DEADLINE_MS, stdin } = {}, signal) =>
      slot(() =>
        runCommand(
          { file: path, args, env: own, deadlineMs, umask, ...(stdin === undefined ? {} : { stdin }) },
          signal,
        ),
      ),
    alone: (name, work) => {
      const run = (tails.get(name) ?? Promise.resolve()).then(work, work)
      const tail = run
        .catch(() => undefined)
        .then(() => {
          if (tails.get(name) === tail) tails.delete(name)
        })
      tails.set(name, tail)
      return run
    },
  }
}

/** `SMOLVM_DATA_DIR` beats HOME and XDG, of which a relative one is ignored (smolvm-1.32 §9). */
const folderOf = ({ SMOLVM_DATA_DIR: state, HOME: home }: SmolvmOptions['env'], xdg: string | undefined, inHome: readonly string[]): string => {
  if (state !== undefined && state !== '') return join(state, ...inHome, 'smolvm')
  return join(xdg?.startsWith('/') === true ? xdg : join(home ?? homedir(), ...inHome), 'smolvm')
}
