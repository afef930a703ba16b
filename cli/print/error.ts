import { StateError } from '../../controller/folder-state.ts'
import { LockedError } from '../../controller/lock.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { messageOf } from '../../controller/errno.ts'

/** What a command ends with: one line, a hint with the next command, an exit code of API §2 and §3. */
export class CliError extends Error {
  readonly hint: string | undefined
  readonly exitCode: number

  constructor(message: string, hint?: string, exitCode = 1) {
    super(message)
    this.name = 'CliError'
    this.hint = hint
    this.exitCode = exitCode
  }
}

const LOCKED = 4

/** Prints to stderr and returns the exit code. */
export const reportError = (
  error: unknown,
  write = (text: string): void => void process.stderr.write(text),
): number => {
  const message = messageOf(error)
  const hint =
    error instanceof CliError || error instanceof LockedError || error instanceof StateError || isDriverError(error)
      ? error.hint
      : undefined
  write(`error: ${message}\n`)
  if (hint !== undefined) write(`hint: ${hint}\n`)
  if (process.env['BOTTLED_DEBUG'] !== undefined && error instanceof Error) write(`${error.stack ?? ''}\n`)
  if (error instanceof LockedError) return LOCKED
  return error instanceof CliError ? error.exitCode : 1
}
