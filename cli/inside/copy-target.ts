import { lstat, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readKnownRoots } from '../../drivers/host/known-roots.ts'
import { rootsBy } from '../copy/acts-there.ts'
import type { Asked } from '../copy/judge.ts'
import { openNamed } from '../copy/named-path.ts'
import type { OpenFolder } from '../copy/open-folder.ts'
import { identityOf } from '../copy/write-file.ts'
import { rootsFolder } from '../policy/own-paths.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'
import { agentFolders } from './agent-folders.ts'

/** Where a copy from a bottle goes: an open folder, and what holds there. */
export interface Target extends Omit<Asked, 'source'> {
  readonly into: OpenFolder
  readonly isRoot: (folder: OpenFolder) => Promise<boolean>
}

/** `name` is what the copy is called in a folder that exists. */
export const openTarget = async (session: Session, to: string, name: string): Promise<Target> => {
  const named = await openNamed(to, { cwd: session.cwd, isTainted: await taint(session), keepLast: true })
  try {
    const path = await named.folder.path()
    const as = named.name ?? name
    const state = await realpath(session.lockDir).catch(() => session.lockDir)
    if (isBelow(path, state) || [...path.split('/'), as].includes('.bottled'))
      throw new CliError(`${to} is in the state of bottled`, 'copy it to another folder', 'Conflict')
    const folder = path.split('/').filter((segment) => segment !== '')
    const ids = await rootIds(session)
    return {
      into: named.folder,
      as,
      folder: folder.map(bytesOf),
      rootDepths: await rootDepths(ids, folder),
      isRoot: rootsBy(ids),
    }
  } catch (error) {
    await named.folder.close()
    throw error
  }
}

/** Whether an agent can make links in a folder. */
export const taint = async (session: Session): Promise<(folder: string) => boolean> => {
  const folders = await agentFolders(session)
  return (folder) => folders.some((each) => isBelow(folder, each))
}

/** As latin1. */
export const bytesOf = (text: string): string => Buffer.from(text).toString('latin1')

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** Device and inode of this root, and of each that a controller of this user ran on: their state may lie elsewhere. */
const rootIds = async (session: Session): Promise<ReadonlySet<string>> => {
  const known = await readKnownRoots(rootsFolder(session.env))
  const ids = await Promise.all([session.root, ...known.map(({ root }) => root)].map(idOf))
  return new Set(ids.filter((id) => id !== undefined))
}

const idOf = (path: string): Promise<string | undefined> => stat(path).then(identityOf, () => undefined)

/** Those, and any other whose controller may run: `.bottled` shows it. */
const rootDepths = async (ids: ReadonlySet<string>, folder: readonly string[]): Promise<readonly number[]> => {
  const depths: number[] = []
  for (let depth = 0; depth <= folder.length; depth += 1) {
    const path = `/${folder.slice(0, depth).join('/')}`
    const state = await lstat(join(path, '.bottled')).catch(() => undefined)
    if (ids.has((await idOf(path)) ?? '') || state?.isDirectory() === true) depths.push(depth)
  }
  return depths
}
