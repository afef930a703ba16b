import { lstat, realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import type { FSWatcher } from 'chokidar'
import { isCandidateFolder, isCandidateName } from './candidate.ts'
import type { Clock, Timer } from './clock.ts'

/**
 * Tells early that files may have changed. Latency only: the sweep tells the truth.
 *
 * Guarantees: when the root is replaced or the watch breaks it begins anew, with a hint that anything may have changed.
 * Caveats: events get lost without a word (the kernel's queue overflows).
 */
export interface Watch {
  /** Begins anew if the root isn't the folder it was. */
  check(): Promise<void>
  close(): Promise<void>
}

const RETRY_MS = 1_000

export const createWatch = async (options: {
  readonly root: string
  readonly clock: Pick<Clock, 'setTimer'>
  readonly onHint: (path: string | undefined) => void
}): Promise<Watch> => {
  const { root, clock, onHint } = options
  const { watch } = await import('chokidar')
  let watcher: FSWatcher | undefined
  let inode: string | undefined
  let timer: Timer | undefined
  let closed = false
  let arming: Promise<void> = Promise.resolve()

  const arm = async (): Promise<void> => {
    timer?.cancel()
    await watcher?.close()
    watcher = undefined
    const real = await realpath(root).catch(() => undefined)
    inode = await inodeOf(real)
    if (closed) return
    if (real === undefined || inode === undefined) {
      timer = clock.setTimer(RETRY_MS, () => void again())
      return
    }
    const made = watch(real, { ignoreInitial: true, followSymlinks: false, atomic: false, ignored: (path, stats) => isIgnored(real, path, stats?.isDirectory()) })
    watcher = made
    made.on('all', (event, path) => {
      if (event === 'unlinkDir' && path === real) void again()
      else if (event === 'addDir' || event === 'unlinkDir') onHint(undefined)
      else onHint(pathOf(real, path))
    })
    made.on('error', () => {
      timer?.cancel()
      timer = clock.setTimer(RETRY_MS, () => void again())
    })
    await new Promise<void>((resolve) => made.once('ready', resolve))
  }

  /** One at a time; the hint comes once it watches again. */
  const again = (): Promise<void> => {
    arming = arming.then(async () => {
      if (closed) return
      await arm()
      onHint(undefined)
    })
    return arming
  }

  await arm()
  return {
    check: async () => {
      await arming
      if (!closed && (await inodeOf(await realpath(root).catch(() => undefined))) !== inode) await again()
    },
    close: async () => {
      closed = true
      timer?.cancel()
      await arming
      await watcher?.close()
    },
  }
}

const isIgnored = (root: string, path: string, isFolder: boolean | undefined): boolean => {
  const parts = pathOf(root, path).split('/')
  const name = parts.pop() ?? ''
  if (name === '') return false
  if (!parts.every(isCandidateFolder)) return true
  if (isFolder === undefined) return !isCandidateFolder(name)
  return isFolder ? !isCandidateFolder(name) : !isCandidateName(name)
}

const pathOf = (root: string, path: string): string => relative(root, path).split(sep).join('/')

const inodeOf = async (path: string | undefined): Promise<string | undefined> => {
  const stat = path === undefined ? undefined : await lstat(path, { bigint: true }).catch(() => undefined)
  return stat?.isDirectory() === true ? `${stat.dev}:${stat.ino}` : undefined
}
