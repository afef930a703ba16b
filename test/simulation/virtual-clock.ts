import { type Clock, sleepOn } from '../../controller/time/clock.ts'

/**
 * Time that moves only on demand. Each controller has a fork that stops for ever once its owner is dead.
 *
 * Guarantees: timers fire in order of their time; the seed orders timers of one moment; promises settle
 *   between two timers. `jump` moves time first and then fires what is due, like a machine after sleep.
 */
export interface VirtualClock extends Clock {
  /** Fires the timers due within `ms`, one at a time. */
  advance(ms: number): Promise<void>
  /** Time passes at once; each due timer fires once, late. */
  jump(ms: number): Promise<void>
  /** What a person or NTP does to the clock on the wall; timers and `monotonicMs` take no notice. */
  set(byMs: number): void
  /** A clock whose timers vanish when `alive` turns false. */
  fork(alive: () => boolean): Clock
}

interface Pending {
  readonly at: number
  /** Among timers of one moment. */
  readonly rank: number
  readonly fn: () => void
  cancelled: boolean
}

export const createVirtualClock = (options: {
  readonly random: () => number
  /** After each timer, when all promises have settled. */
  readonly onTurn: () => void
  /** Answers the waiting replies. */
  readonly drain?: (settled: () => Promise<void>, whole: boolean) => Promise<void>
}): VirtualClock => {
  const start = Date.UTC(2026, 0, 1)
  let now = start
  let count = 0
  let wallMs = 0
  /** A heap by time and rank. */
  const heap: Pending[] = []

  const setTimer: Clock['setTimer'] = (ms, fn) => {
    count += 1
    const timer: Pending = { at: now + Math.max(0, ms), rank: options.random() + count * 1e-12, fn, cancelled: false }
    push(heap, timer)
    return {
      cancel: () => {
        timer.cancelled = true
      },
    }
  }

  const turn = async (whole = false): Promise<void> => {
    await settled()
    await options.drain?.(settled, whole)
    options.onTurn()
  }

  const fire = async (timer: Pending): Promise<void> => {
    if (timer.cancelled) return
    timer.fn()
    await turn()
  }

  return {
    now: () => now + wallMs,
    set: (byMs) => {
      wallMs += byMs
    },
    monotonicMs: () => now - start,
    setTimer,
    sleep: (ms, signal) => sleepOn(setTimer, ms, signal),
    advance: async (ms) => {
      const end = now + ms
      await turn()
      for (let due = heap[0]; due !== undefined && due.at <= end; due = heap[0]) {
        pop(heap)
        now = Math.max(now, due.at)
        await fire(due)
      }
      if (options.drain !== undefined) await turn(true)
      now = Math.max(now, end)
    },
    jump: async (ms) => {
      now += ms
      const due: Pending[] = []
      for (let first = heap[0]; first !== undefined && first.at <= now; first = heap[0]) {
        pop(heap)
        due.push(first)
      }
      for (const timer of due) await fire(timer)
    },
    fork: (alive) => {
      const own: Clock['setTimer'] = (ms, fn) =>
        alive()
          ? setTimer(ms, () => {
              if (alive()) fn()
            })
          : { cancel: () => undefined }
      return {
        now: () => now + wallMs,
        monotonicMs: () => now - start,
        setTimer: own,
        sleep: (ms, signal) => sleepOn(own, ms, signal),
      }
    },
  }
}

/** Microtasks run to the end before an immediate does. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const before = (a: Pending, b: Pending): boolean => a.at < b.at || (a.at === b.at && a.rank < b.rank)

const push = (heap: Pending[], timer: Pending): void => {
  let at = heap.length
  heap.push(timer)
  while (at > 0) {
    const up = (at - 1) >> 1
    const parent = heap[up]
    if (parent === undefined || !before(timer, parent)) break
    heap[at] = parent
    at = up
  }
  heap[at] = timer
}

const pop = (heap: Pending[]): void => {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = heap[2 * at + 1]
    const right = heap[2 * at + 2]
    const child = right !== undefined && left !== undefined && before(right, left) ? right : left
    if (child === undefined || before(last, child)) break
    heap[at] = child
    at = child === left ? 2 * at + 1 : 2 * at + 2
  }
  heap[at] = last
}
