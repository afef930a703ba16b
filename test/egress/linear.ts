import * as assert from 'uvu/assert'

/**
 * Fails if eight times the size takes more than 32 times as long: work that grows with the square takes 64 times as long.
 *
 * Guarantees: a ratio of processor times, the best of three each, and three such tries: a busy machine doesn't fail it.
 */
export const growsLinearly = (work: (size: number) => void, what: string): void => {
  let ratio = 0
  for (let tries = 0; tries < 3; tries++) {
    ratio =
      bestMs(() => work(8 * SIZE)) /
      Math.max(
        bestMs(() => work(SIZE)),
        0.05,
      )
    if (ratio <= 32) return
  }
  assert.unreachable(`${what}: eight times the size took ${ratio.toFixed(0)} times as long`)
}

/** A square of it takes seconds, so that what is too quick to compare counts as a millisecond. */
const SIZE = 50_000

const bestMs = (work: () => void): number =>
  Math.min(
    ...Array.from({ length: 3 }, () => {
      const before = process.cpuUsage()
      work()
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1_000
    }),
  )
