import type { BottleRecord } from '../../drivers/ports.ts'
import type { Clock } from '../time/clock.ts'

/**
 * How long the deletion of a parked bottle can still be undone.
 *
 * Guarantees: it ends by the machine's monotonic clock alone, in which no start and no setting of the clock on the wall is
 *   seen: never early, whatever was set, and whoever died before noting it; the times of the record are for people, and
 *   corrected. Of a record of an earlier boot no more counts as gone than this boot has lasted, and that has gone for sure.
 * Caveats: while the machine sleeps the time stands still. A record that is carried to another machine, or into a time
 *   namespace, meets another clock: where that machine has run for longer, the time may end early.
 */
export interface UndoTimes {
  /** What the record of a bottle that is parked now says. */
  begin(): Parked
  /** Milliseconds left, and what the record should say: the same unless a clock was set or the machine was booted. */
  look(parked: Parked): { readonly leftMs: number; readonly parked: Parked }
}

export type Parked = NonNullable<BottleRecord['parked']>

/** Clocks are adjusted by less than this all the time. */
const ADJUSTED_MS = 5_000

export const createUndoTimes = ({
  clock,
  undoMs,
}: {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>
  readonly undoMs: number
}): UndoTimes => {
  const ending = (leftMs: number, delayMs: number): Parked => {
    const goneMs = delayMs - leftMs
    const since = clock.now() - goneMs
    return { since: iso(since), until: iso(since + delayMs), sinceBootMs: clock.monotonicMs() - goneMs }
  }
  return {
    begin: () => ending(undoMs, undoMs),
    look: (parked) => {
      const delayMs = delayOf(parked) ?? undoMs
      const { sinceBootMs } = parked
      const goneMs = Number.isFinite(sinceBootMs) ? clock.monotonicMs() - Number(sinceBootMs) : -Infinity
      const leftMs = Math.max(0, delayMs - Math.max(0, goneMs))
      const isRight = goneMs >= 0 && Math.abs(Date.parse(parked.until) - clock.now() - leftMs) <= ADJUSTED_MS
      return { leftMs, parked: leftMs === 0 || isRight ? parked : ending(leftMs, delayMs) }
    },
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** Undefined where its times can't be read. */
const delayOf = ({ since, until }: Parked): number | undefined => {
  const delayMs = Date.parse(until) - Date.parse(since)
  return delayMs >= 0 ? delayMs : undefined
}
