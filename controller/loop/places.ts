import type { Clock, Timer } from '../time/clock.ts'

/**
 * Places for work: so many at once.
 *
 * Guarantees: who stays longer than `patienceMs` no longer counts, until eight times as many are in: those that stall keep
 *   nobody out for longer than that. `onFree` is called when a place may be free again.
 */
export interface Places {
  /** False: none is free. */
  take(key: string): boolean
  has(key: string): boolean
  leave(key: string): void
  stop(): void
}

const AT_MOST = 8

export const createPlaces = (options: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>
  readonly most: number
  readonly patienceMs: number
  readonly onFree: () => void
}): Places => {
  const { clock, most, patienceMs, onFree } = options
  const held = new Set<string>()
  /** Those that count, with since when, the oldest first. */
  const counted = new Map<string, number>()
  let timer: Timer | undefined

  const forgetOld = (): void => {
    const sinceMs = clock.monotonicMs() - patienceMs
    for (const [key, at] of counted) {
      if (at > sinceMs) return
      counted.delete(key)
    }
  }

  /** Somebody was turned away. */
  const wakeLater = (): void => {
    const [oldest] = counted.values()
    if (timer !== undefined || oldest === undefined) return
    timer = clock.setTimer(Math.max(0, oldest + patienceMs - clock.monotonicMs()), () => {
      timer = undefined
      onFree()
    })
  }

  return {
    take: (key) => {
      forgetOld()
      if (counted.size >= most || held.size >= most * AT_MOST) {
        wakeLater()
        return false
      }
      held.add(key)
      counted.set(key, clock.monotonicMs())
      return true
    },
    has: (key) => held.has(key),
    leave: (key) => {
      counted.delete(key)
      if (held.delete(key)) onFree()
    },
    stop: () => timer?.cancel(),
  }
}
