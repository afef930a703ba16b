import type { BottleRecord } from '../../drivers/ports.ts'

/** How long to wait after failures in a row: 250 ms·2ⁿ, ±10 %, 5 minutes at most. Pure. */
const BASE_MS = 250
const CAP_MS = 300_000
const JITTER = 0.1

/** Milliseconds until it is due; 0 or less if it is, or if it would be further off than it ever was: the clock was set back. */
export const backoffLeftMs = (backoff: BottleRecord['backoff'], now: number): number => {
  if (backoff === undefined) return 0
  const leftMs = Date.parse(backoff.retryAt) - now
  return leftMs <= backoffMs(backoff.failures, 1) ? leftMs : 0
}

/** `failures` counts from 1; `random` is in [0, 1). */
export const backoffMs = (failures: number, random: number): number => {
  const exact = Math.min(BASE_MS * 2 ** Math.min(Math.max(failures - 1, 0), 30), CAP_MS)
  return Math.round(exact * (1 - JITTER + 2 * JITTER * random))
}
