import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import { runCommand } from '../calls/subprocess.ts'
import { createSlots } from '../calls/slots.ts'
import { cacheFolderOf, dataFolderOf } from './folders.ts'
import { createTurns } from '../calls/turns.ts'
import { beside as anyBeside, type Beside } from '../reading/beside.ts'
import type { Ended } from '../calls/subprocess.ts'
import { SOURCE_LIMITS } from '../reading/limits.ts'

/**
 * One smolvm call at a time per machine, few at once overall, each with its own environment.
 *
 * Guarantees: only the places of smolvm and its data are inherited. `SMOLVM_EGRESS_FLOOR` is pinned, as `strict` or a
 *   publish address would block the bundle; image seeds are off, as their helper VMs outlive a killed start
 *   (smolvm-1.32 §1.5, §1.13). Caveats: the environment of `start` stays readable in the VMM: no secret is in it.
 */
export interface SmolvmOptions {
  /** A name on PATH, or a path. */
  readonly path: string
  /** Source of the calls' own environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Calls at once. */
  readonly concurrency?: number
  readonly asRoot?: boolean
  readonly beside?: Beside
  readonly deadlines?: Partial<Deadlines>
}

export interface Deadlines {
  readonly callMs: number
  /** A list costs 3 s per hung VM. */
  readonly listMs: number
  /** Hashing and staging of an archive. */
  readonly createMs: number
  /** 30 s without boot progress, the unpacking of an image, the workload's start; emulation is slow. */
  readonly startMs: number
  /** The guest's own stop time-out, and 10 s. */
  readonly stopMs: number
  /** Also of a copy that moves. */
  readonly copyMs: number
  /** Of a copy in which nothing moves. */
  readonly stallMs: number
}

export interface CallOptions {
  readonly deadlineMs?: number
  readonly stdin?: Readable
  /** Doesn't wait for a slot: calls that only look, or end something, must not wait for others' boots. */
  readonly atOnce?: boolean
}

export interface Caller {
  call(args: readonly string[], options?: CallOptions, signal?: AbortSignal): Promise<Ended>
  /** Runs work that excludes other work on the same machine. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  readonly dataFolder: string
  readonly cacheFolder: string
  readonly deadlines: Deadlines
  readonly beside: Beside
}

const LOCKED_TRIES = 6
/** A boot that takes longer keeps the next one waiting no more. */
const PATIENCE_MS = 15_000

const LOCATING = [
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

const DEADLINES: Deadlines = {
  callMs: 30_000,
  listMs: 30_000,
  createMs: 120_000,
  startMs: 180_000,
  stopMs: 60_000,
  copyMs: SOURCE_LIMITS.copyMs,
  stallMs: SOURCE_LIMITS.stallMs,
}

export const createCaller = (options: SmolvmOptions): Caller => {
  const { env, concurrency = 8, asRoot = process.getuid?.() === 0, beside = anyBeside } = options
  const deadlines = { ...DEADLINES, ...options.deadlines }
  // Calls run in `/`.
  const path = options.path.includes('/') ? resolve(options.path) : options.path
  const own: Readonly<Record<string, string>> = {
    ...Object.fromEntries(LOCATING.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]]]))),
    SMOLVM_EGRESS_FLOOR: 'metadata',
    SMOLVM_IMAGE_SEEDS: '0',
    NO_COLOR: '1',
    RUST_LOG: 'error',
  }
  // As root each VM gets its own uid, which must be able to read its archive.
  const umask = asRoot ? 0o022 : 0o077
  const slot = createSlots({ most: concurrency, patienceMs: PATIENCE_MS })

  return {
    path,
    env: own,
    deadlines,
    beside,
    dataFolder: dataFolderOf(env),
    cacheFolder: cacheFolderOf(env),
    call: (args, { deadlineMs = deadlines.callMs, stdin, atOnce = false } = {}, signal) => {
      const command = { file: path, args, env: own, deadlineMs, umask, ...(stdin === undefined ? {} : { stdin }) }
      // A stream can't be read twice.
      const tries = stdin === undefined ? LOCKED_TRIES : 1
      const run = (): Promise<Ended> => whileLocked(tries, () => runCommand(command, signal))
      return atOnce ? run() : slot(run)
    },
    alone: createTurns().take,
  }
}

/**
 * smolvm's database may be locked for a moment by another call, most often while it is created: such a call did nothing
 * (smolvm-recorded §1.3; seen in 1.32.2 with eight first calls at once).
 */
const whileLocked = async (tries: number, run: () => Promise<Ended>): Promise<Ended> => {
  for (let left = tries; ; left -= 1) {
    const ended = await run()
    if (left <= 1 || ended.exitCode === 0 || !ended.stderr.includes('database is locked')) return ended
    await sleep(20 + Math.random() * 60 * (tries - left + 1))
  }
}
