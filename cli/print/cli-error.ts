import { reasonOfExit, REASONS } from './reason.ts'
import type { Reason } from './reason.ts'

/** Ends a command: one line, a hint that names the next command, an exit code (API §2 and §3). */
export class CliError extends Error {
  readonly hint: string | undefined
  readonly exitCode: number
  readonly reason: Reason

  /** `why`: a reason, or the exit code that implies it. */
  constructor(message: string, hint?: string, why: number | Reason = 'InternalError') {
    super(message)
    this.name = 'CliError'
    this.hint = hint
    this.reason = typeof why === 'number' ? reasonOfExit(why) : why
    this.exitCode = typeof why === 'number' ? why : REASONS[why].exitCode
  }
}
