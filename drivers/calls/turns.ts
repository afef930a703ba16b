/**
 * Runs work on the same key one after another. Pure.
 *
 * Guarantees: in the requested order, even if earlier work failed; work on different keys doesn't wait.
 */
export interface Turns {
  take<T>(key: string, work: () => Promise<T>): Promise<T>
  /** Ends with the last requested work; undefined if none is under way. */
  last(key: string): Promise<void> | undefined
}

export const createTurns = (): Turns => {
  const tails = new Map<string, Promise<void>>()
  return {
    take: (key, work) => {
      const turn = (tails.get(key) ?? Promise.resolve()).then(work)
      const tail = turn
        .catch(() => undefined)
        .then(() => {
          if (tails.get(key) === tail) tails.delete(key)
        })
      tails.set(key, tail)
      return turn
    },
    last: (key) => tails.get(key),
  }
}
