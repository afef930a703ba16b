/** Durations out of times that were written down, by clocks that may have been set since. Pure. */

/** Times are written to the second, and Docker's are a moment ahead of ours. */
const SLACK_MS = 2_000

/** Undefined if the time lies in the future: the clock was set back, and nothing can be told from it. */
export const elapsedMs = (since: string, now: string): number | undefined => {
  const ms = Date.parse(now) - Date.parse(since)
  return ms < -SLACK_MS ? undefined : Math.max(0, ms)
}
