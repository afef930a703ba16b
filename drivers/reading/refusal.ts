import type { DriverErrorCode } from '../errors.ts'

/** Why a path is not read, in words about the path alone: who asked adds what for. */
export class Refusal extends Error {
  readonly code: DriverErrorCode

  constructor(code: DriverErrorCode, message: string) {
    super(message)
    this.name = 'Refusal'
    this.code = code
  }
}
