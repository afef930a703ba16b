import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { socketOf } from './daemon.ts'

/**
 * Runs this program again in its own network, mount and process namespaces, where a Docker Engine can be started,
 * killed and restarted.
 *
 * Guarantees: bridges, addresses, packet filter rules, mounts and processes end with the namespaces, whatever ends them;
 *   the folder and the control groups are removed after that. Assumptions: root, unshare(1), setpriv(1), dockerd.
 */
export const WORLD = 'BOTTLED_CHAOS_WORLD'
/** Holds what must be kept: the folder of the private world is removed. */
export const KEEP = 'BOTTLED_CHAOS_KEEP'

/** Ends with us, even if we are killed. */
const UNSHARE = [
  '--pdeathsig',
  'KILL',
  'unshare',
  '--net',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
]

/** Why no private world is possible here; undefined if it is. */
export const privateWorldMissing = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'a private dockerd needs root'
  try {
    execFileSync('dockerd', ['--version'], { stdio: 'ignore', timeout: 10_000 })
  } catch {
    return 'dockerd is not installed'
  }
  try {
    execFileSync('setpriv', [...UNSHARE, 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore', timeout: 10_000 })
  } catch {
    return 'new namespaces are not permitted here'
  }
  return undefined
}

/** Returns the exit code. */
export const inPrivateWorld = async (argv: readonly string[]): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-world-'))
  mkdirSync(join(folder, 'tmp'))
  // A shell runs first, to reap the orphans.
  const script = 'ip link set lo up && "$@"; exit $?'
  const child = spawn('setpriv', [...UNSHARE, 'sh', '-c', script, 'sh', process.execPath, ...argv], {
    stdio: 'inherit',
    env: {
      ...process.env,
      [WORLD]: folder,
      [KEEP]: tmpdir(),
      TMPDIR: join(folder, 'tmp'),
      DOCKER_HOST: `unix://${socketOf(folder)}`,
    },
  })
  const end = (): void => void child.kill('SIGKILL')
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit) => resolve(exit ?? 143))
  })
  await removeGroups(cgroupOf(folder))
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  return code
}

export const cgroupOf = (folder: string): string => `/${basename(folder)}`

const GROUPS = '/sys/fs/cgroup'
const EMPTY_MS = 10_000

/** Removes the control groups of a killed daemon's containers, once their last process has ended. */
const removeGroups = async (name: string): Promise<void> => {
  for (const end = performance.now() + EMPTY_MS; performance.now() < end; await sleep(200)) {
    const left = ['.', ...list(GROUPS)].map((each) => join(GROUPS, each, name)).filter((group) => existsSync(group))
    if (left.length === 0) return
    for (const group of left) remove(group)
  }
}

const remove = (group: string): void => {
  for (const name of list(group)) remove(join(group, name))
  try {
    rmdirSync(group)
  } catch {
    // It doesn't exist, or is a file.
  }
}

const list = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  } catch {
    return []
  }
}
