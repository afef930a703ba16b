import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/**
 * Docker's framed stream of stdout and stderr, taken apart as it comes; an unframed one (a TTY's) is stdout.
 *
 * Caveats: docker-modem's `demuxStream` runs out of stack at some 3,500 frames in one chunk (a log of empty lines is enough),
 *   keeps an unframed stream of less than 8 bytes to itself, and doesn't wait for a slow reader.
 */
export const demultiplex = async (
  stream: Readable,
  /** What it returns is awaited before the next. */
  write: (from: 'stdout' | 'stderr', bytes: Buffer) => Promise<unknown> | undefined,
  /** Where it is known. */
  isFramed?: boolean,
): Promise<void> => {
  let rest: Buffer = Buffer.alloc(0)
  let framed = isFramed
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk as Buffer])
    if (rest.length < HEADER && framed !== false) continue
    framed ??= rest.readUInt8(0) <= 2 && rest.readUIntBE(1, 3) === 0
    if (!framed) {
      await write('stdout', rest)
      rest = Buffer.alloc(0)
      continue
    }
    while (rest.length >= HEADER && rest.length >= HEADER + rest.readUInt32BE(4)) {
      const end = HEADER + rest.readUInt32BE(4)
      await write(rest.readUInt8(0) === 2 ? 'stderr' : 'stdout', rest.subarray(HEADER, end))
      rest = rest.subarray(end)
    }
  }
  if (rest.length > 0 && framed !== true) await write('stdout', rest)
}

/** Waits for a reader that is slower; one that has gone gets nothing. */
export const pour = (bytes: Buffer, to: Writable, signal: AbortSignal): Promise<unknown> | undefined =>
  to.destroyed || to.write(bytes) ? undefined : once(to, 'drain', { signal })

const HEADER = 8
