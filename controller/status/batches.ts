/**
 * Works on keys together that come one by one.
 *
 * Guarantees: one run at a time; a key that comes during a run waits for the next, which begins after it came.
 * Assumptions: `run` doesn't throw.
 */
export const createBatches = <T>(run: (keys: readonly string[]) => Promise<T>): ((key: string) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  let gathering: { readonly keys: Set<string>; readonly ended: Promise<T> } | undefined

  const open = (): NonNullable<typeof gathering> => {
    const keys = new Set<string>()
    const ended = last.then(() => {
      gathering = undefined
      return run([...keys])
    })
    last = ended
    return { keys, ended }
  }

  return (key) => {
    gathering ??= open()
    gathering.keys.add(key)
    return gathering.ended
  }
}
