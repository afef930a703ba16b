import type { Clock } from './clock.ts'

/** Work that comes again: the next turn is counted from the end of the last. `stop` leaves no timer behind. */
export interface Ticker {
  every(ms: number, work: () => Promise<unknown>): void
  stop(): void
}

export const createTicker = (clock: Pick<Clock, 'setTimer'>, onError: (error: unknown) => void): Ticker => {
  const timers = new Set<{ cancel(): void }>()
  let stopped = false
  const every = (ms: number, work: () => Promise<unknown>): void => {
    if (stopped) return
    const timer = clock.setTimer(ms, () => {
      timers.delete(timer)
      void work()
        .catch(onError)
        .finally(() => every(ms, work))
    })
    timers.add(timer)
  }
  return {
    every,
    stop: () => {
      stopped = true
      for (const timer of timers) timer.cancel()
      timers.clear()
    },
  }
}
