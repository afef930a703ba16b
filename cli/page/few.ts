/** So much of something at once; more is refused, not kept waiting. */
export class Busy extends Error {}

export const fewAtOnce = (most: number): (<Result>(work: () => Promise<Result>) => Promise<Result>) => {
  let running = 0
  return async (work) => {
    if (running >= most) throw new Busy('too much at once: try again')
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
    }
  }
}
