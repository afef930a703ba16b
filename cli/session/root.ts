import { realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { lastRun } from '../../controller/state/last-run.ts'
import { CliError } from '../print/cli-error.ts'

/** Where the Bottle files are: `--dir`, else the nearest folder at or above here that has a `.bottled`, else here. */
export const findRoot = async (wish: {
  readonly dir: string | undefined
  readonly stateDir: string | undefined
  readonly cwd: string
}): Promise<{ readonly root: string; readonly lockDir: string; readonly stateDir: string }> => {
  const root =
    wish.dir === undefined || wish.dir === '' ? await nearestRoot(wish.cwd) : await folder(resolve(wish.cwd, wish.dir))
  const lockDir = wish.stateDir === undefined ? join(root, '.bottled') : resolve(wish.cwd, wish.stateDir)
  return { root, lockDir, stateDir: await inUse(lockDir) }
}

/** A simulated run keeps its state in a separate folder. */
const inUse = async (base: string): Promise<string> =>
  (await lastRun(base)).simulated ? join(base, 'simulated') : base

const nearestRoot = async (cwd: string): Promise<string> => {
  for (let at = cwd; ; at = dirname(at)) {
    if (await isFolder(join(at, '.bottled'))) return at
    if (dirname(at) === at) return cwd
  }
}

const folder = async (path: string): Promise<string> => {
  if (await isFolder(path)) return realpath(path)
  throw new CliError(`${path} is not a folder`, 'name the folder of Bottle files with --dir DIR or BOTTLE_DIR', 3)
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
