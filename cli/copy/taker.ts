import { TarCutOff } from './tar-header.ts'

/** Takes bytes from a stream by count. A stream that ends before throws. */
export interface Taker {
  /** So many, in memory: for a bounded count. */
  exactly(count: number): Promise<Buffer>
  /** From 1 to so many, as they come. */
  some(most: number): Promise<Buffer>
  /** Reads to the end, and keeps nothing. */
  drain(): Promise<void>
}

export const createTaker = (source: AsyncIterable<Buffer>): Taker => {
  const chunks = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const next = async (): Promise<Buffer> => {
    const { done, value } = await chunks.next()
    if (done === true) throw new TarCutOff('it ends early')
    return value
  }
  const cut = (count: number): Buffer => {
    const taken = held.subarray(0, count)
    held = held.subarray(count)
    return taken
  }
  return {
    exactly: async (count) => {
      // Joined once: a stream may come byte by byte.
      const parts = [held]
      for (let length = held.length; length < count; length += parts.at(-1)?.length ?? 0) parts.push(await next())
      held = Buffer.concat(parts)
      return cut(count)
    },
    some: async (most) => {
      while (held.length === 0) held = await next()
      return cut(Math.min(most, held.length))
    },
    drain: async () => {
      while ((await chunks.next()).done !== true);
    },
  }
}
