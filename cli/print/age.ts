/** Ages as kubectl writes them. Pure. */

const SECOND = 1_000
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** Of a span in milliseconds: `119s`, `9m30s`, `179m`, `7h5m`, `47h`, `7d3h`, `400d`, `3y20d`, `9y`. */
export const humanDuration = (ms: number): string => {
  const seconds = Math.trunc(ms / SECOND)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 2 * MINUTE) return `${seconds}s`
  if (seconds < 10 * MINUTE) return pair(seconds, [MINUTE, 'm'], [1, 's'])
  if (seconds < 3 * HOUR) return `${Math.trunc(seconds / MINUTE)}m`
  if (seconds < 8 * HOUR) return pair(seconds, [HOUR, 'h'], [MINUTE, 'm'])
  if (seconds < 2 * DAY) return `${Math.trunc(seconds / HOUR)}h`
  if (seconds < 8 * DAY) return pair(seconds, [DAY, 'd'], [HOUR, 'h'])
  if (seconds < 2 * YEAR) return `${Math.trunc(seconds / DAY)}d`
  if (seconds < 8 * YEAR) return pair(seconds, [YEAR, 'y'], [DAY, 'd'])
  return `${Math.trunc(seconds / YEAR)}y`
}

/** Since an ISO 8601 time; `<unknown>` for anything else. */
export const ageOf = (since: unknown, now: number): string => {
  const then = typeof since === 'string' ? Date.parse(since) : Number.NaN
  return Number.isNaN(then) ? '<unknown>' : humanDuration(now - then)
}

type Unit = readonly [size: number, letter: string]

const pair = (seconds: number, [big, bigLetter]: Unit, [small, smallLetter]: Unit): string => {
  const rest = Math.trunc((seconds % big) / small)
  return `${Math.trunc(seconds / big)}${bigLetter}${rest === 0 ? '' : `${rest}${smallLetter}`}`
}
