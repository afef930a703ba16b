import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { readText } from './read-bounded.ts'

/**
 * The entries that make git of a folder what it is, for each work tree around it: `.git`, the git directory, the common one
 * that several work trees share, and where it borrows objects. Read as files; git isn't asked.
 *
 * Guarantees: what isn't there yet is named, too: whoever could make it would decide; whose it is doesn't matter.
 */
export const gitFoldersAround = async (folder: string): Promise<readonly string[]> => {
  const found: string[] = []
  let at = await realpath(folder).catch(() => folder)
  for (;;) {
    found.push(...(await entriesAt(join(at, '.git'))))
    if (dirname(at) === at) return [...new Set(found)]
    at = dirname(at)
  }
}

const entriesAt = async (entry: string): Promise<readonly string[]> => {
  const there = await lstat(entry).catch(() => undefined)
  if (there === undefined) return []
  const named = there.isFile() ? (await lineOf(entry))?.replace(/^gitdir: /, '') : undefined
  const written = named === undefined ? entry : resolve(dirname(entry), named)
  const own = await realpath(written).catch(() => written)
  const common = await lineOf(join(own, 'commondir'))
  const shared = common === undefined ? own : resolve(own, common)
  const objects = join(shared, 'objects')
  const lent = (await readText(join(objects, 'info', 'alternates')))?.split('\n').filter((line) => line !== '') ?? []
  return [entry, written, own, shared, ...lent.map((line) => resolve(objects, line))]
}

const lineOf = async (path: string): Promise<string | undefined> => (await readText(path))?.replace(/\r?\n$/, '')
