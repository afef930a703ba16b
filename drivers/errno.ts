import { isDriverError } from './errors.ts'

/** The code of a system error, `''` for any other. Pure. */
export const errnoOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** With what to do about it, where that is known. */
export const adviceOf = (error: unknown): string =>
  isDriverError(error) && error.hint !== undefined ? `${error.message}; ${error.hint}` : messageOf(error)

/** For `.catch`: undefined if the error has one of the codes. */
export const unless =
  (...codes: readonly string[]) =>
  (error: unknown): undefined => {
    if (codes.includes(errnoOf(error))) return undefined
    throw error
  }
