/** What the controller tells a bundle of an ask. Pure. */
export interface AskAnswer {
  /** Of what was asked. */
  readonly key: string
  /** As people name it: the controller's. */
  readonly id: string
  readonly state: AskState
  /** ISO 8601 UTC: when it came to that state. */
  readonly at: string
  /** Why it was denied. */
  readonly reason?: string
  /** What a person answered to a question. */
  readonly answer?: string
  /** ISO 8601 UTC: when an approval of a push ends. */
  readonly until?: string
  /** It counts once, and has. */
  readonly used?: true
}

/** `expired`: nobody answered in time, which is no. */
export type AskState = 'open' | 'approved' | 'denied' | 'expired'

export const MOST_OPEN = 8
/** Open ones and those that were decided lately. */
export const MOST_TOLD = 40

/** The answers; undefined: it is no list of them. */
export const judgeAnswers = (value: unknown): readonly AskAnswer[] | undefined => {
  if (!Array.isArray(value) || value.length > MOST_TOLD) return undefined
  return value.every(isAnswer) ? value : undefined
}

export const ASK_ID = /^[a-z2-7]{8}$/

const isAnswer = (value: unknown): value is AskAnswer => {
  if (typeof value !== 'object' || value === null) return false
  const { key, id, state, at, reason, answer, until, used } = value as Readonly<Record<string, unknown>>
  return (
    typeof key === 'string' &&
    /^[0-9a-f]{64}$/.test(key) &&
    typeof id === 'string' &&
    ASK_ID.test(id) &&
    (state === 'open' || state === 'approved' || state === 'denied' || state === 'expired') &&
    isTime(at) &&
    isText(reason) &&
    isText(answer) &&
    (until === undefined || isTime(until)) &&
    (used === undefined || used === true)
  )
}

export const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isText = (value: unknown): boolean => value === undefined || typeof value === 'string'
