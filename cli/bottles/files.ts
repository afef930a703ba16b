import { type BigIntStats, createReadStream, type Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LIMITS } from '../../controller/document/limits.ts'
import { parseAside } from '../../controller/folder/aside-name.ts'
import { isCandidateFolder, isCandidateName } from '../../controller/folder/candidate-name.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { locate } from '../../controller/folder/read-safely.ts'
import { readWithAside } from '../../controller/folder/read-with-aside.ts'

/**
 * The files under the root that may contain Bottles, read without writing anything.
 *
 * Guarantees: the same files as the controller reads, including one that is just being rewritten.
 * Caveats: an unreadable folder is reported and its files are missing.
 */
export interface FileText {
  readonly path: string
  /** undefined: `why` it can't be read. */
  readonly text: string | undefined
  /** Of its bytes. */
  readonly sha256?: string
  /** As `stampOf` gives it, from before it was read; absent for a link. */
  readonly stamp?: string
  readonly why: string
}

export const listFiles = async (
  root: string,
): Promise<{ readonly paths: readonly string[]; readonly unreadable: readonly string[] }> => {
  const paths = new Set<string>()
  const unreadable: string[] = []
  const walk = async (prefix: string): Promise<void> => {
    let entries: readonly Dirent[]
    try {
      entries = await readdir(join(root, prefix), { withFileTypes: true })
    } catch (error) {
      if (prefix === '' || !['ENOENT', 'ENOTDIR'].includes(errnoOf(error)))
        unreadable.push(prefix === '' ? root : prefix)
      return
    }
    for (const entry of entries) {
      const { name } = entry
      const taken = parseAside(name)
      if (taken?.kind === 'original' && isCandidateName(taken.name)) paths.add(prefix + taken.name)
      else if (entry.isDirectory()) {
        if (isCandidateFolder(name)) await walk(`${prefix}${name}/`)
      } else if (isCandidateName(name)) paths.add(prefix + name)
    }
  }
  await walk('')
  return { paths: [...paths].sort(), unreadable }
}

/** undefined: it is gone. */
export const readFileText = async (
  where: { readonly root: string; readonly stateDir: string },
  path: string,
): Promise<FileText | undefined> => {
  const file = join(where.root, path)
  // A link is never read through, so that only what is refused needs a look at what it is.
  const direct = await readWithAside(file)
  const link = direct.kind === 'refused' && (await isLink(file))
  const at = link ? await locate(where, path) : undefined
  const content = at === undefined ? direct : at.kind === 'at' ? await readWithAside(at.file) : at
  if (content.kind === 'gone' || (content.kind === 'refused' && content.mayHold === 'none')) return undefined
  if (content.kind !== 'text') return { path, text: undefined, why: content.why }
  const { text, sha256, stat } = content
  return { path, text, sha256, why: '', ...(link ? {} : { stamp: stampText(stat) }) }
}

/**
 * What a person named, a pipe too: whole, or more than any file may have. The name may come from somebody else's commit, and
 * lead to what never ends.
 */
export const readNamed = async (path: string): Promise<Buffer> => {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of createReadStream(path)) {
    parts.push(part as Buffer)
    length += (part as Buffer).length
    if (length > LIMITS.fileBytes) break
  }
  return Buffer.concat(parts)
}

const isLink = (file: string): Promise<boolean> =>
  lstat(file).then(
    (stat) => stat.isSymbolicLink(),
    () => false,
  )

/** A stamp that changes whenever the file may have changed. */
export const stampOf = (root: string, path: string): Promise<string> =>
  lstat(join(root, path), { bigint: true }).then(stampText, () => '')

const stampText = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string => [ino, size, mtimeNs, ctimeNs].join(':')
