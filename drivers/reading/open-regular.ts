import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, readlink, statfs } from 'node:fs/promises'
import { kernelFileSystem } from './kernel-file-systems.ts'
import { Refusal } from './refusal.ts'

/**
 * Opens a file that somebody else named.
 *
 * Guarantees: what is checked is the descriptor that is read; nothing but a regular file is ever opened for reading (a FIFO
 *   would hang, a device may act when it is opened); no link is followed in the last part of the path.
 * Caveats: only Linux can hold a path before it is opened; elsewhere it is opened without blocking, then checked. A path on
 *   a file system that hangs hangs here: `beside.ts` asks another process.
 */
export interface Opened {
  readonly file: FileHandle
  readonly stat: BigIntStats
}

/** `O_PATH` of Linux, which Node doesn't name: the path is found, nothing is opened. */
const O_PATH = process.platform === 'linux' ? 0o10_000_000 : undefined
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

export const openRegular = async (path: string | Buffer): Promise<Opened> => {
  if (O_PATH === undefined) return openOwn(path)
  const held = await open(path, O_PATH | constants.O_NOFOLLOW)
  try {
    requireRegular(await held.stat({ bigint: true }), path)
    return await checked(await open(pathOf(held), READ), path)
  } finally {
    await held.close()
  }
}

/** The same with fewer calls, where nobody can put a device: in folders of our own. */
export const openOwn = async (path: string | Buffer): Promise<Opened> =>
  checked(await open(path, READ | constants.O_NOFOLLOW), path)

/** As `openRegular`, for a path without links in it; files of the kernel's are refused. */
export const openCanonical = async (canonical: string): Promise<Opened> => {
  const opened = await openRegular(canonical)
  try {
    await requirePlace(opened.file, canonical)
    return opened
  } catch (error) {
    await opened.file.close()
    throw error
  }
}

/** A folder that is held: what is read through `pathOf` is in it, whatever becomes of its path. */
export const openFolder = async (path: string | Buffer): Promise<FileHandle> =>
  open(path, (O_PATH ?? constants.O_RDONLY) | constants.O_DIRECTORY | constants.O_NOFOLLOW)

/** A path that leads to what is open, wherever that has gone. */
export const pathOf = ({ fd }: FileHandle): string => `/proc/self/fd/${fd}`

/** Throws if it isn't what stands at this path, or is a file of the kernel's. */
export const requirePlace = async (file: FileHandle, canonical: string): Promise<void> => {
  if (O_PATH === undefined) return
  if ((await readlink(pathOf(file))) !== canonical)
    throw new Refusal('Busy', `${canonical} was exchanged before it was opened`)
  const kernel = kernelFileSystem((await statfs(pathOf(file))).type)
  if (kernel !== undefined) throw new Refusal('SourceRefused', `${canonical} belongs to the kernel (${kernel})`)
}

const checked = async (file: FileHandle, path: string | Buffer): Promise<Opened> => {
  try {
    const stat = await file.stat({ bigint: true })
    requireRegular(stat, path)
    return { file, stat }
  } catch (error) {
    await file.close()
    throw error
  }
}

const requireRegular = (stat: BigIntStats, path: string | Buffer): void => {
  if (!stat.isFile())
    throw new Refusal('SourceRefused', `${path.toString()} is ${kindOf(stat)}, and not a regular file`)
}

/** In words. */
export const kindOf = (stat: Pick<BigIntStats, 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'>): string => {
  if (stat.isDirectory()) return 'a folder'
  if (stat.isSymbolicLink()) return 'a symbolic link'
  if (stat.isFIFO()) return 'a named pipe'
  return stat.isSocket() ? 'a socket' : 'a device'
}
