import { toJsonLine } from './json.ts'

/**
 * The reasons a command can end with, in the words of Kubernetes' Status object; closed. Pure.
 *
 * `code` is that of HTTP, as there; `exitCode` is ours.
 */
export const REASONS = {
  /** The command line is wrong. */
  BadRequest: { code: 400, exitCode: 2 },
  /** No such bottle, file or folder. */
  NotFound: { code: 404, exitCode: 3 },
  /** It did not happen in time. */
  Timeout: { code: 504, exitCode: 4 },
  /** A document violates the schema. */
  Invalid: { code: 422, exitCode: 1 },
  /** A document asks for what the operator's policy forbids. */
  Forbidden: { code: 403, exitCode: 1 },
  /** Not in the expected state: changed meanwhile, already there, answered no. */
  Conflict: { code: 409, exitCode: 1 },
  /** Controller, Docker or smolvm is not running. */
  ServiceUnavailable: { code: 503, exitCode: 1 },
  /** Anything else. */
  InternalError: { code: 500, exitCode: 1 },
} as const

export type Reason = keyof typeof REASONS

export const reasonOfExit = (exitCode: number): Reason =>
  exitCode === 2 ? 'BadRequest' : exitCode === 3 ? 'NotFound' : exitCode === 4 ? 'Timeout' : 'InternalError'

/** The error on stderr for `-o json`: one object in one line. */
export const statusObject = (given: {
  readonly reason: Reason
  readonly message: string
  readonly hint: string | undefined
  readonly exitCode: number
  /** Of the driver that failed. */
  readonly cause: string | undefined
}): string => {
  const { reason, message, hint, exitCode, cause } = given
  const details = {
    ...(cause === undefined ? {} : { causes: [{ reason: cause, message }] }),
    ...(hint === undefined ? {} : { hint }),
    exitCode,
  }
  const { code } = REASONS[reason]
  return toJsonLine({ apiVersion: 'v1', kind: 'Status', status: 'Failure', reason, message, code, details })
}

/** Whether the command line asks for JSON: what follows `--` belongs to another program. */
export const asksJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  return own.some(
    (word, at) =>
      /^(-o=?json|--output=json)$/.test(word) || ((word === '-o' || word === '--output') && own[at + 1] === 'json'),
  )
}
