import { randomBytes } from 'node:crypto'
import { openOwn } from '../reading/open-regular.ts'
import { readUpTo } from '../reading/read-bounded.ts'
import type { Disk } from './disk.ts'

/**
 * A key of this user: what is sealed by it was written by this user, wherever the file came from.
 *
 * Guarantees: only a regular file that belongs to this user, is closed to all others and holds such a key counts; it is never
 *   read through a link. Undefined: there is none.
 */
export const readOwnKey = async (path: string): Promise<Buffer | undefined> => {
  const opened = await openOwn(path).catch(() => undefined)
  if (opened === undefined) return undefined
  const { file, stat } = opened
  try {
    if (Number(stat.uid) !== process.geteuid?.() || (Number(stat.mode) & 0o077) !== 0) return undefined
    const text = (await readUpTo(file, TEXT_BYTES))?.toString('latin1') ?? ''
    return /^[0-9a-f]{64}\n$/.test(text) ? Buffer.from(text.trim(), 'hex') : undefined
  } catch {
    return undefined
  } finally {
    await file.close()
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
