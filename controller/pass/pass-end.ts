import { isDriverError } from '../../drivers/errors.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import type { Last } from './retries.ts'

/** The end of one pass for one bottle. Pure. */
export interface PassEnd {
  /** `rest`: nothing to do until something happens. `busy`: comes again by itself. */
  readonly state: 'rest' | 'busy'
  /** For a summary: Ready, Suspended, Retained, Parked, Deleted, Held or a reason. */
  readonly outcome: string
  readonly message: string
  /** False where a summary must complain. */
  readonly asAsked: boolean
  readonly retryAfterMs?: number
  /** Though it comes again, it will be no other until a person has done something. */
  readonly needsPerson?: true
}

export const gone: PassEnd = { state: 'rest', outcome: 'Deleted', message: '', asAsked: true }

/** Not as asked, and nothing more happens by itself. */
export const atRest = (outcome: string, message: string): PassEnd => ({
  state: 'rest',
  outcome,
  message,
  asAsked: false,
})

/**
 * Whether no waiting mends it: a person must bring the image. It is still tried again. A step may have failed so because the image went
 * right before it, which the next pass mends. `ImageUnauthorized` is none: a limit of the registry's rate passes.
 */
export const needsPerson = (last: Last, { backoff }: Pick<BottleRecord, 'backoff'>): boolean => {
  if (last?.verdict === 'failed') return isDriverError(last.error, 'ImageNotFound') && backoff !== undefined
  return last?.verdict === 'wait' && last.reason === 'ImageNotFound'
}

/** In place of an end while the pass runs. */
export const underWay = (message: string): PassEnd => ({
  state: 'busy',
  outcome: 'Progressing',
  message,
  asAsked: false,
})

/** Not as asked yet; the pass comes again. */
export const comesBack = (outcome: string, message: string, retryAfterMs: number): PassEnd => ({
  state: 'busy',
  outcome,
  message,
  asAsked: false,
  retryAfterMs,
})
