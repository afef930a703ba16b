import { isDriverError } from './errors.ts'

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** With its hint, if any. */
export const adviceOf = (error: unknown): string =>
  isDriverError(error) && error.hint !== undefined ? `${error.message}; ${error.hint}` : messageOf(error)
