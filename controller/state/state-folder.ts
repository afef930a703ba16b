import { lstat, mkdir, open, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf, unless } from '../../drivers/errno.ts'

/**
 * Creates and checks the state folder.
 *
 * Guarantees: it is a real folder, belongs to our user, is closed to other writers (0700 if we create it) and has a
 *   `.gitignore` of `*`. Nothing is written if all that is already true.
 */
export type StateErrorCode = 'NotAFolder' | 'NotOurs' | 'TooOpen' | 'OtherRoot' | 'Unreadable' | 'UnknownOwner'

export class StateError extends Error {
  readonly code: StateErrorCode
  /** What the user can do next. */
  readonly hint: string

  constructor(code: StateErrorCode, message: string, hint: string) {
    super(message)
    this.name = 'StateError'
    this.code = code
    this.hint = hint
  }
}

/** Creates it if it is missing. Returns its real path. */
export const prepareState = async (stateDir: string): Promise<string> => {
  await makeFolder(stateDir)
  await checkState(stateDir)
  const ignore = await open(join(stateDir, '.gitignore'), 'wx', 0o600).catch(unless('EEXIST'))
  try {
    await ignore?.writeFile('*\n')
  } finally {
    await ignore?.close()
  }
  return await realpath(stateDir)
}

const checkState = async (stateDir: string): Promise<void> => {
  const stat = await lstat(stateDir)
  if (!stat.isDirectory()) {
    const what = stat.isSymbolicLink() ? 'a symbolic link' : 'not a folder'
    throw new StateError(
      'NotAFolder',
      `the state folder ${stateDir} is ${what}`,
      'name the real folder with --state-dir',
    )
  }
  const me = process.getuid?.()
  if (me !== undefined && stat.uid !== me) {
    throw new StateError(
      'NotOurs',
      `the state folder ${stateDir} belongs to uid ${stat.uid}, this is uid ${me}`,
      'run as that user, or name another folder with --state-dir',
    )
  }
  if ((stat.mode & 0o022) !== 0) {
    throw new StateError(
      'TooOpen',
      `the state folder ${stateDir} can be written by others (mode ${(stat.mode & 0o777).toString(8)})`,
      `chmod 700 ${stateDir}`,
    )
  }
}

/** Never creates the root: a missing root is an error. For `.bottled/simulated` the parent may have to be created. */
const makeFolder = async (stateDir: string): Promise<void> => {
  try {
    await mkdir(stateDir, { mode: 0o700 })
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    if (errnoOf(error) !== 'ENOENT' || basename(dirname(stateDir)) !== '.bottled') throw error
    await prepareState(dirname(stateDir))
    await mkdir(stateDir, { mode: 0o700 }).catch(unless('EEXIST'))
  }
}
