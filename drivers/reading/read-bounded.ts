import type { FileHandle } from 'node:fs/promises'
import { openRegular } from './open-regular.ts'

/**
 * Reads small files of others' whole, but never more than asked for: what grows while it is read, or lies about its size,
 * ends at the bound.
 */
const PIECE = 64 * 1024

/** At most `maxBytes`, from the beginning; undefined: there is more. `size`, as it was opened, saves a call and memory. */
export const readUpTo = async (
  file: Pick<FileHandle, 'read'>,
  maxBytes: number,
  size = 0,
): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  let length = 0
  // Files of the kernel have the size 0. One byte more than the size shows whether it has grown.
  let piece = size > 0 && size < PIECE ? size + 1 : PIECE
  while (length <= maxBytes) {
    const room = Buffer.allocUnsafe(Math.min(maxBytes + 1 - length, piece))
    const { bytesRead } = await file.read(room, 0, room.length, length)
    parts.push(room.subarray(0, bytesRead))
    length += bytesRead
    if (bytesRead === 0 || (length === size && bytesRead < room.length)) return Buffer.concat(parts)
    piece = PIECE
  }
  return undefined
}

/** Undefined: there is no such regular file, it can't be read, or it is larger. */
export const readRegular = async (path: string, maxBytes: number): Promise<Buffer | undefined> => {
  const opened = await openRegular(path).catch(() => undefined)
  try {
    return opened === undefined ? undefined : await readUpTo(opened.file, maxBytes)
  } catch {
    return undefined
  } finally {
    await opened?.file.close()
  }
}

const MOST_TEXT_BYTES = 64 * 1024

/** Of a file of a few lines. Undefined as for `readRegular`. */
export const readText = async (path: string): Promise<string | undefined> =>
  (await readRegular(path, MOST_TEXT_BYTES))?.toString('utf8')
