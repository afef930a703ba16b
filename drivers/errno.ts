/** The code of a system error, `''` for any other. Pure. */
export const errnoOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** For `.catch`: undefined if the error has one of the codes. */
export const unless =
  (...codes: readonly string[]) =>
  (error: unknown): undefined => {
    if (codes.includes(errnoOf(error))) return undefined
    throw error
  }
