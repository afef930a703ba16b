import { lstat, realpath } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { FSWatcher } from 'chokidar'
import { foldersOnly } from './folders-only.ts'
import { createWatchLimits, type WatchLimit } from './watch-limit.ts'
import { isCandidateFolder, isCandidateName } from './candidate-name.ts'
import type { Clock, Timer } from '../time/clock.ts'

/**
 * Hints early that files may have changed. It is about latency only: the sweep finds the truth.
 *
 * Flow: chokidar watches each folder and no file (a file costs a handle and a scan, and its events come later than the
 *   folder's); a folder's raw events name the file.
 * Guarantees: when the root is replaced or the watch breaks it starts again, with a hint that anything may have changed.
 *   Where the kernel allows no more watches, those that there are stay. A link that is turned counts as a change of all.
 * Caveats: events can be lost without an error (the kernel's queue overflows).
 */
export interface Watch {
  /** Begins anew if the root isn't the folder it was. */
  check(): Promise<void>
  close(): Promise<void>
}

const RETRY_MS = 1_000
const SETTLE_MS = 150

export const createWatch = async (options: {
  readonly root: string
  readonly clock: Pick<Clock, 'setTimer' | 'monotonicMs'>
  readonly onHint: (path: string | undefined) => void
  /** Something happened to the root itself: it was removed or moved. */
  readonly onRoot?: () => void
  /** The kernel allows no more watches: some folders have none. Undefined once all have one again. */
  readonly onLimit?: (limit: WatchLimit | undefined) => void
}): Promise<Watch> => {
  const { root, clock, onHint, onRoot, onLimit } = options
  const FoldersOnly = foldersOnly((await import('chokidar')).FSWatcher)
  let watcher: FSWatcher | undefined
  let inode: string | undefined
  let timer: Timer | undefined
  let closed = false
  let arming: Promise<void> = Promise.resolve()
  const limits = createWatchLimits(clock)

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
    let isReady = false
    limits.clear()
    const made = new FoldersOnly({
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path, stats) => path !== real && (!isCandidateFolder(basename(path)) || stats?.isDirectory() === false),
    })
    watcher = made
    made.add(real)
    made.on('raw', (event, name, details) => {
      if (isAbout(real, name, details)) {
        onRoot?.()
        void again()
        return
      }
      const hint = hintOf(real, name, details)
      if (hint !== undefined) onHint(hint)
      else if (event === 'rename') void turned(real, name, details).then((is) => is && onHint(undefined))
    })
    made.on('unlinkDir', (path) => (path === real ? void again() : onHint(undefined)))
    made.on('addDir', () => {
      onHint(undefined)
      // Files that were created before the new folder was watched.
      clock.setTimer(SETTLE_MS, () => onHint(undefined))
    })
    made.on('error', (error) => {
      if (limits.note(error)) {
        if (isReady) onLimit?.(limits.current())
        return
      }
      timer?.cancel()
      timer = clock.setTimer(RETRY_MS, () => void again())
    })
    await new Promise<void>((resolve) => made.once('ready', resolve))
    isReady = true
    onLimit?.(limits.current())
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
      if (closed) return
      const isOther = (await inodeOf(await realpath(root).catch(() => undefined))) !== inode
      if (isOther || limits.isLifted()) await again()
    },
    close: async () => {
      closed = true
      timer?.cancel()
      await arming
      await watcher?.close()
    },
  }
}

/** The kernel reports a folder's own removal under its name. An entry of the same name looks alike: one hint too many. */
const isAbout = (root: string, name: unknown, details: unknown): boolean =>
  name === basename(root) && watchedPathOf(details) === root

const watchedPathOf = (details: unknown): string | undefined =>
  typeof details === 'object' && details !== null && 'watchedPath' in details ? String(details.watchedPath) : undefined

/** A path relative to the root, if an event of a watched folder names a file that counts. */
const hintOf = (root: string, name: unknown, details: unknown): string | undefined => {
  if (typeof name !== 'string' || !isCandidateName(name)) return undefined
  return relative(root, join(watchedPathOf(details) ?? root, name))
    .split(sep)
    .join('/')
}

/** A link that others may lead through was made or turned, as `..data` of a ConfigMap is: the files behind it are others. */
const turned = (root: string, name: unknown, details: unknown): Promise<boolean> =>
  typeof name === 'string'
    ? lstat(join(watchedPathOf(details) ?? root, name)).then(
        (stat) => stat.isSymbolicLink(),
        () => false,
      )
    : Promise.resolve(false)

const inodeOf = async (path: string | undefined): Promise<string | undefined> => {
  const stat = path === undefined ? undefined : await lstat(path, { bigint: true }).catch(() => undefined)
  return stat?.isDirectory() === true ? `${stat.dev}:${stat.ino}` : undefined
}
