import { messageOf } from '../../drivers/message.ts'
import { isApiError } from '../../drivers/kubernetes/api-error.ts'
import type { ApiObject } from '../../drivers/kubernetes/objects.ts'
import type { Resource, WatchEvent } from '../../drivers/kubernetes/resource.ts'
import type { Clock } from '../time/clock.ts'

/**
 * Follows the objects of a resource: lists, then watches from the list's version on, for ever.
 *
 * Flow: one loop does both, so that a list never meets an older event. A list that is asked for cuts the watch short.
 * Guarantees: an ended watch goes on from its last version, a version that the server forgot (410) leads to a list; after
 *   failures it waits 0.25 s to 30 s, drawn anew, or as long as the server says; nothing is reported that wasn't seen.
 */
export interface Follower {
  /** Lists, after what is under way. False: that failed, and is tried again. */
  relist(): Promise<boolean>
  /** No list and no event is being taken in. */
  idle(): boolean
  stop(): Promise<void>
}

export interface FollowOptions {
  readonly resource: Pick<Resource, 'list' | 'watch'>
  readonly clock: Pick<Clock, 'sleep' | 'monotonicMs'>
  /** In [0, 1). */
  readonly random: () => number
  readonly onList: (objects: readonly ApiObject[]) => Promise<void>
  readonly onEvent: (event: Exclude<WatchEvent, { type: 'BOOKMARK' }>) => void
  /** It fails again and again, and why; undefined: it works. */
  readonly onTrouble: (why: string | undefined) => void
}

const WATCH_SECONDS = 300
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** A watch that ends sooner, and without an event, has failed. */
const SHORTEST_WATCH_MS = 1_000

export const createFollower = (options: FollowOptions): Follower => {
  const { resource, clock, random, onList, onEvent, onTrouble } = options
  const stopping = new AbortController()
  let asked: ((done: boolean) => void)[] = []
  let cut = new AbortController()
  let running: Promise<void> | undefined
  let version: string | undefined
  let failures = 0
  let isListing = false

  const works = (): void => {
    failures = 0
    onTrouble(undefined)
  }

  const list = async (): Promise<void> => {
    const waiting = asked
    asked = []
    isListing = true
    try {
      const found = await resource.list(stopping.signal)
      await onList(found.objects)
      version = found.version
      works()
      for (const answer of waiting) answer(true)
    } catch (error) {
      for (const answer of waiting) answer(false)
      throw error
    } finally {
      isListing = false
    }
  }

  const watch = async (from: string): Promise<void> => {
    const begunMs = clock.monotonicMs()
    let events = 0
    const seconds = Math.round(WATCH_SECONDS * (1 + random()))
    for await (const event of resource.watch(from, { seconds, signal: cut.signal })) {
      events += 1
      works()
      if (event.type !== 'BOOKMARK') onEvent(event)
      version = event.version
    }
    if (events === 0 && clock.monotonicMs() - begunMs < SHORTEST_WATCH_MS) throw new Error('the watch ended at once')
  }

  const waitAfter = async (error: unknown): Promise<void> => {
    failures += 1
    // A connection that died is nothing yet: it is what watches do.
    if (failures > 1 || version === undefined) onTrouble(messageOf(error))
    const grown = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS)
    const told = isApiError(error) ? error.retryAfterMs : undefined
    const waitMs = told ?? grown * (0.5 + random() / 2)
    await clock.sleep(waitMs, cut.signal).catch(() => undefined)
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      cut = new AbortController()
      try {
        if (version === undefined || asked.length > 0) await list()
        else await watch(version)
      } catch (error) {
        if (stopping.signal.aborted) break
        if (cut.signal.aborted) continue
        if (isApiError(error, 410)) version = undefined
        await waitAfter(error)
      }
    }
    for (const answer of asked.splice(0)) answer(false)
  }

  return {
    relist: () =>
      new Promise((resolve) => {
        if (stopping.signal.aborted) resolve(false)
        asked.push(resolve)
        if (!isListing) cut.abort()
        running ??= run()
      }),
    idle: () => !isListing && asked.length === 0,
    stop: async () => {
      stopping.abort()
      cut.abort()
      await running
    },
  }
}
