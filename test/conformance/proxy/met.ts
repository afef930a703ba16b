import { patience } from '../../helpers/patience.ts'

/** Waits until it holds; throws with `what` if it never does. */
export const met = async (what: string, holds: () => boolean, mostMs = 10_000): Promise<void> => {
  const endMs = performance.now() + mostMs * patience()
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`it never came to this: ${what}`)
    await new Promise((resolve) => void setTimeout(resolve, 10))
  }
}
