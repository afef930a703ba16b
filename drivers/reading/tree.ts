import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, lstat, opendir, readlink } from 'node:fs/promises'
import { type Care, copyBytes } from './copy-bytes.ts'
import { GIB, SOURCE_LIMITS } from './limits.ts'
import { kindOf, openFolder, openRegular, pathOf, requirePlace } from './open-regular.ts'
import { Refusal } from './refusal.ts'

/**
 * Walks a folder that is the source of a VM's disk, and hashes it if asked to.
 *
 * Guarantees: every folder is held open while what is in it is looked at, so no exchanged path leads out; anything but
 *   files, folders and links is refused, as are other file systems in it and a folder too deep, too large or with too many
 *   entries; the hash covers names, kinds, modes, link targets and contents.
 */
export interface Tree {
  /** Canonical. */
  readonly path: string
  readonly hashed: boolean
}

interface Walk {
  readonly care: Care
  readonly device: number
  readonly root: string
  /** Adds one entry to the hash. */
  readonly add: ((path: string, mode: number, content: string) => void) | undefined
  entries: number
  bytes: number
}

/** The hash; '' where none was asked for. */
export const walkTree = async ({ path, hashed }: Tree, care: Care): Promise<string> => {
  const folder = await holdFolder(path)
  try {
    const hash = createHash('sha256')
    await walkFolder(folder, {
      care,
      device: (await folder.stat()).dev,
      root: path,
      add: hashed ? (...entry) => void hash.update(JSON.stringify(entry)) : undefined,
      entries: 0,
      bytes: 0,
    })
    return hashed ? hash.digest('hex') : ''
  } finally {
    await folder.close()
  }
}

/** A folder, held. */
export const holdFolder = async (canonical: string): Promise<FileHandle> => {
  const folder = await openFolder(canonical)
  try {
    await requirePlace(folder, canonical)
    return folder
  } catch (error) {
    await folder.close()
    throw error
  }
}

const walkFolder = async (folder: FileHandle, walk: Walk, prefix = '', depth = 0): Promise<void> => {
  const { folderDepth } = SOURCE_LIMITS
  if (depth > folderDepth)
    throw new Refusal('SourceRefused', `${walk.root}/${prefix} is more than ${folderDepth} folders deep`)
  for (const { bytes, text } of await namesIn(folder, walk)) {
    walk.care.signal.throwIfAborted()
    const at = within(folder, bytes)
    const found = await lstat(at)
    const path = `${prefix}${text}`
    require(found, path, walk)
    const content = walk.add === undefined || found.isDirectory() ? '0' : await contentOf(at, found, walk.care)
    walk.add?.(path, found.mode, content)
    walk.care.alive()
    if (!found.isDirectory()) continue
    const inner = await openFolder(at)
    try {
      await walkFolder(inner, walk, `${path}/`, depth + 1)
    } finally {
      await inner.close()
    }
  }
}

const require = (found: Stats, path: string, walk: Walk): void => {
  const where = `${walk.root}/${path}`
  const refuse = (why: string): never => {
    throw new Refusal('SourceRefused', `${where} ${why}`)
  }
  if (!found.isFile() && !found.isDirectory() && !found.isSymbolicLink())
    refuse(`is ${kindOf(found)}: the folder of an image may only hold files, folders and links`)
  if (found.dev !== walk.device) refuse('is on another file system')
  if (!found.isFile()) return
  walk.bytes += found.size
  const { folderGiB } = SOURCE_LIMITS
  if (walk.bytes > folderGiB * GIB) throw new Refusal('SourceRefused', `${walk.root} is larger than ${folderGiB} GiB`)
}

const contentOf = async (at: Buffer, found: Stats, care: Care): Promise<string> => {
  if (found.isSymbolicLink()) return textOf(await readlink(at, { encoding: 'buffer' }))
  const opened = await openRegular(at)
  try {
    return await copyBytes(opened, care)
  } finally {
    await opened.file.close()
  }
}

/** In the order of the names. One that isn't UTF-8 is told by its bytes. */
const namesIn = async (
  folder: FileHandle,
  walk: Walk,
): Promise<readonly { readonly bytes: Buffer; readonly text: string }[]> => {
  const names: { bytes: Buffer; text: string }[] = []
  const { folderEntries } = SOURCE_LIMITS
  for await (const { name } of await opendir(pathOf(folder), { encoding: 'buffer' as BufferEncoding })) {
    const bytes = name as unknown as Buffer
    walk.entries += 1
    if (walk.entries > folderEntries)
      throw new Refusal('SourceRefused', `${walk.root} holds more than ${folderEntries} files and folders`)
    names.push({ bytes, text: textOf(bytes) })
  }
  return names.sort((a, b) => (a.text < b.text ? -1 : 1))
}

const textOf = (bytes: Buffer): string => {
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) ? text : `\0${bytes.toString('hex')}`
}

const within = (folder: FileHandle, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${pathOf(folder)}/`), name])
