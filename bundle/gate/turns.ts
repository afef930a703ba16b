/** One after another. `take` resolves, when its turn has come, to what ends it. Pure. */
export interface Turns {
  take(): Promise<() => void>
}

export const createTurns = (): Turns => {
  let last: Promise<void> = Promise.resolve()
  return {
    take: () => {
      const before = last
      let end: () => void = () => undefined
      last = new Promise((resolve) => {
        end = resolve
      })
      return before.then(() => end)
    },
  }
}
