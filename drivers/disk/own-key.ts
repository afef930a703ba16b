import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Disk } from './disk.ts'

/**
 * A key of this user: what is sealed by it was written by this user, wherever the file came from.
 *
 * Guarantees: only a regular file that belongs to this user, is closed to all others and holds such a key counts; it is never
 *   read through a link. Undefined: there is none.
 */
export const readOwnKey = async (path: string): Promise<Buffer | undefined> => {
  const file = await open(path, FLAGS).catch(() => undefined)
  try {
    const stat = await file?.stat()
    if (file === undefined || stat?.isFile() !== true) return undefined
    if (stat.uid !== process.geteuid?.() || (stat.mode & 0o077) !== 0) return undefined
    const { bytesRead, buffer } = await file.read(Buffer.alloc(TEXT_BYTES + 1), 0, TEXT_BYTES + 1, 0)
    const text = buffer.toString('latin1', 0, bytesRead)
    return /^[0-9a-f]{64}\n$/.test(text) ? Buffer.from(text.trim(), 'hex') : undefined
  } catch {
    return undefined
  } finally {
    await file?.close()
  }
}

/** Makes it where there is none. Throws as the disk does. */
export const ownKey = async (path: string, disk: Pick<Disk, 'writeDurable'>): Promise<Buffer | undefined> => {
  const key = await readOwnKey(path)
  if (key !== undefined) return key
  await disk.writeDurable(path, `${randomBytes(32).toString('hex')}\n`)
  // Another controller may have made one at the same moment.
  return readOwnKey(path)
}

const TEXT_BYTES = 65
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY
