import { type BigIntStats, constants } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * Reads a file of a repository, which others may have put there.
 *
 * Guarantees: only a regular file, never through a link, never more than `most` bytes; a FIFO or a device can't hang us.
 */
export const readBounded = async (
  path: string,
  most: number,
): Promise<{ readonly bytes: Buffer; readonly stat: BigIntStats } | undefined> => {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const stat = await handle.stat({ bigint: true })
    if (!stat.isFile() || stat.size > BigInt(most)) return undefined
    const buffer = Buffer.allocUnsafe(Number(stat.size) + 1)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length)
      if (bytesRead === 0) return { bytes: buffer.subarray(0, length), stat }
      length += bytesRead
    }
    // It grew while it was read.
    return undefined
  } catch {
    return undefined
  } finally {
    await handle.close()
  }
}

/** As text, one character per byte. */
export const readBytesText = async (path: string, most: number): Promise<string | undefined> =>
  (await readBounded(path, most))?.bytes.toString('latin1')
