import { realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { newerState } from '../../controller/state/format.ts'
import { lastRun } from '../../controller/state/last-run.ts'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { strangerOf } from '../../drivers/access/owner.ts'
import { CliError } from '../print/cli-error.ts'

export interface RootWish {
  readonly dir: string | undefined
  readonly stateDir: string | undefined
  readonly cwd: string
  /** State is neither read nor written: another user's is no danger. */
  readonly anyState?: boolean
}

export interface FoundRoot {
  readonly root: string
  readonly lockDir: string
  readonly stateDir: string
  /** State folders of other users on the way up, and whose they are. */
  readonly passedOver: readonly string[]
}

/**
 * Where the Bottle files are: `--dir`, else the nearest folder at or above here that has a `.bottled`, else here.
 *
 * Guarantees: a state folder of another user is passed over on the way up, and refused where it is named, as git does with
 *   repositories: what it says is that user's, and what we write into it may land anywhere. State that only a newer bottled
 *   understands is refused.
 */
export const findRoot = async (wish: RootWish): Promise<FoundRoot> => {
  const isNamed = wish.dir !== undefined && wish.dir !== ''
  const { root, passedOver } = isNamed
    ? { root: await folder(resolve(wish.cwd, wish.dir ?? '')), passedOver: [] }
    : await nearestRoot(wish)
  const lockDir = wish.stateDir === undefined ? join(root, '.bottled') : resolve(wish.cwd, wish.stateDir)
  const stranger = await strangerOf(lockDir)
  if (stranger !== undefined && wish.anyState !== true)
    throw new CliError(
      `${lockDir} belongs to the user ${stranger}: its state is not used`,
      `sudo -u ${stranger.replace(/^with the number /, '#')} bottlectl …, or name a root of your own with --dir DIR`,
    )
  const stateDir = stranger === undefined ? await stateInUse(lockDir) : lockDir
  if (wish.anyState !== true) {
    const newer = await newerStateIn(stateDir)
    if (newer !== undefined) throw new CliError(newer.message, newer.hint)
  }
  return { root, lockDir, stateDir, passedOver }
}

/** A simulated run keeps its state in a separate folder; the next run may be of the other kind. */
export const stateInUse = async (base: string): Promise<string> =>
  (await lastRun(base)).simulated ? join(base, 'simulated') : base

/** As `newerState` has it; what can't be read is for others to say. */
export const newerStateIn = async (stateDir: string): Promise<ReturnType<typeof newerState>> =>
  newerState(await readOwn(join(stateDir, 'owner')).catch(() => undefined), stateDir)

const nearestRoot = async ({ cwd }: RootWish): Promise<Pick<FoundRoot, 'root' | 'passedOver'>> => {
  const passedOver: string[] = []
  for (let at = cwd; ; at = dirname(at)) {
    const state = join(at, '.bottled')
    if (await isFolder(state)) {
      const stranger = await strangerOf(state)
      if (stranger === undefined) return { root: at, passedOver }
      passedOver.push(`${state} belongs to the user ${stranger}`)
    }
    if (dirname(at) === at) return { root: cwd, passedOver }
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
