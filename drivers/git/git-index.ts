import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { bytesOf, type Env, filesWithFilter } from './attribute-files.ts'
import { readEntries, withoutNumbers } from './index-bytes.ts'
import { readIndex, readStamp, replaceIndex } from './index-file.ts'
import { workTreeOf } from './work-tree.ts'
import type { WorkTree } from './work-tree.ts'

/**
 * Refreshes git's entries of files whose `status` its clean filter leaves out.
 *
 * Flow: git counts a file as modified if its size differs from its entry, and asks the filter only if that size is 0. So
 *   the entry's numbers are set to 0 in a copy of the index, which replaces the index unless that changed meanwhile.
 * Guarantees: git is never run, so nothing that a repository's configuration says is executed. Nothing is staged, unstaged or
 *   hidden: git compares the content at its next look. A change by someone else is never undone. An index that isn't
 *   understood stays as it is. Nothing is written if there is nothing to do.
 * Assumptions: files are absolute. Caveats: `index.lock` is held for two system calls, and a git command that starts then
 *   finds it, as beside any other git; an index above 64 MiB isn't touched.
 */
export interface GitIndex {
  /** The files that git has the filter for. */
  filtered(files: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * Before a change: makes git read their content again. `busy`: someone else writes the index; nothing was changed.
   * `foreign`: git has the filter for none of them.
   */
  forget(files: readonly string[]): Promise<Forgotten>
  /** After the change: the same for files whose old state git noted in between. */
  mend(files: readonly string[]): Promise<Forgotten>
}

export type Forgotten = 'done' | 'busy' | 'foreign'

export const FILTER = 'bottled'

export const createGitIndex = ({ env }: { readonly env: Env }): GitIndex => {
  /** Entries without a size, and the index they are known for. */
  const forgotten = new Map<string, Known>()
  /** Entries that matched their files, by the stats of both. */
  const looked = new Map<string, string>()

  const filteredIn = (tree: WorkTree, files: readonly string[]): Promise<readonly string[]> =>
    filesWithFilter(tree, files, { name: FILTER, env })

  const forgetIn = async (tree: WorkTree, files: readonly string[]): Promise<Forgotten> => {
    const index = join(tree.gitDir, 'index')
    const known = forgotten.get(index)
    if (covers(known, await readStamp(index), files)) return 'done'
    const mine = await filteredIn(tree, files)
    if (mine.length === 0) return 'foreign'
    const before = await readIndex(index)
    if (before === undefined) return 'foreign'
    const found = readEntries(before.bytes, pathsOf(tree, mine))
    if (found === undefined) return 'foreign'
    const entries = found.entries.filter(({ plain, size }) => plain && size !== 0)
    const write = (): Promise<string | undefined> =>
      replaceIndex(index, { before, bytes: withoutNumbers(before.bytes, { ...found, entries }) })
    const after = entries.length === 0 ? before.stamp : await write()
    if (after === undefined) return 'busy'
    const kept = known?.stamp === before.stamp ? known.files : []
    forgotten.set(index, { stamp: after, files: new Set([...kept, ...mine]) })
    return 'done'
  }

  const mendIn = async (tree: WorkTree, files: readonly string[]): Promise<Forgotten> => {
    const index = join(tree.gitDir, 'index')
    const stamp = await readStamp(index)
    if (stamp === undefined) return 'foreign'
    if (covers(forgotten.get(index), stamp, files)) return 'done'
    const stamps = [stamp, ...files, ...(await Promise.all(files.map(readStamp)))].join('\n')
    if (looked.get(index) === stamps) return 'done'
    const mine = await filteredIn(tree, files)
    if (mine.length === 0) return 'foreign'
    const before = await readIndex(index)
    const found = before && readEntries(before.bytes, pathsOf(tree, mine))
    if (found === undefined) return 'foreign'
    const noted = new Map(found.entries.map(({ path, size }) => [path, size]))
    const sizes = await Promise.all(mine.map(sizeOf))
    const stale = mine.filter((file, at) => {
      const size = noted.get(bytesOf(relative(tree.top, file)))
      return size !== undefined && size !== 0 && size !== sizes[at]
    })
    if (stale.length > 0) return forgetIn(tree, stale)
    looked.set(index, stamps)
    return 'done'
  }

  const inEach = async (
    files: readonly string[],
    work: (tree: WorkTree, files: readonly string[]) => Promise<Forgotten>,
  ): Promise<Forgotten> => {
    const ends = new Set<Forgotten>()
    for (const [tree, own] of await byWorkTree(files)) ends.add(await work(tree, [...own.keys()]))
    return ends.has('busy') ? 'busy' : ends.has('done') ? 'done' : 'foreign'
  }

  return {
    filtered: async (files) => {
      const found = new Set<string>()
      for (const [tree, own] of await byWorkTree(files))
        for (const file of await filteredIn(tree, [...own.keys()])) found.add(own.get(file) ?? file)
      return found
    },
    forget: (files) => inEach(files, forgetIn),
    mend: (files) => inEach(files, mendIn),
  }
}

const pathsOf = ({ top }: WorkTree, files: readonly string[]): ReadonlySet<string> =>
  new Set(files.map((file) => bytesOf(relative(top, file))))

/** As git notes it. */
const sizeOf = (file: string): Promise<number | undefined> =>
  lstat(file).then(
    ({ size }) => size % 2 ** 32,
    () => undefined,
  )

/** Files below a folder that are in git's index and have the filter. */
export const filteredFilesBelow = async (folder: string, env: Env): Promise<readonly string[]> => {
  const tree = await workTreeOf(folder)
  const read = tree && (await readIndex(join(tree.gitDir, 'index')))
  const found = read && readEntries(read.bytes, 'all')
  if (tree === undefined || found === undefined) return []
  const files = found.entries
    .map(({ path }) => join(tree.top, Buffer.from(path, 'latin1').toString('utf8')))
    .filter((file) => file.startsWith(`${folder}/`))
  return filesWithFilter(tree, files, { name: FILTER, env })
}

/** False: its numbers can't be changed here, and git will name files in which only the status changed. */
export const isIndexUnderstood = async (folder: string): Promise<boolean> => {
  const tree = await workTreeOf(folder)
  const index = tree && join(tree.gitDir, 'index')
  if (index === undefined || (await readStamp(index)) === undefined) return true
  const read = await readIndex(index)
  return read !== undefined && readEntries(read.bytes, new Set()) !== undefined
}

interface Known {
  readonly stamp: string
  readonly files: ReadonlySet<string>
}

const covers = (known: Known | undefined, stamp: string | undefined, files: readonly string[]): boolean =>
  known !== undefined && known.stamp === stamp && files.every((file) => known.files.has(file))

/** A file's given name, by its real path. */
type Files = ReadonlyMap<string, string>

const byWorkTree = async (files: readonly string[]): Promise<ReadonlyMap<WorkTree, Files>> => {
  const trees = new Map<string, WorkTree | undefined>()
  const found = new Map<string, { readonly tree: WorkTree; readonly files: Map<string, string> }>()
  for (const named of files) {
    const file = await realpath(named).catch(() => named)
    const folder = dirname(file)
    if (!trees.has(folder)) trees.set(folder, await workTreeOf(folder))
    const tree = trees.get(folder)
    if (tree === undefined) continue
    const own = found.get(tree.top) ?? { tree, files: new Map<string, string>() }
    found.set(tree.top, own)
    own.files.set(file, named)
  }
  return new Map([...found.values()].map((each) => [each.tree, each.files]))
}
