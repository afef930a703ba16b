import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import type { BigIntStats, Stats } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { OpenFolder } from './open-folder.ts'
import type { TarMember } from './tar-members.ts'

/**
 * Writes one file of a copy: under a name of ours first, then in the place of what was there.
 *
 * Guarantees: what was there is replaced, never written into or through: a link, a hard link, a FIFO stays unread. No bits
 *   but those of reading, writing and executing, less the umask. What is cut off leaves nothing.
 */
export const writeFile = async (
  folder: OpenFolder,
  name: string,
  member: Pick<TarMember, 'mode' | 'mtime' | 'data'>,
): Promise<string> => {
  const temporary = `.bottlectl-${randomBytes(8).toString('hex')}`
  await folder.still()
  // The kernel takes the umask off.
  const handle = await open(folder.at(temporary), FRESH, member.mode & 0o777)
  try {
    const identity = await fill(handle, member)
    await folder.still()
    await rename(folder.at(temporary), folder.at(name))
    return identity
  } catch (error) {
    await unlink(folder.at(temporary)).catch(() => undefined)
    throw error
  }
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
const FRESH = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
/** A larger time is a mistake or a trick. */
const LAST_TIME = 2 ** 32

const fill = async (handle: FileHandle, { mtime, data }: Pick<TarMember, 'mtime' | 'data'>): Promise<string> => {
  try {
    for await (const chunk of data())
      for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten
    if (mtime > 0 && mtime < LAST_TIME) await handle.utimes(mtime, mtime)
    return identityOf(await handle.stat({ bigint: true }))
  } finally {
    await handle.close()
  }
}

/** The same for two names of one file. */
export const identityOf = ({ dev, ino }: Pick<Stats, 'dev' | 'ino'> | Pick<BigIntStats, 'dev' | 'ino'>): string =>
  `${dev}:${ino}`
