import type { BottleRecord, Container } from '../../drivers/ports.ts'
import { elapsedMs } from '../derive/elapsed.ts'

/**
 * Counts crashes in a row (ends soon after a start, not caused by us), and the wait before the next start.
 *
 * Guarantees: a long run, an edit or a stop of our own resets the count; no end is counted twice, even if its start fails
 *   or the controller dies meanwhile.
 */
const SHORT_RUN_MS = 10_000
/** So many crashes are followed by an immediate start. */
const FREE_STARTS = 3

type Run = Pick<Container, 'startedAt' | 'finishedAt'>

/** The last end included; 0 if it was not a crash. */
export const crashesInARow = (
  { startedAt, finishedAt }: Run,
  { bundleEnd, generation }: Pick<BottleRecord, 'bundleEnd' | 'generation'>,
): number => {
  if (startedAt === undefined || finishedAt === undefined) return 0
  const last = bundleEnd?.generation === generation ? bundleEnd : undefined
  if (last?.at === finishedAt) return last.crashes
  const ranMs = elapsedMs(startedAt, finishedAt)
  // A clock that was set back while it ran doesn't tell how long it ran.
  if (ranMs === undefined) return last?.crashes ?? 0
  return ranMs < SHORT_RUN_MS ? (last?.crashes ?? 0) + 1 : 0
}

/** Milliseconds until it may start again: 4 s after the fourth crash in a row, then twice as long each time, 5 min at most. */
export const crashWaitMs = ({ finishedAt }: Run, crashes: number, now: string): number => {
  if (finishedAt === undefined || crashes <= FREE_STARTS) return 0
  const delayMs = Math.min(250 * 2 ** Math.min(crashes, 12), 300_000)
  const sinceMs = elapsedMs(finishedAt, now)
  // An end in the future would be waited for again and again, until the clock has caught up.
  return sinceMs === undefined ? 0 : delayMs - sinceMs
}

/** By SIGKILL: `docker kill`, the kernel when out of memory, or `docker stop` after its timeout. */
const KILLED = 137

/** The Engine doesn't always report a kill for lack of memory (20.10 missed 1 of 15, recorded). */
export const whyEnded = ({ oomKilled, exitCode }: Pick<Container, 'oomKilled' | 'exitCode'>): string => {
  if (oomKilled === true) return 'it ran out of memory'
  if (exitCode === KILLED) return 'it was killed, by someone or for lack of memory (137)'
  return `it exited with code ${exitCode ?? 'unknown'}`
}
