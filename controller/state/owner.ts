import { lstat, mkdir, readdir, realpath, rename, rm, rmdir, stat } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { dirname, join, sep } from 'node:path'
import { createDisk, type Disk, isTemporary } from '../../drivers/disk/disk.ts'
import { newerState, STATE_FORMAT } from './format.ts'
import { prepareState, StateError } from './state-folder.ts'
import { machineId } from './lock.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'

/**
 * The owner of this root's objects, in `<state>/owner`.
 *
 * Flow: an owner file with another path or machine means a copied folder: create a new owner and set the copied state
 *   aside. With `adopt`, become the named owner and bring its state back. The next start finishes what a crash stopped.
 * Guarantees: two folders act as one owner only after `adopt`; only copied secrets are deleted; no write without change.
 * Assumptions: the caller holds the lock. Caveats: a moved folder looks like a copy; `--adopt` is for that.
 */
export interface Owner {
  /** The format of the state as a whole (format.ts). */
  readonly version: typeof STATE_FORMAT
  /** The version of the bottled that wrote it; absent in files of bottled 0.1.0. */
  readonly writtenBy?: string
  readonly id: string
  /** The real path of the root. */
  readonly path: string
  /** The root's path as given, where that leads through a symbolic link: the link may be turned. */
  readonly link?: string
  /** `device:inode` of the root that was listed last; absent in a file of bottled 0.1.0. */
  readonly rootId?: string
  readonly machine: string
  readonly daemonId?: string
  /** The daemon's data root. Absent in files of bottled 0.1.0. */
  readonly daemonRoot?: string
  readonly machines?: { readonly uid: number; readonly dataFolder: string }
}

export interface OwnerState {
  readonly owner: Owner
  readonly created: boolean
  /** The owner of the folder that this one was copied from. */
  readonly copiedFrom?: string
  /** What stands at the root's path isn't what was listed last: a file system may be unmounted. */
  readonly isOtherRoot: boolean
  /** `device:inode` of the root now. */
  readonly rootId: string
  update(change: OwnerChange): Promise<void>
  /** The id in the file now. */
  recorded(): Promise<string | undefined>
  /** Writes the file again if it was removed. */
  restore(): Promise<void>
}

export type OwnerChange = Partial<Pick<Owner, 'daemonId' | 'daemonRoot' | 'machines' | 'rootId'>>

export const openState = async (options: {
  readonly root: string
  readonly stateDir: string
  readonly adopt?: string | undefined
  readonly newId: () => string
  readonly disk?: Disk
  /** Of this bottled. */
  readonly version?: string
}): Promise<OwnerState> => {
  const { adopt, newId, disk = createDisk(), version } = options
  if (adopt !== undefined && !ID.test(adopt)) {
    throw new StateError(
      'UnknownOwner',
      `${JSON.stringify(adopt)} isn't a valid owner id`,
      'bottled names the id when it finds objects of another owner',
    )
  }
  const root = await realpath(options.root)
  const state = await prepareState(options.stateDir)
  const file = join(state, 'owner')
  // Left by a controller that was killed during a write. We hold the lock, so nobody is using them.
  for (const name of (await disk.list(state)).filter(isTemporary)) await disk.remove(join(state, name))
  const machine = await machineId()
  const former = await readOwner(disk, file)
  const rootId = await idOf(root)
  const link = options.root === root ? undefined : options.root
  const isOurs =
    former !== undefined &&
    former.machine === machine &&
    (former.path === root || (link !== undefined && former.link === link))
  if (former !== undefined && !isOurs) await refuseShared(former, { root, state, machine })
  const place = { path: root, ...(link === undefined ? {} : { link }) }
  const fresh = { version: STATE_FORMAT, id: adopt ?? newId(), machine, rootId, ...place } as const
  const owner = {
    ...next(former, { isOurs, adopt, fresh }),
    ...(version === undefined ? {} : { writtenBy: version }),
  }
  if (former !== undefined && former.id !== owner.id) await setAside(state, former.id)
  if (!isDeepStrictEqual(owner, former)) await disk.writeDurable(file, textOf(owner))
  await bringBack(state, owner.id)
  return stateOf({
    owner,
    // By the path as given: behind a link that is turned, the state folder moves along.
    file: join(options.stateDir, 'owner'),
    disk,
    rootId,
    created: former?.id !== owner.id,
    copiedFrom: former !== undefined && !isOurs && former.id !== owner.id ? former.id : undefined,
  })
}

const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/i

/** The daemon and the data folder of the VMs stay with the owner, except on another machine. */
const next = (
  former: Owner | undefined,
  { isOurs, adopt, fresh }: { readonly isOurs: boolean; readonly adopt: string | undefined; readonly fresh: Owner },
): Owner => {
  if (former === undefined || (adopt ?? former.id) !== former.id) return fresh
  if (isOurs) return { ...former, path: fresh.path, ...(fresh.link === undefined ? {} : { link: fresh.link }) }
  if (adopt === undefined) return fresh
  return former.machine === fresh.machine ? { ...former, ...fresh } : fresh
}

const stateOf = (made: {
  readonly owner: Owner
  readonly file: string
  readonly disk: Disk
  readonly rootId: string
  readonly created: boolean
  readonly copiedFrom: string | undefined
}): OwnerState => {
  let owner = made.owner
  return {
    get owner() {
      return owner
    },
    created: made.created,
    rootId: made.rootId,
    isOtherRoot: owner.rootId !== undefined && owner.rootId !== made.rootId,
    ...(made.copiedFrom === undefined ? {} : { copiedFrom: made.copiedFrom }),
    update: async (change) => {
      const changed = { ...owner, ...change }
      if (isDeepStrictEqual(changed, owner)) return
      await made.disk.writeDurable(made.file, textOf(changed))
      owner = changed
    },
    recorded: async () => (await readOwner(made.disk, made.file))?.id,
    restore: async () => {
      if ((await made.disk.read(made.file)) === undefined) await made.disk.writeDurable(made.file, textOf(owner))
    },
  }
}

const textOf = (owner: Owner): string => `${JSON.stringify(owner, undefined, 2)}\n`

const idOf = async (folder: string): Promise<string> => {
  const { dev, ino } = await stat(folder, { bigint: true })
  return `${dev}:${ino}`
}

const readOwner = async (disk: Disk, file: string): Promise<Owner | undefined> => {
  const text = await disk.read(file)
  if (text === undefined) return undefined
  const value = parse(text)
  const isOwner =
    value?.version === STATE_FORMAT &&
    typeof value.id === 'string' &&
    ID.test(value.id) &&
    typeof value.path === 'string' &&
    typeof value.machine === 'string'
  if (isOwner) return value as Owner
  judgeFormat(text, dirname(file))
  throw new StateError(
    'Unreadable',
    `${file} isn't a valid owner file`,
    `rm ${file}, then bottled run --adopt OWNER-ID (the label dev.bottled.owner of its objects)`,
  )
}

const parse = (text: string): Partial<Record<keyof Owner, unknown>> | undefined => {
  const value = parseJson(text)
  return isRecord(value) ? value : undefined
}

/** A state folder outside its root isn't copied along with it: two roots may be using it in turn. */
const refuseShared = async (
  former: Owner,
  { root, state, machine }: { readonly root: string; readonly state: string; readonly machine: string },
): Promise<void> => {
  if (state.startsWith(`${root}${sep}`) || former.machine !== machine) return
  if ((await lstat(former.path).catch(() => undefined)) === undefined) return
  throw new StateError(
    'OtherRoot',
    `the state folder ${state} belongs to the root ${former.path}`,
    'name another one with --state-dir',
  )
}

const STAYS = /^(?:owner|last-run|\.last-run\..*|lock|lock\..*|\.gitignore|copied-from-.*|\.owner\..*)$/

const setAside = async (state: string, id: string): Promise<void> => {
  const names = (await readdir(state)).filter((name) => !STAYS.test(name))
  // Copies of secrets: recreated before each start.
  await rm(join(state, 'run'), { recursive: true, force: true })
  for (const name of names.filter((each) => each !== 'run'))
    await move(join(state, name), { into: join(state, `copied-from-${id}`), name })
}

const bringBack = async (state: string, id: string): Promise<void> => {
  const aside = join(state, `copied-from-${id}`)
  for (const name of await readdir(aside).catch(() => [])) {
    const target = join(state, name)
    if ((await lstat(target).catch(() => undefined)) === undefined) await rename(join(aside, name), target)
  }
  // Fails, and the folder stays, if something could not be brought back.
  await rmdir(aside).catch(() => undefined)
}

const move = async (from: string, { into, name }: { readonly into: string; readonly name: string }): Promise<void> => {
  await mkdir(into, { recursive: true, mode: 0o700 })
  const there = new Set(await readdir(into))
  let free = name
  for (let n = 2; there.has(free); n += 1) free = `${name}-${n}`
  await rename(from, join(into, free))
}

/** Throws, before anything is touched, if only a newer bottled understands the state. */
export const refuseNewer = async (disk: Disk, stateDir: string): Promise<void> =>
  judgeFormat(await disk.read(join(stateDir, 'owner')), stateDir)

const judgeFormat = (text: string | undefined, stateDir: string): void => {
  const newer = newerState(text, stateDir)
  if (newer !== undefined) throw new StateError('Unreadable', newer.message, newer.hint)
}
