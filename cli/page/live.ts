import { messageOf } from '../../drivers/message.ts'
import { openAsks } from '../bottles/asks.ts'
import { createBottleFeed } from '../bottles/bottle-feed.ts'
import type { Loaded } from '../bottles/bottles.ts'
import { packageVersion } from '../verb/version.ts'
import type { Change, Head } from '../../page/wire.ts'
import type { Place } from './captured.ts'
import { changeOf, NOTHING, snapshotOf } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The bottles of the root as they are now, for everybody who looks.
 *
 * Flow: the first who looks starts a feed, as `bottlectl get -w` has it; the last who goes ends it.
 * Guarantees: files are read once, however many look; who is slow gets the latest and nothing in between, so that nothing
 *   is kept for him. Caveats: a file that can't be read for a moment is read again with the next hint.
 */
export interface Live {
  /** Until `leave` the feed runs. */
  join(): { leave(): void }
  current(): Snapshot
  /** What differs now from `seen`, as JSON; undefined: nothing. Made once for all who have seen the same. */
  since(seen: Snapshot): string | undefined
  /** Of the last look; undefined: nobody looks. */
  loaded(): Loaded | undefined
  /** Resolves when the current one isn't `seen`, after `ms`, or with the signal. */
  changed(seen: Snapshot, ms: number, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Where nothing changes this often, what the controller waits for is looked at. */
const LOOK_MS = 2_000
/** Between two looks: a thousand bottles that change at once cost a few looks. */
const PAUSE_MS = 150

export const createLive = (
  place: Place,
  { waitsFor, warn }: { readonly waitsFor: () => readonly string[]; readonly warn: (why: string) => void },
): Live => {
  let lookers = 0
  let snapshot = NOTHING
  let loaded: Loaded | undefined
  let ending: AbortController | undefined
  let running: Promise<void> = Promise.resolve()
  const waiting = new Set<() => void>()
  /** To `snapshot`, by what was seen before. */
  let changes = new Map<Snapshot, string | undefined>()

  const head: Omit<Head, 'waitsFor'> = {
    root: place.root,
    version: packageVersion(),
    isSimulated: place.stateDir !== place.lockDir,
  }

  const follow = async (signal: AbortSignal): Promise<void> => {
    const feed = createBottleFeed({ ...place, signal })
    try {
      while (!signal.aborted) {
        try {
          const found = await feed.look()
          const asking = found.bottles.filter(({ status }) => (status?.asks ?? 0) > 0)
          const now = snapshotOf(found, {
            asks: await openAsks(place.stateDir, asking),
            head: { ...head, waitsFor: waitsFor() },
          })
          if (signal.aborted) return
          loaded = found
          const change = textOf(changeOf(snapshot, now))
          if (change === undefined) continue
          changes = new Map([[snapshot, change]])
          snapshot = now
          for (const wake of waiting) wake()
        } catch (error) {
          warn(`the page shows what was before: ${messageOf(error)}`)
        } finally {
          await place.clock.sleep(PAUSE_MS, signal).catch(() => undefined)
          await feed.changed(LOOK_MS)
        }
      }
    } finally {
      await feed.close()
    }
  }

  return {
    join: () => {
      lookers += 1
      if (lookers === 1) {
        const own = new AbortController()
        ending = own
        running = running.then(() => follow(own.signal))
      }
      let isIn = true
      return {
        leave: () => {
          if (!isIn) return
          isIn = false
          lookers -= 1
          if (lookers > 0) return
          ending?.abort()
          snapshot = NOTHING
          changes = new Map()
          loaded = undefined
        },
      }
    },
    current: () => snapshot,
    since: (seen) => {
      if (!changes.has(seen)) changes.set(seen, textOf(changeOf(seen, snapshot)))
      return changes.get(seen)
    },
    loaded: () => loaded,
    changed: (seen, ms, signal) =>
      new Promise((resolve) => {
        if (snapshot !== seen || signal.aborted) {
          resolve()
          return
        }
        const done = (): void => {
          waiting.delete(done)
          timer.cancel()
          signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = place.clock.setTimer(ms, done)
        signal.addEventListener('abort', done, { once: true })
        waiting.add(done)
      }),
    close: async () => {
      ending?.abort()
      await running
    },
  }
}

const textOf = (change: Change | undefined): string | undefined =>
  change === undefined ? undefined : JSON.stringify(change)
