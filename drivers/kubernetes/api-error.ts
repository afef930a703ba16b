import { isRecord, parseJson } from '../json.ts'

/** An answer of an API server that isn't what was asked for. Pure. */
export class ApiError extends Error {
  /** Of HTTP; 0: there was no answer. */
  readonly status: number
  /** In the server's word: `Conflict`, `Expired`, `NotFound`, … */
  readonly reason: string
  /** When to try again, if it says. */
  readonly retryAfterMs: number | undefined

  constructor(init: {
    readonly status: number
    readonly reason: string
    readonly message: string
    readonly retryAfterMs?: number | undefined
    readonly cause?: unknown
  }) {
    super(init.message, init.cause === undefined ? {} : { cause: init.cause })
    this.name = 'ApiError'
    this.status = init.status
    this.reason = init.reason
    this.retryAfterMs = init.retryAfterMs
  }
}

/** True for an ApiError with one of these statuses of HTTP. */
export const isApiError = (error: unknown, ...statuses: readonly number[]): error is ApiError =>
  error instanceof ApiError && (statuses.length === 0 || statuses.includes(error.status))

const LONGEST_MESSAGE = 1_000
const LONGEST_WAIT_MS = 60_000

/** The failure that an answer tells of. `body` is a Status object, or anything. */
export const apiErrorOf = (answer: {
  readonly status: number
  readonly body: string
  readonly retryAfter?: string | undefined
  readonly what: string
}): ApiError => {
  const said = parseJson(answer.body)
  const { reason, message } = (isRecord(said) ? said : {}) as { readonly reason?: unknown; readonly message?: unknown }
  const words = typeof message === 'string' && message !== '' ? message : answer.body.trim()
  const seconds = Number(answer.retryAfter)
  return new ApiError({
    status: answer.status,
    reason: typeof reason === 'string' ? reason : `HTTP ${answer.status}`,
    message: `${answer.what}: ${answer.status} ${words.slice(0, LONGEST_MESSAGE)}`,
    retryAfterMs:
      answer.retryAfter !== undefined && seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_WAIT_MS) : undefined,
  })
}
