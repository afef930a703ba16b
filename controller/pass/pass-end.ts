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

/** Reasons that no waiting mends: a person must bring the image, or the right to it. They are still tried again. */
export const needsPerson = (reason: string): boolean => reason === 'ImageNotFound' || reason === 'ImageUnauthorized'

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
