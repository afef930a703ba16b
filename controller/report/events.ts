import { join } from 'node:path'
import type { Disk } from '../../drivers/disk/disk.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { Clock } from '../time/clock.ts'
import { type BottleEvent, type Happening, keyOf, lineOf, nextEvent, parseEvents } from './event-log.ts'
import { createSpamFilter } from './spam-filter.ts'

export type { BottleEvent } from './event-log.ts'

/**
 * Events for people: `<state>/events.jsonl` for all, `<state>/bottles/<identity>/events.jsonl` for one bottle.
 *
 * Flow: `record` filters and queues; one flush at a time counts and appends in order; a file of twice its bound is rewritten
 *   with the newest events. Guarantees: never throws or waits for the disk; a repetition within 10 min is counted; an object
 *   can't flood the log (50 at once, then one per 5 min); a removed bottle's folder is never created again.
 * Assumptions: the only writer; messages hold no secrets. Caveats: a crash can lose or tear the last lines; readers skip
 *   torn ones.
 */
export interface Events {
  /** `budget`: what it is counted with against a flood, in place of its object. */
  record(event: Happening & { readonly identity?: string; readonly budget?: string }): Promise<void>
  /** From the files, oldest first; without identity, the events of all. */
  read(identity?: string): Promise<BottleEvent[]>
  /** The bottle's folder is removed, or about to be: its file is forgotten. */
  removed(identity: string): void
  /** Resolves when everything recorded so far is written or given up. */
  flush(): Promise<void>
}

export interface EventsOptions {
  readonly stateDir: string
  readonly clock: Pick<Clock, 'now'>
  readonly disk: Disk
  /** The disk refused a write: the events in it are lost. */
  onProblem?(error: unknown): void
  /** Told of each event that isn't one too many. */
  onEvent?(event: Happening): void
}

const ALL_LIMIT = 1000
const BOTTLE_LIMIT = 50

interface LogFile {
  readonly path: string
  readonly limit: number
  pending: string[]
  /** Lines in the file; undefined until it is read. */
  lines: number | undefined
}

export const createEvents = ({ stateDir, clock, disk, onProblem, onEvent }: EventsOptions): Events => {
  const all: LogFile = {
    path: join(stateDir, 'events.jsonl'),
    limit: ALL_LIMIT,
    pending: [],
    lines: undefined,
  }
  const bottles = new Map<string, LogFile>()
  const latest = new Map<string, BottleEvent>()
  const spam = createSpamFilter()
  let seeding: Promise<void> | undefined
  let queue: (Happening & { readonly identity?: string; readonly at: number })[] = []
  let flushing: Promise<void> | undefined

  const fileOf = (identity: string): LogFile => {
    let file = bottles.get(identity)
    if (file === undefined) {
      file = { path: bottlePath(stateDir, identity), limit: BOTTLE_LIMIT, pending: [], lines: undefined }
      bottles.set(identity, file)
    }
    return file
  }

  /** So that counting goes on where the last controller stopped. */
  const seed = async (): Promise<void> => {
    for (const event of await readLog(disk, all)) latest.set(keyOf(event), event)
  }

  const takeQueue = (): ReadonlySet<LogFile> => {
    const touched = new Set<LogFile>()
    for (const { identity, at, ...happening } of queue.splice(0)) {
      const key = keyOf(happening)
      const event = nextEvent(happening, latest.get(key), at)
      latest.delete(key)
      latest.set(key, event)
      for (const file of identity === undefined ? [all] : [all, fileOf(identity)]) {
        file.pending.push(lineOf(event))
        touched.add(file)
      }
    }
    for (const key of latest.keys()) {
      if (latest.size <= ALL_LIMIT) break
      latest.delete(key)
    }
    return touched
  }

  const writeOut = async (file: LogFile): Promise<void> => {
    const pending = file.pending.splice(0)
    if (pending.length === 0) return
    let text = pending.join('')
    if (file.lines === undefined) {
      const before = (await disk.read(file.path)) ?? ''
      file.lines = before.split('\n').length - 1
      // A line torn by a crash must not swallow the next one.
      if (before !== '' && !before.endsWith('\n')) text = `\n${text}`
    }
    if (!(await disk.append(file.path, text))) {
      if (file === all) await disk.writeDurable(file.path, text)
      else return
    }
    file.lines += pending.length
    if (file.lines >= file.limit * 2) await compact(file)
  }

  /** Renamed into place from outside, so a folder that was removed meanwhile isn't created again. */
  const compact = async (file: LogFile): Promise<void> => {
    const kept = await readLog(disk, file)
    const aside = join(stateDir, '.events.tmp')
    await disk.writeDurable(aside, kept.map(lineOf).join(''))
    try {
      await disk.rename(aside, file.path)
      file.lines = kept.length
    } catch (error) {
      await disk.remove(aside)
      if (!isDriverError(error, 'NotFound')) throw error
    }
  }

  const tryWriteOut = async (file: LogFile): Promise<void> => {
    try {
      await writeOut(file)
    } catch (error) {
      // The file may end in half a line now.
      file.lines = undefined
      onProblem?.(error)
    }
  }

  const drain = async (): Promise<void> => {
    seeding ??= seed().catch((error: unknown) => onProblem?.(error))
    await seeding
    while (queue.length > 0) {
      for (const file of takeQueue()) await tryWriteOut(file)
    }
    flushing = undefined
  }

  return {
    record: async ({ type, reason, message, object, identity, budget }) => {
      const at = clock.now()
      if (!spam.admits(budget ?? object, at)) return
      onEvent?.({ type, reason, message, object })
      queue.push({ type, reason, message, object, at, ...(identity === undefined ? {} : { identity }) })
      flushing ??= drain()
    },
    read: (identity) => readEvents({ stateDir, disk }, identity),
    removed: (identity) => {
      bottles.delete(identity)
      queue = queue.map(({ identity: of, ...rest }) =>
        of === undefined || of === identity ? rest : { ...rest, identity: of },
      )
    },
    flush: async () => {
      while (flushing !== undefined) await flushing
    },
  }
}

/** For clients, which have only the files. */
export const readEvents = (
  where: { readonly stateDir: string; readonly disk: Disk },
  identity?: string,
): Promise<BottleEvent[]> =>
  identity === undefined
    ? readLog(where.disk, { path: join(where.stateDir, 'events.jsonl'), limit: ALL_LIMIT })
    : readLog(where.disk, { path: bottlePath(where.stateDir, identity), limit: BOTTLE_LIMIT })

const bottlePath = (stateDir: string, identity: string): string => join(stateDir, 'bottles', identity, 'events.jsonl')

const readLog = async (disk: Disk, file: Pick<LogFile, 'path' | 'limit'>): Promise<BottleEvent[]> =>
  parseEvents((await disk.read(file.path)) ?? '', file.limit)
