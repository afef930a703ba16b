import type { BigIntStats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { errnoOf, unless } from '../errno.ts'
import { type Entry, follow } from '../follow.ts'
import { messageOf } from '../message.ts'
import type { Place } from '../paths.ts'

/**
 * Where paths lead, in the order given.
 *
 * Guarantees: nothing is opened, so no FIFO and no device is woken; an entry that several paths share is looked at once.
 */
export type Followed = { readonly place: Place } | { readonly why: string }

export const followPaths = async (paths: readonly string[]): Promise<readonly Followed[]> => {
  const seen = new Map<string, Promise<Entry | undefined>>()
  const entryOnce = (path: string): Promise<Entry | undefined> => {
    const before = seen.get(path)
    if (before !== undefined) return before
    const entry = entryAt(path)
    seen.set(path, entry)
    return entry
  }
  const found = await Promise.all(paths.map((path) => followOne(path, entryOnce)))
  return found
}

const followOne = async (path: string, entryOf: typeof entryAt): Promise<Followed> => {
  try {
    return { place: await follow(path, entryOf) }
  } catch (error) {
    // A link that was replaced between two looks at it: once more, with nothing taken over.
    if (errnoOf(error) !== 'EINVAL' || entryOf === entryAt) return { why: messageOf(error) }
    return followOne(path, entryAt)
  }
}

const entryAt = async (path: string): Promise<Entry | undefined> => {
  const found = await lstat(path, { bigint: true }).catch(unless('ENOENT', 'ENOTDIR'))
  if (found === undefined) return undefined
  if (found.isSymbolicLink()) {
    const target = await readlink(path).catch(unless('ENOENT'))
    return target === undefined ? undefined : { kind: 'link', target }
  }
  return {
    kind: kindOf(found),
    device: String(found.dev),
    inode: String(found.ino),
    owner: Number(found.uid),
    mode: Number(found.mode) & 0o7777,
    links: Number(found.nlink),
  }
}

const kindOf = (found: BigIntStats): Exclude<Entry['kind'], 'link'> => {
  if (found.isDirectory()) return 'folder'
  if (found.isFile()) return 'file'
  return found.isSocket() ? 'socket' : 'other'
}
