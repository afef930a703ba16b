import type { BottleRecord, Container } from '../../drivers/ports.ts'

/**
 * How often in a row a container has ended by itself soon after its start, and how long to let it be.
 *
 * Guarantees: a long run forgets what was before it, and so does an edit, and a stop of our own, ahead of which the record
 *   is cleared; a start that fails, or is cut by a death of ours, counts no end twice.
 */
const SHORT_RUN_MS = 10_000
/** So many are started again at once. */
const FREE_STARTS = 3

type Run = Pick<Container, 'startedAt' | 'finishedAt'>

/** The container's end included; 0 where it was no crash. */
export const crashesInARow = (
  { startedAt, finishedAt }: Run,
  { bundleEnd, generation }: Pick<BottleRecord, 'bundleEnd' | 'generation'>,
): number => {
  if (startedAt === undefined || finishedAt === undefined) return 0
  const last = bundleEnd?.generation === generation ? bundleEnd : undefined
  if (last?.at === finishedAt) return last.crashes
  return Date.parse(finishedAt) - Date.parse(startedAt) < SHORT_RUN_MS ? (last?.crashes ?? 0) + 1 : 0
}

/** Milliseconds until it may start again: 4 s after the fourth crash in a row, then twice as long each time, 5 min at most. */
export const crashWaitMs = ({ finishedAt }: Run, crashes: number, now: string): number => {
  if (finishedAt === undefined || crashes <= FREE_STARTS) return 0
  const delayMs = Math.min(250 * 2 ** Math.min(crashes, 12), 300_000)
  // A clock that was set back is no reason to wait longer.
  return Math.min(Date.parse(finishedAt) + delayMs - Date.parse(now), delayMs)
}

/** By SIGKILL: `docker kill`, the kernel for want of memory, or `docker stop` after its time. */
const KILLED = 137

/** The Engine doesn't always say that memory was why (20.10: in one of fifteen it didn't, recorded). */
export const whyEnded = ({ oomKilled, exitCode }: Pick<Container, 'oomKilled' | 'exitCode'>): string => {
  if (oomKilled === true) return 'it ran out of memory'
  if (exitCode === KILLED) return 'it was killed, by someone or for want of memory (137)'
  return `it exited with code ${exitCode ?? 'unknown'}`
}
