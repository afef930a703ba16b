import { lstat, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gitDirOf, ownersFor } from '../../drivers/git/work-tree.ts'

/**
 * Which operation git has in progress in the repository around a folder, by the files in its git directory.
 *
 * Guarantees: worktrees and submodules lead to their own git directory; for a submodule the repository around it counts, too;
 *   a repository that another user put around it doesn't.
 */
const SIGNS = [
  'index.lock',
  'rebase-merge',
  'rebase-apply',
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'BISECT_LOG',
] as const

export const gitAtWork = async (folder: string): Promise<string | undefined> => {
  let at = await realpath(folder).catch(() => undefined)
  const owners = await ownersFor(folder)
  while (at !== undefined) {
    const gitDir = await gitDirOf(join(at, '.git'), owners)
    const sign = gitDir === undefined ? undefined : await signIn(gitDir)
    if (sign !== undefined) return sign
    if (gitDir !== undefined && !/\/modules\//.test(gitDir)) return undefined
    at = dirname(at) === at ? undefined : dirname(at)
  }
  return undefined
}

const signIn = async (gitDir: string): Promise<string | undefined> => {
  for (const sign of SIGNS) if (await lstat(join(gitDir, sign)).catch(() => undefined)) return sign
  return undefined
}
