import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { errnoOf } from '../../drivers/errno.ts'
import { CliError } from '../print/cli-error.ts'

/**
 * Reads and replaces a file that others may have put there: of a repository, or a service's definition.
 *
 * Guarantees: nothing is read or written through a link; a FIFO can't hang us; a reader sees the old text or the new; every
 *   byte that isn't ours stays, as does the mode.
 */
export interface OwnFile {
  /** One character per byte. */
  readonly text: string
  readonly stat: Stats | undefined
}

const MOST_BYTES = 1024 * 1024

/** Empty if it is missing. Throws where it is a link, a folder, a device, or too large. */
export const readOwn = async (path: string): Promise<OwnFile> => {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    if (errnoOf(error) === 'ELOOP') throw refused(path, 'is a symbolic link')
    if (errnoOf(error) === 'ENXIO') throw refused(path, 'is not a regular file')
    throw error
  })
  if (file === undefined) return { text: '', stat: undefined }
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw refused(path, 'is not a regular file')
    if (stat.size > MOST_BYTES) throw refused(path, 'is larger than 1 MiB')
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)
    return { text: buffer.toString('latin1', 0, bytesRead), stat }
  } finally {
    await file.close()
  }
}

const refused = (path: string, why: string): CliError =>
  new CliError(`${path} ${why}: it is neither read nor written`, `ls -l ${path}; put a file of your own in its place`)

/** `lock`: under the name by which git locks the file. */
export const replaceOwn = async (
  path: string,
  { text, before, lock }: { readonly text: string; readonly before: OwnFile; readonly lock: boolean },
): Promise<void> => {
  const beside = lock ? `${path}.lock` : `${path}.bottled-${randomBytes(6).toString('hex')}`
  const file = await open(beside, 'wx', 0o666).catch((error: unknown) => {
    if (lock && errnoOf(error) === 'EEXIST')
      throw new CliError(`${beside} exists: another git command is writing ${path}`, 'try again when it has ended')
    throw error
  })
  try {
    try {
      await file.writeFile(Buffer.from(text, 'latin1'))
      if (before.stat !== undefined) await file.chmod(before.stat.mode & 0o777)
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
