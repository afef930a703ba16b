import { readlink, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { CliError } from '../print/cli-error.ts'
import { textOf } from './judge.ts'
import { openFolder } from './open-folder.ts'
import type { OpenFolder } from './open-folder.ts'

/**
 * Opens what a person names on this host, step by step from `/`.
 *
 * Guarantees: links of the person's are followed; one in a folder that an agent can write is not, as the agent may have
 *   made it. The folder that was walked to stays open, so that what is done there is done there.
 */
export interface NamedPath {
  readonly folder: OpenFolder
  /** In that folder; undefined: the folder itself is named. Bytes as latin1. */
  readonly name: string | undefined
}

export interface Walk {
  readonly cwd: string
  /** Whether an agent can make links in the folder of this path. */
  isTainted(folder: string): boolean
  /** Whether the last name may be a link that stays one: what is there will be replaced. */
  readonly keepLast: boolean
}

const MOST_LINKS = 40

export const openNamed = async (path: string, walk: Walk): Promise<NamedPath> => {
  let folder = await openFolder('/')
  const enter = async (next: Promise<OpenFolder>): Promise<void> => {
    const inner = await next
    await folder.close()
    folder = inner
  }
  const todo = segmentsOf(Buffer.from(isAbsolute(path) ? path : `${walk.cwd}/${path}`).toString('latin1'))
  let links = 0
  try {
    for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
      const isLast = todo.length === 0
      const found = name === '..' ? 'folder' : await kindOf(folder, name)
      if (found === 'folder') await enter(folder.enter(name))
      else if (found === 'link') {
        if (isLast && walk.keepLast && !path.endsWith('/') && !(await leadsToFolder(folder, name)))
          return { folder, name }
        const to = await readlink(folder.at(name), 'latin1')
        const here = await folder.path()
        if (walk.isTainted(here)) throw mayBeForged(`${here}/${textOf(name)}`, textOf(to))
        if ((links += 1) > MOST_LINKS) throw new CliError(`${path} leads through more than ${MOST_LINKS} links`)
        if (to.startsWith('/')) await enter(openFolder('/'))
        todo.unshift(...segmentsOf(to))
      } else if (isLast && !path.endsWith('/')) return { folder, name }
      else throw notAFolder(`${await folder.path()}/${textOf(name)}`, found)
    }
    return { folder, name: undefined }
  } catch (error) {
    await folder.close()
    throw error
  }
}

/** Bytes as latin1. `..` stays: behind a link it leads to another folder than the text says. */
const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '' && segment !== '.')

const kindOf = async (folder: OpenFolder, name: string): Promise<'folder' | 'link' | 'missing' | 'other'> => {
  const found = await folder.look(name)
  if (found === undefined) return 'missing'
  return found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other'
}

const leadsToFolder = (folder: OpenFolder, name: string): Promise<boolean> =>
  stat(folder.at(name)).then(
    (found) => found.isDirectory(),
    () => false,
  )

const mayBeForged = (link: string, to: string): CliError =>
  new CliError(
    `${link} is a link to ${to}, and an agent can write where it lies`,
    'if that is what you want, name the place that it leads to',
    'Conflict',
  )

const notAFolder = (path: string, found: 'missing' | 'other'): CliError =>
  found === 'missing'
    ? new CliError(`${path} does not exist`, 'name a folder that exists', 'NotFound')
    : new CliError(`${path} is not a folder`, 'name a folder', 'Conflict')
