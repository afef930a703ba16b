import { StateError } from '../../controller/state/state-folder.ts'
import { LockedError } from '../../controller/state/lock.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { harmless } from '../../drivers/harmless.ts'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from './cli-error.ts'
import { statusObject } from './reason.ts'
import type { Reason } from './reason.ts'

const LOCKED = 4

export interface Reporting {
  readonly write?: (text: string) => void
  /** One `Status` object instead of lines. */
  readonly json?: boolean
}

/** Prints to stderr and returns the exit code. */
export const reportError = (error: unknown, { write = toStderr, json = false }: Reporting = {}): number => {
  const message = messageOf(error)
  const hint =
    error instanceof CliError || error instanceof LockedError || error instanceof StateError || isDriverError(error)
      ? error.hint
      : undefined
  const exitCode = error instanceof LockedError ? LOCKED : error instanceof CliError ? error.exitCode : 1
  if (json) {
    const cause =
      isDriverError(error) || error instanceof StateError
        ? error.code
        : error instanceof CliError && error.reason === 'Forbidden'
          ? 'PolicyViolation'
          : undefined
    write(statusObject({ reason: reasonOf(error), message, hint, exitCode, cause }))
  } else {
    write(`error: ${indented(message)}\n`)
    if (hint !== undefined) write(`hint: ${indented(hint)}\n`)
  }
  if (process.env['BOTTLED_DEBUG'] !== undefined && error instanceof Error) write(`${error.stack ?? ''}\n`)
  return exitCode
}

/** What came from elsewhere must not look like a line of ours. */
const indented = (text: string): string => text.replaceAll('\n', '\n  ')

const toStderr = (text: string): void => void process.stderr.write(harmless(text))

const reasonOf = (error: unknown): Reason => {
  if (error instanceof CliError) return error.reason
  if (error instanceof LockedError) return 'Conflict'
  if (isDriverError(error, 'Unavailable', 'Timeout')) return 'ServiceUnavailable'
  if (isDriverError(error, 'NotFound')) return 'NotFound'
  return 'InternalError'
}
