import { randomBytes } from 'node:crypto'
import { chmod, realpath, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { DriverError } from '../errors.ts'
import { workTreeOf } from './work-tree.ts'
import type { WorkTree } from './work-tree.ts'
import { clearRemains, readIndex, readStamp, replaceIndex } from './index-file.ts'
import { runCommand } from '../calls/subprocess.ts'

/**
 * Refreshes git's entries of files whose `status` its clean filter leaves out.
 *
 * Flow: git counts a file as modified if its size differs from its entry, and asks the filter only if that size is 0. So
 *   git writes the entry without a size into a copy of the index, which replaces the index unless that changed meanwhile.
 * Guarantees: nothing is staged, unstaged or hidden: git compares the content at its next look. A change by someone else
 *   is never undone. No hook runs. Four processes per call and work tree at most, none if there is nothing to do.
 * Assumptions: files are absolute. Caveats: `index.lock` is held for two system calls, and a git command that starts then
 *   finds it, as beside any other git; the next git scans an index of a file system monitor once.
 */
export interface GitIndex {
  /** The files that git has the filter for. */
  filtered(files: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>>
  /**
   * Before a change: makes git read their content again. `busy`: someone else writes the index; nothing was changed.
   * `foreign`: git has the filter for none of them.
   */
  forget(files: readonly string[], signal?: AbortSignal): Promise<Forgotten>
  /** After the change: the same for files whose old state git noted in between. */
  mend(files: readonly string[], signal?: AbortSignal): Promise<Forgotten>
}

export type Forgotten = 'done' | 'busy' | 'foreign'

export const FILTER = 'bottled'
const DEADLINE_MS = 20_000
const AT_ONCE = 500
/** No settings of a person: no hook, no monitor. */
const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false']

interface Git {
  readonly args: readonly string[]
  readonly stdin?: string
  readonly index?: string
}

export const createGitIndex = (options: { readonly env: Readonly<Record<string, string | undefined>> }): GitIndex => {
  const { PATH = '', HOME = '/', XDG_CONFIG_HOME } = options.env
  /** Entries without a size, and the index they are known for. */
  const forgotten = new Map<string, Known>()
  /** Entries that matched their files, by the stats of both. */
  const looked = new Map<string, string>()

  const git = async ({ top }: WorkTree, { args, stdin, index }: Git, signal?: AbortSignal): Promise<string> => {
    const ended = await runCommand(
      {
        file: 'git',
        args: ['-C', top, ...QUIET, ...args],
        env: {
          PATH,
          HOME,
          LC_ALL: 'C',
          GIT_OPTIONAL_LOCKS: '0',
          GIT_LITERAL_PATHSPECS: '1',
          ...(XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME }),
          ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
        },
        deadlineMs: DEADLINE_MS,
        umask: 0o022,
        ...(stdin === undefined ? {} : { stdin: Readable.from([stdin]) }),
      },
      signal,
    )
    if (ended.exitCode === 0) return ended.stdout
    throw new DriverError({
      code: ended.spawnError === undefined ? 'Failed' : 'NotFound',
      operation: `git ${args[0] ?? ''} in ${top}`,
      detail: ended.spawnError ?? ended.stderr.trim(),
    })
  }

  const filteredIn = async (
    tree: WorkTree,
    files: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly string[]> => {
    const stdin = files.map((file) => `${relative(tree.top, file)}\0`).join('')
    const fields = (await git(tree, { args: ['check-attr', '-z', '--stdin', 'filter'], stdin }, signal)).split('\0')
    return files.filter((_, at) => fields[at * 3 + 2] === FILTER)
  }

  const forgetIn = async (tree: WorkTree, files: readonly string[], signal?: AbortSignal): Promise<Forgotten> => {
    const index = join(tree.gitDir, 'index')
    const known = forgotten.get(index)
    const note = (stamp: string, more: readonly string[]): void => {
      const kept = known?.stamp === before?.stamp ? (known?.files ?? []) : []
      forgotten.set(index, { stamp, files: new Set([...kept, ...more]) })
    }
    if (covers(known, await readStamp(index), files)) return 'done'
    const before = await readIndex(index)
    if (before === undefined) return 'foreign'
    const mine = await filteredIn(tree, files, signal)
    if (mine.length === 0) return 'foreign'
    const copy = `${index}.bottled-${randomBytes(6).toString('hex')}`
    try {
      await writeFile(copy, before.bytes, { flag: 'wx' })
      await chmod(copy, before.mode)
      // By this time git decides which entries it may not trust: in whole seconds, never later than the original.
      await utimes(copy, before.seconds, before.seconds)
      const entries: string[] = []
      for (let at = 0; at < mine.length; at += AT_ONCE) {
        const paths = mine.slice(at, at + AT_ONCE).map((file) => relative(tree.top, file))
        const listed = await git(tree, { args: ['ls-files', '-s', '-v', '-z', '--', ...paths], index: copy }, signal)
        entries.push(...listed.split('\0').flatMap(plainEntry))
      }
      if (entries.length === 0) {
        note(before.stamp, mine)
        return 'done'
      }
      const stdin = entries.map((entry) => `${entry}\0`).join('')
      await git(tree, { args: ['update-index', '-z', '--index-info'], stdin, index: copy }, signal)
      await chmod(copy, before.mode)
      // Not the index's stamp afterwards: another git may have rewritten it by then.
      const after = await readStamp(copy)
      if (!replaceIndex(index, copy, before.stamp)) return 'busy'
      if (after !== undefined) note(after, mine)
      return 'done'
    } finally {
      await rm(copy, { force: true })
      await clearRemains(tree.gitDir)
    }
  }

  const mendIn = async (tree: WorkTree, files: readonly string[], signal?: AbortSignal): Promise<Forgotten> => {
    const index = join(tree.gitDir, 'index')
    const stamp = await readStamp(index)
    if (stamp === undefined) return 'foreign'
    if (covers(forgotten.get(index), stamp, files)) return 'done'
    const stamps = [stamp, ...files, ...(await Promise.all(files.map(readStamp)))].join('\n')
    if (looked.get(index) === stamps) return 'done'
    const stale = new Set<string>()
    for (let at = 0; at < files.length; at += AT_ONCE) {
      const paths = files.slice(at, at + AT_ONCE).map((file) => relative(tree.top, file))
      const listed = await git(tree, { args: ['diff-files', '--name-only', '-z', '--', ...paths] }, signal)
      for (const path of listed.split('\0')) stale.add(path)
    }
    const mine = files.filter((file) => stale.has(relative(tree.top, file)))
    if (mine.length > 0) return forgetIn(tree, mine, signal)
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
    filtered: async (files, signal) => {
      const found = new Set<string>()
      for (const [tree, own] of await byWorkTree(files))
        for (const file of await filteredIn(tree, [...own.keys()], signal)) found.add(own.get(file) ?? file)
      return found
    },
    forget: (files, signal) => inEach(files, (tree, own) => forgetIn(tree, own, signal)),
    mend: (files, signal) => inEach(files, (tree, own) => mendIn(tree, own, signal)),
  }
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

const EMPTY_BLOBS: ReadonlySet<string> = new Set([
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
])

/**
 * `H <mode> <hash> <stage>\t<path>` as --index-info takes it. What a person marked (skip-worktree, assume-unchanged) would
 * lose its mark, and an entry that is only intended to be added looks like an empty file: both stay unchanged.
 */
const plainEntry = (line: string): readonly string[] => {
  const [, entry, hash = ''] = /^H (\d+ ([0-9a-f]+) 0\t.+)$/s.exec(line) ?? []
  return entry === undefined || EMPTY_BLOBS.has(hash) ? [] : [entry]
}
