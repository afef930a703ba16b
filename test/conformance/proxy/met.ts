import { patience } from '../../helpers/patience.ts'

/** Waits until it holds; throws with `what` if it never does, or not within `mostMs`, whatever the load. */
export const met = async (what: string, holds: () => boolean, mostMs: number = 10_000 * patience()): Promise<void> => {
  const endMs = performance.now() + mostMs
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`it never came to this: ${what}`)
    await new Promise((resolve) => void setTimeout(resolve, 10))
  }
}
