import type { Readable, Writable } from 'node:stream'

/**
 * Several messages to the bundle by one process: a line in, a line out, in order. An empty line comes first: it reads from now on.
 *
 * Guarantees: ends with its input, after two minutes without a message, and at a line that is longer than any message: whoever
 *   started it may be gone, and it takes memory of the bundle.
 */
export const converse = async (
  input: Readable,
  output: Writable,
  {
    ask,
    mostBytes,
    idleMs = IDLE_MS,
  }: {
    /** Never rejects. Its answer is one line, with its end. */
    readonly ask: (text: string) => Promise<string>
    readonly mostBytes: number
    readonly idleMs?: number
  },
): Promise<void> => {
  let idle = setTimeout(() => input.destroy(), idleMs)
  const parts: Buffer[] = []
  let size = 0
  output.write('\n')
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      clearTimeout(idle)
      for (let rest = chunk; rest.length > 0;) {
        const end = rest.indexOf('\n')
        const part = end === -1 ? rest : rest.subarray(0, end)
        rest = rest.subarray(part.length + 1)
        size += part.length
        if (size > mostBytes) return
        parts.push(part)
        if (end === -1) break
        const text = Buffer.concat(parts.splice(0)).toString('utf8')
        size = 0
        output.write(await ask(text))
      }
      idle = setTimeout(() => input.destroy(), idleMs)
    }
  } catch (error) {
    if (!input.destroyed) throw error
  } finally {
    clearTimeout(idle)
  }
}

/** Longer than the controller keeps one. */
const IDLE_MS = 120_000
