import type { Clock, Timer } from '../time/clock.ts'

/**
 * One timer for the deadlines of any number of keys. Pure.
 *
 * Guarantees: of two deadlines of a key the earlier wins; those of one moment come in the order they were set.
 * Caveats: each ring walks over all that wait, and one that was cancelled may ring for nothing.
 */
export interface Deadlines<T> {
  /** `what` comes with it when it is due. */
  set(key: string, delayMs: number, what: T): void
  cancel(key: string): void
  clear(): void
}

export const createDeadlines = <T>(
  clock: Pick<Clock, 'monotonicMs' | 'setTimer'>,
  onDue: (key: string, what: T) => void,
): Deadlines<T> => {
  /** In monotonic milliseconds. */
  const waiting = new Map<string, { readonly at: number; readonly what: T }>()
  let timer: (Timer & { readonly at: number }) | undefined

  const arm = (at: number): void => {
    if (at >= (timer?.at ?? Infinity)) return
    timer?.cancel()
    const { cancel } = clock.setTimer(Math.max(0, at - clock.monotonicMs()), ring)
    timer = { at, cancel }
  }

  const ring = (): void => {
    timer = undefined
    const now = clock.monotonicMs()
    const due = [...waiting].filter(([, { at }]) => at <= now).toSorted(([, a], [, b]) => a.at - b.at)
    for (const [key] of due) waiting.delete(key)
    let next = Infinity
    for (const { at } of waiting.values()) next = Math.min(next, at)
    arm(next)
    for (const [key, { what }] of due) onDue(key, what)
  }

  return {
    set: (key, delayMs, what) => {
      const at = clock.monotonicMs() + delayMs
      if ((waiting.get(key)?.at ?? Infinity) <= at) return
      // At the end of the order, also where it replaces a later one.
      waiting.delete(key)
      waiting.set(key, { at, what })
      arm(at)
    },
    cancel: (key) => void waiting.delete(key),
    clear: () => {
      waiting.clear()
      timer?.cancel()
      timer = undefined
    },
  }
}
