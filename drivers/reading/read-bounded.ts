import type { FileHandle } from 'node:fs/promises'
import { openRegular } from './open-regular.ts'

/**
 * Reads small files of others' whole, but never more than asked for: what grows while it is read, or lies about its size,
 * ends at the bound.
 */
const PIECE = 64 * 1024

/** At most `maxBytes`, from the beginning; undefined: there is more. */
export const readUpTo = async (file: Pick<FileHandle, 'read'>, maxBytes: number): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  let length = 0
  while (length <= maxBytes) {
    const room = Buffer.allocUnsafe(Math.min(maxBytes + 1 - length, PIECE))
    const { bytesRead } = await file.read(room, 0, room.length, length)
    if (bytesRead === 0) return Buffer.concat(parts)
    parts.push(room.subarray(0, bytesRead))
    length += bytesRead
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
