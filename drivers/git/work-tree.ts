import { type Stats } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { readBounded } from './read-bounded.ts'

/**
 * Finds the repository around a folder, as git does.
 *
 * Guarantees: what another user put there isn't taken for one, as git's `safe.directory` has it: a `.git` above the root must
 *   not be able to hold deletions. No file of it can hang us.
 * Assumptions: the owner of the folder that is asked about is trusted with it.
 */
const LONGEST_LINK = 64 * 1024

/**
 * The folder of git's own files for the work tree with this `.git`; links of worktrees and submodules are followed.
 * `owners`: whose it must be.
 */
export const gitDirOf = async (path: string, owners?: Owners): Promise<string | undefined> => {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || owners?.has(found.uid) === false) return undefined
  const folder = found.isFile() ? await linkedFrom(path, /^gitdir: ([^\0]+?)\r?\n?$/) : path
  if (folder === undefined) return undefined
  const real = await realpath(folder).catch(() => undefined)
  const there: Stats | undefined = real === undefined ? undefined : await stat(real).catch(() => undefined)
  return there?.isDirectory() === true && owners?.has(there.uid) !== false ? real : undefined
}

/** Users whose files count as the person's own. */
export type Owners = ReadonlySet<number>

/** Root, this user, and who owns the folder that is asked about. */
export const ownersFor = async (folder: string): Promise<Owners> => {
  const { uid } = await stat(folder).catch(() => ({ uid: 0 }))
  return new Set([0, uid, process.geteuid?.() ?? uid])
}

const linkedFrom = async (file: string, form: RegExp): Promise<string | undefined> => {
  const read = await readBounded(file, LONGEST_LINK)
  const [, target] = form.exec(read?.bytes.toString('utf8') ?? '') ?? []
  return target === undefined ? undefined : resolve(dirname(file), target)
}

export interface WorkTree {
  readonly top: string
  readonly gitDir: string
  /** What linked worktrees share; the same folder in others. */
  readonly commonDir: string
}

/** The work tree that contains a folder. */
export const workTreeOf = async (folder: string): Promise<WorkTree | undefined> => {
  const owners = await ownersFor(folder)
  for (let top = folder; ; top = dirname(top)) {
    const gitDir = await gitDirOf(join(top, '.git'), owners)
    if (gitDir !== undefined) {
      const commonDir = (await linkedFrom(join(gitDir, 'commondir'), /^([^\0]+?)\r?\n?$/)) ?? gitDir
      return { top, gitDir, commonDir }
    }
    if (dirname(top) === top) return undefined
  }
}
