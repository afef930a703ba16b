import { type Clock, sleepOn } from '../../controller/time/clock.ts'

/** Time that moves only on demand. Timers fire in order of their time, then of their creation. */
export interface FakeClock extends Clock {
  /** Fires the timers due within `ms`, one at a time, and lets promises settle before and after each. */
  advance(ms: number): Promise<void>
  /** What a person or NTP does to the clock on the wall. */
  set(byMs: number): void
  /** When the next timer fires; undefined if there is none. */
  next(): number | undefined
}

export const createFakeClock = (start = Date.UTC(2026, 0, 1)): FakeClock => {
  let now = start
  let count = 0
  let wallMs = 0
  const timers = new Map<number, { readonly at: number; readonly fn: () => void }>()

  const first = (): [number, { readonly at: number; readonly fn: () => void }] | undefined =>
    [...timers].reduce<[number, { readonly at: number; readonly fn: () => void }] | undefined>(
      (best, each) => (best === undefined || each[1].at < best[1].at ? each : best),
      undefined,
    )

  const setTimer: Clock['setTimer'] = (ms, fn) => {
    const id = ++count
    timers.set(id, { at: now + Math.max(0, ms), fn })
    return { cancel: () => void timers.delete(id) }
  }

  const advance = async (ms: number): Promise<void> => {
    const end = now + ms
    await settle()
    for (let due = first(); due !== undefined && due[1].at <= end; due = first()) {
      timers.delete(due[0])
      now = Math.max(now, due[1].at)
      due[1].fn()
      await settle()
    }
    now = Math.max(now, end)
    await settle()
  }

  return {
    now: () => now + wallMs,
    set: (byMs) => {
      wallMs += byMs
    },
    monotonicMs: () => now - start,
    sleep: (ms, signal) => sleepOn(setTimer, ms, signal),
    setTimer,
    advance,
    next: () => first()?.[1].at,
  }
}

/** Microtasks run to the end before an immediate does. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
