/**
 * Keys that come one by one, worked on together.
 *
 * Guarantees: one run at a time; what is asked while one runs waits for the next, which begins after the asking.
 * Assumptions: `run` doesn't throw.
 */
export const createBatches = <T>(run: (keys: readonly string[]) => Promise<T>): ((key: string) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  let next: { readonly keys: Set<string>; readonly ended: Promise<T> } | undefined

  const open = (): NonNullable<typeof next> => {
    const keys = new Set<string>()
    const ended = last.then(() => {
      next = undefined
      return run([...keys])
    })
    last = ended
    return { keys, ended }
  }

  return (key) => {
    next ??= open()
    next.keys.add(key)
    return next.ended
  }
}
