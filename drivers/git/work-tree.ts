import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { readRegular } from '../reading/read-bounded.ts'

/** Of a file that holds one path. */
const MOST_BYTES = 16 * 1024

/** The folder of git's own files for the work tree with this `.git`; links of worktrees and submodules are followed. */
export const gitDirOf = async (path: string): Promise<string | undefined> => {
  const stat = await lstat(path).catch(() => undefined)
  if (stat === undefined) return undefined
  if (stat.isSymbolicLink()) return await realpath(path).catch(() => undefined)
  if (!stat.isFile()) return path
  const text = (await readRegular(path, MOST_BYTES))?.toString() ?? ''
  const [, target] = /^gitdir: (.+?)\r?\n?$/.exec(text) ?? []
  return target === undefined ? undefined : resolve(dirname(path), target)
}

export interface WorkTree {
  readonly top: string
  readonly gitDir: string
}

/** The work tree that contains a folder. */
export const workTreeOf = async (folder: string): Promise<WorkTree | undefined> => {
  for (let top = folder; ; top = dirname(top)) {
    const gitDir = await gitDirOf(join(top, '.git'))
    if (gitDir !== undefined) return { top, gitDir }
    if (dirname(top) === top) return undefined
  }
}
