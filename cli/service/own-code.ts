import { existsSync } from 'node:fs'
import { lstat, readdir, readlink, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { openAccess } from '../../drivers/access/shared-folder.ts'
import { CliError } from '../print/cli-error.ts'

/**
 * Whether root alone may change the code that a service of root would run.
 *
 * Flow: the way to the program and to the package, then each folder and file of the package, and of the folder of packages that it
 *   lies in.
 * Guarantees: throws a CliError that names the first path that another user may write, or that lies where the service can't read;
 *   what links lead to outside of the package is looked at as well.
 * Caveats: access lists of single files aren't looked at.
 */
export const requireRootsCode = async (program: string, packageFolder: string): Promise<void> => {
  const access = await openAccess({ uid: 0, gid: 0 })
  const requireWay = async (path: string, target = path): Promise<void> => {
    if (UNSEEN.some((place) => target.startsWith(place)))
      throw refused(target, 'the service sees neither home folders nor /tmp')
    const shared = await access.sharedWay(path)
    if (shared !== undefined) throw refused(path, shared.why)
  }
  const folder = await realpath(packageFolder)
  // Packages that npm put beside this one are imported, too; of a checkout they may be a link.
  const beside = dirname(folder).endsWith('/node_modules') ? dirname(folder) : folder
  const below = await realpath(join(folder, 'node_modules')).catch(() => folder)
  for (const path of [await realpath(program), folder, below]) await requireWay(path)
  const trees = new Set([beside, below])
  const isIn = (path: string): boolean => [...trees].some((tree) => path === tree || path.startsWith(`${tree}/`))

  const requireBelow = async (path: string): Promise<void> => {
    const found = await lstat(path)
    if (found.uid !== 0 || (!found.isSymbolicLink() && (found.mode & 0o022) !== 0))
      throw refused(path, 'a user other than root may write it')
    if (found.isSymbolicLink()) {
      const target = await realpath(path).catch(async () => resolve(dirname(path), await readlink(path)))
      await requireWay(path, target)
      if (!isIn(target) && existsSync(target)) trees.add(target)
    }
    if (found.isDirectory()) for (const name of await readdir(path)) await requireBelow(join(path, name))
  }
  // What a link adds comes after those.
  for (const tree of trees) await requireBelow(tree)
}

const UNSEEN = ['/home/', '/root/', '/run/user/', '/tmp/', '/var/tmp/']

const refused = (path: string, why: string): CliError =>
  new CliError(
    `${path}: ${why}, and a service of root must not run it`,
    'sudo npm install --global bottled puts it where only root writes; then sudo bottled service edges',
    'Conflict',
  )
