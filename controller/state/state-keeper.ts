import { lstat, realpath, rename } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { fileId, type PlacedDisk } from '../../drivers/disk/disk.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { noteRun } from './last-run.ts'
import { type Lock, LockedError, lockHolder } from './lock.ts'
import type { OwnerState } from './owner.ts'
import { prepareState, StateError } from './state-folder.ts'

/**
 * Keeps the state folder in place while a controller runs: `git clean -fdx` removes it, a turned link leaves it behind.
 *
 * Flow: a few lstats tell that all is there; what is missing at two checks in a row is written again from memory, lock first.
 * Guarantees: nothing is written while the root is unknown, or where another owner's state stands; if another controller took
 *   the lock meanwhile, no change of the state succeeds any more. Caveats: events, answers and set-aside states are lost.
 */
export interface StateKeeper {
  check(): Promise<StateCheck>
}

export type StateCheck =
  | { readonly kind: 'kept' }
  /** `what`: for people. */
  | { readonly kind: 'restored'; readonly what: string }
  /** Nothing may be written now. */
  | { readonly kind: 'away'; readonly why: string }
  /** Another controller has the root: this one has to end. */
  | { readonly kind: 'taken'; readonly error: Error }

const KEPT: StateCheck = { kind: 'kept' }

/** What the lstats told: the numbers that stay while nothing happens. */
interface Look {
  readonly folder: string | undefined
  readonly lock: string | undefined
  readonly bottles: string | undefined
  /** Names of files that are missing. */
  readonly missing: readonly string[]
}

export const createStateKeeper = async (options: {
  /** Where the lock is. */
  readonly base: string
  /** Where owner and records are: `base`, or `simulated` in it. */
  readonly stateDir: string
  readonly root: string
  readonly simulated: boolean
  readonly lock: Lock
  readonly owner: Pick<OwnerState, 'owner' | 'recorded' | 'restore'>
  readonly disk: Pick<PlacedDisk, 'renew' | 'refuse'>
  readonly isRootKnown: () => Promise<boolean>
  /** Writes again what else memory holds. Returns how many records were missing. */
  readonly restore: () => Promise<number>
}): Promise<StateKeeper> => {
  const { base, stateDir, root, lock, owner, disk, isRootKnown } = options
  const isInRoot = base.startsWith(`${root}${sep}`)
  let real = await realpath(base)
  let known: Look = await lookAt(base, stateDir)
  disk.renew({ path: join(base, 'lock'), id: known.lock })
  /** What was there at the last check, if that wasn't all. */
  let seen: string | undefined
  let last: StateCheck = KEPT

  const isKept = (now: Look): boolean =>
    now.folder === known.folder &&
    now.missing.length === 0 &&
    now.lock === known.lock &&
    (now.bottles === known.bottles || known.bottles === undefined)

  /** The link before the root was turned: the folder stands where it was. True if it is back in the root now. */
  const follow = async (now: Look): Promise<boolean> => {
    const home = join(await realpath(dirname(base)), basename(base))
    if (home === real || (await idOf(real)) !== known.folder) return false
    if (now.folder !== undefined) {
      throw new StateError(
        'OtherRoot',
        `the root was turned to ${dirname(home)}, which has a state folder of its own`,
        `remove ${home}, or turn the link back`,
      )
    }
    try {
      await rename(real, home)
    } catch (error) {
      if (errnoOf(error) === 'EXDEV') return false
      throw error
    }
    real = home
    return true
  }

  const putBack = async (now: Look): Promise<StateCheck> => {
    if (await follow(now)) return { kind: 'restored', what: `the root was turned: the state folder moved to ${real}` }
    if (now.folder !== undefined && deviceOf(now.folder) !== deviceOf(known.folder))
      return { kind: 'away', why: `${base} is on another file system than before: is one not mounted?` }
    const id = now.folder === undefined ? undefined : await owner.recorded()
    if (id !== undefined && id !== owner.owner.id && (await lockHolder(base)) === undefined)
      return { kind: 'away', why: `${stateDir} belongs to another owner now, ${id}` }
    await prepareState(base)
    await lock.restore()
    const taken = await fileId(join(base, 'lock'))
    // Not before the lock is ours: what is being written belongs in our state only.
    disk.renew({ path: join(base, 'lock'), id: taken })
    await prepareState(stateDir)
    await owner.restore()
    await noteRun(base, options.simulated)
    const records = await options.restore()
    real = await realpath(base)
    const what = wordsOf(now, known, { base, records })
    known = { ...(await lookAt(base, stateDir)), lock: taken }
    return what === undefined ? { kind: 'kept' } : { kind: 'restored', what }
  }

  const restore = async (now: Look): Promise<StateCheck> => {
    try {
      return await putBack(now)
    } catch (error) {
      if (!(error instanceof LockedError)) return { kind: 'away', why: messageOf(error) }
      disk.refuse('another controller holds this root')
      return { kind: 'taken', error }
    }
  }

  return {
    check: async () => {
      const now = await lookAt(base, stateDir)
      if (isKept(now)) {
        known = now
        seen = undefined
        last = KEPT
        return last
      }
      if (isInRoot && !(await isRootKnown())) {
        last = { kind: 'away', why: `the state folder ${base} went with its root` }
        return last
      }
      // Who removes or replaces a tree may be in the middle of it.
      if (seen !== JSON.stringify(now)) {
        seen = JSON.stringify(now)
        return last
      }
      const done = await restore(now)
      last = done.kind === 'restored' ? KEPT : done
      return done
    },
  }
}

const lookAt = async (base: string, stateDir: string): Promise<Look> => {
  const files = [join(stateDir, 'owner'), join(stateDir, '.gitignore')]
  const [folder, lock, bottles, ...there] = await Promise.all([
    idOf(base),
    fileId(join(base, 'lock')),
    idOf(join(stateDir, 'bottles')),
    ...files.map((file) => idOf(file)),
  ])
  const missing = files.filter((_, at) => there[at] === undefined).map((file) => basename(file))
  return { folder, lock, bottles, missing: lock === undefined ? ['lock', ...missing] : missing }
}

/** `device:inode`. */
const idOf = (path: string): Promise<string | undefined> =>
  lstat(path, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => undefined,
  )

const deviceOf = (id: string | undefined): string | undefined => id?.split(':')[0]

const wordsOf = (
  now: Look,
  known: Look,
  { base, records }: { readonly base: string; readonly records: number },
): string | undefined => {
  const many = records === 0 ? [] : [records === 1 ? '1 record' : `${records} records`]
  const parts = [...now.missing, ...many].join(', ')
  if (now.folder === known.folder) return parts === '' ? undefined : `removed from ${base} and put back: ${parts}`
  if (parts === '') return `${base} is another folder than it was; nothing that is remembered is missing in it`
  const what = now.folder === undefined ? 'was removed' : 'was replaced'
  return `${base} ${what}; put back from memory: ${parts}; its events and requests are lost`
}
