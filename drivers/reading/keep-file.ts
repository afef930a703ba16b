import { type BigIntStats, constants } from 'node:fs'
import { copyFile, type FileHandle, lstat, open, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { archiveKind, FOOTER_BYTES, HEAD_BYTES } from './archive-kind.ts'
import { type Care, copyBytes } from './copy-bytes.ts'
import { GIB, SOURCE_LIMITS } from './limits.ts'
import { openCanonical, openRegular, pathOf } from './open-regular.ts'
import { readUpTo } from './read-bounded.ts'
import { Refusal } from './refusal.ts'

/**
 * Copies an archive or pack into the folder of kept copies, unless a copy of the same content is there.
 *
 * Guarantees: one descriptor is checked, hashed and copied; nothing is copied that is no archive; the copy is complete, on
 *   the disk and readable by us alone: who called gives it its name and mode.
 */
export interface KeepFile {
  /** Canonical. */
  readonly path: string
  readonly folder: string
  /** What follows the hash in the copy's name. */
  readonly extension: string
  /** A new file for the copy. */
  readonly temporary: string
}

export interface KeptFile {
  /** In the folder. */
  readonly name: string
  /** False: it was there, and `temporary` was not made. */
  readonly isNew: boolean
  /** Changes whenever the source does. */
  readonly stamp: string
}

export const keepFile = async ({ path, folder, extension, temporary }: KeepFile, care: Care): Promise<KeptFile> => {
  const { file, stat } = await openCanonical(path)
  try {
    await requireArchive(file, stat, path)
    const stamp = stampOf(stat)
    const known = `${await copyBytes({ file, stat }, care)}${extension}`
    if (await isThere(join(folder, known))) return { name: known, isNew: false, stamp }
    const hash = (await cloned(file, temporary, care)) ?? (await copied({ file, stat, temporary }, care))
    return { name: `${hash}${extension}`, isNew: true, stamp }
  } finally {
    await file.close()
  }
}

export const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(':')

const requireArchive = async (file: FileHandle, { size }: BigIntStats, path: string): Promise<void> => {
  const { archiveGiB } = SOURCE_LIMITS
  if (size > archiveGiB * GIB) throw new Refusal('SourceRefused', `${path} is larger than ${archiveGiB} GiB`)
  const head = await piece(file, 0, HEAD_BYTES)
  const tail = await piece(file, Math.max(0, Number(size) - FOOTER_BYTES), FOOTER_BYTES)
  if (archiveKind(head, tail) !== undefined) return
  const why = size === 0n ? 'is empty' : 'is neither an image archive (tar, tar.gz) nor a .smolmachine pack'
  throw new Refusal('SourceRefused', `${path} ${why}`)
}

const piece = async (file: FileHandle, at: number, length: number): Promise<Buffer> => {
  const room = Buffer.alloc(length)
  const { bytesRead } = await file.read(room, 0, length, at)
  return room.subarray(0, bytesRead)
}

/** Where the file system shares blocks between files: at once, as it is now. */
const cloned = async (file: FileHandle, temporary: string, care: Care): Promise<string | undefined> => {
  const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = constants
  try {
    await copyFile(pathOf(file), temporary, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE)
  } catch {
    await rm(temporary, { force: true })
    return undefined
  }
  const copy = await openRegular(temporary)
  try {
    await requireArchive(copy.file, copy.stat, temporary)
    await copy.file.sync()
    return await copyBytes(copy, care)
  } finally {
    await copy.file.close()
  }
}

const copied = async (
  { file, stat, temporary }: { readonly file: FileHandle; readonly stat: BigIntStats; readonly temporary: string },
  care: Care,
): Promise<string> => {
  const into = await open(temporary, 'wx', 0o600)
  try {
    const hash = await copyBytes({ file, stat, into }, care)
    await into.sync()
    return hash
  } finally {
    await into.close()
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** A small file whole, as of a secret. */
export const readSmall = async ({
  path,
  maxBytes,
}: {
  readonly path: string
  readonly maxBytes: number
}): Promise<Buffer> => {
  const canonical = await realpath(path)
  const { file } = await openCanonical(canonical)
  try {
    const bytes = await readUpTo(file, maxBytes)
    if (bytes === undefined) throw new Refusal('SourceRefused', `${canonical} is larger than ${maxBytes} bytes`)
    return bytes
  } finally {
    await file.close()
  }
}
