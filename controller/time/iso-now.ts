import type { Clock } from './clock.ts'

/** ISO 8601 UTC, to the second. Pure: the time is the clock's. */
export const isoNow = (clock: Pick<Clock, 'now'>): string =>
  new Date(clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z')
