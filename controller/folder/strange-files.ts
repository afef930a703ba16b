import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { errnoOf, unless } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { isCandidateFolder, isCandidateName } from './candidate-name.ts'
import { type StrangeEntry, entriesOf } from './entries.ts'

/** A candidate whose path isn't UTF-8, or a folder of such a path that can't be read. */
export type StrangeFile =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Buffer; readonly stat: BigIntStats }
  | { readonly kind: 'unreadable'; readonly path: string; readonly why: string }

/**
 * The candidates among and below entries whose names aren't UTF-8, by paths that can be shown.
 *
 * Guarantees: none of them is passed over: such a file counts as unreadable, never as gone.
 */
export const strangeFiles = async (
  entries: readonly StrangeEntry[],
  { folder, prefix }: { readonly folder: Buffer; readonly prefix: string },
): Promise<readonly StrangeFile[]> => {
  const found: StrangeFile[] = []
  for (const { shown, bytes, isDirectory } of entries) {
    const at = Buffer.concat([folder, SLASH, bytes])
    const path = prefix + shown
    if (isDirectory) {
      if (isCandidateFolder(shown)) found.push(...(await below(at, `${path}/`)))
    } else if (isCandidateName(shown)) {
      const stat = await lstat(at, { bigint: true }).catch(unless('ENOENT', 'ENOTDIR'))
      if (stat !== undefined) found.push({ kind: 'file', path, bytes: at, stat })
    }
  }
  return found
}

const SLASH = Buffer.from('/')

const below = async (folder: Buffer, prefix: string): Promise<readonly StrangeFile[]> => {
  try {
    const { plain, strange } = await entriesOf(folder)
    const named = plain.map((entry) => ({
      shown: entry.name,
      bytes: Buffer.from(entry.name),
      isDirectory: entry.isDirectory(),
    }))
    return await strangeFiles([...named, ...strange], { folder, prefix })
  } catch (error) {
    if (errnoOf(error) === '') throw error
    return [{ kind: 'unreadable', path: prefix, why: messageOf(error) }]
  }
}
