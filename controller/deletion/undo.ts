import type { BottleRecord } from '../../drivers/ports.ts'
import type { Clock } from '../time/clock.ts'

/**
 * How long the deletion of a parked bottle can still be undone.
 *
 * Guarantees: a time in a record never counts as further ahead than its own delay, and from the first look on the monotonic
 *   clock counts, so that a clock that is set neither ends the time early nor renews it for ever; the record is corrected.
 * Caveats: a clock that is set while no controller runs may end the time early, or begin it again once.
 */
export interface UndoTimes {
  /** What the record of a bottle that is parked now says. */
  begin(): Parked
  /** Milliseconds left, and what the record should say: the same unless the clock was set. */
  look(record: Pick<BottleRecord, 'uid'>, parked: Parked): { readonly leftMs: number; readonly parked: Parked }
  forget(record: Pick<BottleRecord, 'uid'>): void
}

export type Parked = NonNullable<BottleRecord['parked']>

/** Clocks are adjusted by less than this all the time. */
const ADJUSTED_MS = 5_000

export const createUndoTimes = ({ clock, undoMs }: { readonly clock: Clock; readonly undoMs: number }): UndoTimes => {
  const deadlines = new Map<string, { readonly until: string; readonly at: number }>()
  const ending = (leftMs: number, delayMs: number): Parked => {
    const until = clock.now() + leftMs
    return { since: iso(until - delayMs), until: iso(until) }
  }
  return {
    begin: () => ending(undoMs, undoMs),
    look: ({ uid }, parked) => {
      const delayMs = delayOf(parked) ?? undoMs
      const known = deadlines.get(uid)
      const at =
        known?.until === parked.until
          ? known.at
          : clock.monotonicMs() + leftByRecord(parked, { delayMs, now: clock.now() })
      const leftMs = Math.max(0, at - clock.monotonicMs())
      const isRight = leftMs === 0 || Math.abs(Date.parse(parked.until) - clock.now() - leftMs) <= ADJUSTED_MS
      const corrected = isRight ? parked : ending(leftMs, delayMs)
      deadlines.set(uid, { until: corrected.until, at })
      return { leftMs, parked: corrected }
    },
    forget: ({ uid }) => void deadlines.delete(uid),
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** Undefined where its times can't be read. */
const delayOf = ({ since, until }: Parked): number | undefined => {
  const delayMs = Date.parse(until) - Date.parse(since)
  return delayMs >= 0 ? delayMs : undefined
}

const leftByRecord = (
  { until }: Parked,
  { delayMs, now }: { readonly delayMs: number; readonly now: number },
): number => {
  const leftMs = Date.parse(until) - now
  return Number.isNaN(leftMs) ? delayMs : Math.min(Math.max(leftMs, 0), delayMs)
}
