/**
 * Work on the same thing, one after the other. Pure.
 *
 * Guarantees: in the order asked, whatever became of the work before; work on different keys doesn't wait.
 */
export interface Turns {
  take<T>(key: string, work: () => Promise<T>): Promise<T>
  /** Ends with the work that was asked for last; undefined where there is none under way. */
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
