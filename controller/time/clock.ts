import { setMaxListeners } from 'node:events'

/**
 * Time, injected: what runs on this runs on a fake one in tests and in the simulator.
 *
 * Guarantees: `sleep` rejects with the signal's reason when it aborts and leaves no timer behind.
 * Caveats: `now` may jump; durations come from `monotonicMs`.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds since the machine was booted, without those that it slept: the same for every process of one boot. */
  monotonicMs(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  setTimer(ms: number, fn: () => void): Timer
}

export interface Timer {
  cancel(): void
}

/** What setTimeout can count; longer ones are waited for in pieces. */
const LONGEST_MS = 2 ** 31 - 1

export const createClock = (): Clock => {
  const setTimer = (ms: number, fn: () => void): Timer => {
    let handle: NodeJS.Timeout
    const wait = (left: number): void => {
      handle = setTimeout(() => (left > LONGEST_MS ? wait(left - LONGEST_MS) : fn()), Math.min(left, LONGEST_MS))
    }
    wait(ms)
    return { cancel: () => clearTimeout(handle) }
  }
  return {
    now: () => Date.now(),
    // Node names no origin; on Linux and macOS it is the boot (test/controller/time/clock.test.ts).
    monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
    sleep: (ms, signal) => sleepOn(setTimer, ms, signal),
    setTimer,
  }
}

/** The time as it is now, moved on by the monotonic clock: nobody sets it. */
export const createSteadyClock = (clock: Pick<Clock, 'now' | 'monotonicMs'>): Pick<Clock, 'now'> => {
  const base = clock.now() - clock.monotonicMs()
  return { now: () => base + clock.monotonicMs() }
}

/** A sleep made of timers, for any clock. */
export const sleepOn = (setTimer: Clock['setTimer'], ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const abort = (): void => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = setTimer(ms, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    if (signal === undefined) return
    // One signal covers any number of sleeps at once, and Node 20 would warn from the eleventh listener on.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', abort, { once: true })
  })
