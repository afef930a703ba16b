import { createTurns } from '../../drivers/calls/turns.ts'
import type { Clock } from '../time/clock.ts'
import { messageOf } from '../../drivers/message.ts'
import type { Folder, Read } from '../folder/folder.ts'
import { parseFile } from '../document/parse.ts'
import type { ParsedFiles } from '../parsed/parsed-files.ts'
import type { Swept } from '../folder/sweep.ts'
import type { Store } from './store.ts'

/**
 * Keeps the store up to date with the folder.
 *
 * Flow: hinted files are read at once; a sweep compares stamps and reads the files that differ. Content is compared by hash,
 *   so our own writes change nothing. Of many files, new bottles are handed on while others are still being read.
 * Guarantees: a sweep that fails changes nothing (unknown is not empty); hints and sweeps never overlap; a text that is
 *   just being written in place isn't taken for a whole one, not even where hints are lost.
 */
export interface Feed {
  /** False if the folder couldn't be listed, or not be read to its end. */
  sweep(): Promise<boolean>
  /** Reads these files once more, after those that are being read. */
  reread(paths: readonly string[]): Promise<void>
  hint(path: string | undefined): void
  /** No file is being read or waits to be read. */
  idle(): boolean
}

/** A folder of which an earlier run has parsed files. */
export interface WithParsed {
  readonly parsed?: Pick<ParsedFiles, 'parse' | 'swept'>
}

/** Editors write in several steps: a hint waits this long for the next, and a file must be this old to be taken as whole. */
const SETTLE_MS = 10
/** A file that is written without a pause is taken as it is after this long. */
const LONGEST_SETTLE_MS = 100
/** Files parsed between two turns of the event loop, so that no hint is lost to a full queue. */
const SLICE = 32

export const createFeed = (options: {
  readonly folder: Pick<Folder, 'sweep' | 'read' | 'accept'> & WithParsed
  readonly store: Store
  readonly clock: Clock
  /** Called with the names whose documents changed. */
  readonly onNames: (names: ReadonlySet<string>) => Promise<void>
  readonly onProblem: (why: string | undefined) => void
  /** True while no bottle is known: then another folder in the root's place costs nothing, as when it is mounted late. */
  readonly isEmpty: () => boolean
  /** It has a record. */
  readonly isKnown: (name: string) => boolean
  /** Then what isn't read yet stays unread: a folder may hold thousands of files that take seconds each. */
  readonly stopping: AbortSignal
}): Feed => {
  const { folder, store, clock, onNames, onProblem, isEmpty, isKnown, stopping } = options
  const stamps = new Map<string, string>()
  let hinted = new Set<string>()
  let sweepWanted = false
  let timer: { cancel(): void } | undefined
  const turns = createTurns()
  const serial = <T>(work: () => Promise<T>): Promise<T> => turns.take('', work)

  const readSettled = async (path: string): Promise<Read> => {
    for (let waitedMs = 0; ;) {
      const content = await folder.read(path)
      if (content.kind !== 'text' || content.sha256 === store.sha256(path)) return content
      const ageMs = clock.now() - content.changedAt
      // A time in the future comes from another clock and says nothing.
      if (ageMs < 0 || ageMs >= SETTLE_MS || waitedMs >= LONGEST_SETTLE_MS) return content
      await clock.sleep(SETTLE_MS - ageMs)
      waitedMs += SETTLE_MS - ageMs
    }
  }

  const take = async (path: string): Promise<ReadonlySet<string>> => {
    const content = await readSettled(path)
    if (content.kind === 'gone') return store.drop(path)
    // The sweep says so for the whole folder; what the store knows stays as it is.
    if (content.kind === 'unknown') return new Set()
    if (content.kind === 'refused')
      return content.mayHold === 'none' ? store.drop(path) : store.putUnreadable(path, content)
    if (content.sha256 === store.sha256(path)) return new Set()
    const { text, sha256 } = content
    const parsed =
      folder.parsed === undefined ? parseFile({ path, text }) : await folder.parsed.parse({ path, text, sha256 })
    return store.put(path, { text, sha256, parsed })
  }

  /** Names of the first in a long row that need not wait for the others: a file that is edited meanwhile, a new bottle. */
  const takeFirst = async (names: Set<string>): Promise<void> => {
    const edited = [...hinted].filter((path) => store.sha256(path) !== undefined)
    for (const path of edited) hinted.delete(path)
    const first = new Set<string>()
    for (const path of edited) for (const name of await take(path)) first.add(name)
    // A known one may only have moved, to a file that is read later.
    for (const name of names) if (!isKnown(name) && store.documents(name).length > 0) first.add(name)
    for (const name of first) names.delete(name)
    if (first.size > 0) await onNames(first)
  }

  /** False: it was told to stop before the last of them. */
  const takeAll = async (paths: readonly string[]): Promise<boolean> => {
    const names = new Set<string>()
    // In order of path: of two new files with one name, the first has it.
    for (const [index, path] of paths.toSorted().entries()) {
      if (stopping.aborted) return false
      for (const name of await take(path)) names.add(name)
      if (index % SLICE !== SLICE - 1) continue
      await clock.sleep(0)
      await takeFirst(names)
    }
    if (names.size > 0) await onNames(names)
    return true
  }

  const sweepNow = async (): Promise<boolean> => {
    let listing = await folder.sweep()
    if (!listing.ok && listing.replaced === true && isEmpty()) {
      await folder.accept()
      listing = await folder.sweep()
    }
    onProblem(problemOf(listing))
    if (!listing.ok) return false
    store.putUnreadableFolders(listing.unreadable)
    const isGone = (path: string): boolean =>
      !listing.files.has(path) && !listing.unreadable.some((folder) => path.startsWith(folder.path))
    const changed = [...listing.files].filter(([path, stamp]) => stamps.get(path) !== stamp).map(([path]) => path)
    const vanished = [...store.paths()].filter(isGone)
    for (const path of stamps.keys()) if (isGone(path)) stamps.delete(path)
    if (!(await takeAll([...changed, ...vanished]))) return false
    for (const path of changed) stamps.set(path, listing.files.get(path) ?? '')
    folder.parsed?.swept(store.parsed)
    return true
  }

  const drain = (): void => {
    timer = undefined
    const paths = [...hinted]
    const full = sweepWanted
    hinted = new Set()
    sweepWanted = false
    void serial(async () => {
      if (full) await sweepNow()
      else await takeAll(paths)
    }).catch((error: unknown) => onProblem(messageOf(error)))
  }

  return {
    sweep: () => serial(sweepNow),
    reread: (paths) => serial(async () => void (await takeAll(paths))),
    hint: (path) => {
      if (path === undefined) sweepWanted = true
      else hinted.add(path)
      timer ??= clock.setTimer(SETTLE_MS, drain)
    },
    idle: () => timer === undefined && turns.last('') === undefined,
  }
}

/** In words, with what follows from it. */
const problemOf = (swept: Swept): string | undefined => {
  if (!swept.ok) return `${swept.why}; nothing is deleted, and nothing is written there`
  if (swept.unreadable.length === 0) return undefined
  const folders = swept.unreadable.map(({ path, why }) => `${path}: ${why}`).join('; ')
  return `cannot read ${folders}; nothing that was last seen there is deleted`
}
