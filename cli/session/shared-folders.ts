import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { isCandidateFolder } from '../../controller/folder/candidate-name.ts'
import type { Access } from '../../drivers/access/shared-folder.ts'
import type { Shared } from '../../drivers/access/judge-writers.ts'
import { unless } from '../../drivers/errno.ts'

/** Each folder of it that is looked into counts. */
export const sharedRoot = async (access: Access, root: string): Promise<Shared | undefined> =>
  (await access.sharedWay(root)) ?? access.sharedBelow(root, isCandidateFolder)

/** The state folder itself and the folders in it, if it exists: made private, nobody comes past it. */
export const sharedState = async (access: Access, state: string): Promise<Shared | undefined> => {
  const real = await realpath(state).catch(unless('ENOENT'))
  if (real === undefined) return undefined
  const entries = (await readdir(real, { withFileTypes: true }).catch(unless('ENOTDIR', 'EACCES'))) ?? []
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(real, name))
  for (const folder of [real, ...folders]) {
    const shared = await access.sharedBelow(folder, () => false)
    if (shared !== undefined) return shared
  }
  return undefined
}
