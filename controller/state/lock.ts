import { randomUUID } from 'node:crypto'
import { link, lstat, open, readdir, readFile, readlink, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { startTimeOf } from '../../drivers/calls/process-identity.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { prepareState, StateError } from './state-folder.ts'

/**
 * One controller per state folder, by the file `<state>/lock`. Why not flock: docs/decisions/019-lock-file.md.
 *
 * Flow: link our identity as `lock`. If one exists and its holder is alive, give up; if dead, link `lock.after-<nonce>`,
 *   which only one starter can, and rename our file over the lock.
 * Guarantees: exactly one starter wins, also after one that died halfway; a dead holder is recognised at once.
 * Assumptions: link and rename are atomic; every mount of the folder shows the same inodes.
 */
export interface Holder {
  readonly version: 1
  readonly nonce: string
  readonly pid: number
  /** In clock ticks since boot: the kernel reuses pids. */
  readonly startTime: string
  readonly bootId: string
  readonly pidNamespace: string
  readonly machine: string
  readonly host: string
  /** Inode of the state folder: a copy of the folder has another. */
  readonly folder: string
  /** The controller runs on simulated drivers. Absent in locks of older versions. */
  readonly simulated?: boolean
}

export class LockedError extends Error {
  readonly holder: Holder
  readonly hint: string

  constructor(holder: Holder, lock: string) {
    super(
      `another controller holds this root: pid ${holder.pid} on ${holder.host}${holder.simulated === true ? ' (simulated)' : ''}`,
    )
    this.name = 'LockedError'
    this.holder = holder
    this.hint =
      holder.host === hostname()
        ? `stop it first: kill ${holder.pid}`
        : `if that controller is gone for good: rm ${lock}`
  }
}

const ATTEMPTS = 50

/** `self` overrides parts of our identity; only tests set anything but `simulated`. */
export const acquireLock = async (stateDir: string, self: Partial<Holder> = {}): Promise<Lock> => {
  await prepareState(stateDir)
  // By the path as given: behind a link that is turned, the state folder moves along.
  const lock = join(stateDir, 'lock')
  let mine: Holder = { ...(await identify(stateDir)), ...self }
  await take(stateDir, mine)
  return {
    release: async () => {
      const holder = await read(lock).catch(() => undefined)
      if (holder?.nonce === mine.nonce) await rm(lock, { force: true })
    },
    restore: async () => {
      const { folder } = await identify(stateDir)
      const holder = await read(lock)
      if (holder?.nonce === mine.nonce && holder.folder === folder) return
      mine = { ...mine, folder }
      await take(stateDir, mine)
    },
  }
}

export interface Lock {
  release(): Promise<void>
  /** Takes it again where the file was removed. Throws a `LockedError` if another controller has taken it. */
  restore(): Promise<void>
}

const take = async (state: string, mine: Holder): Promise<void> => {
  const lock = join(state, 'lock')
  const own = `${lock}.${mine.nonce}`
  await write(own, mine)
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await linked(own, lock)) return await clearRemains(state, mine)
      const holder = await read(lock)
      if (holder !== undefined && (await succeed(holder, { lock, own, mine, state })))
        return await clearRemains(state, mine)
    }
    throw new Error(`${lock} changes hands all the time`)
  } finally {
    await rm(own, { force: true })
  }
}

/** Removes the files of starters that died halfway. */
const clearRemains = async (state: string, mine: Holder): Promise<void> => {
  for (const name of await readdir(state)) {
    if (!name.startsWith('lock.') || name.includes(mine.nonce)) continue
    const path = join(state, name)
    const starter = await read(path).catch(() => undefined)
    if (starter !== undefined && !(await isAlive(starter, state))) await rm(path, { force: true })
  }
}

/** The controller that runs on this state folder, if any. Only reads. */
export const lockHolder = async (stateDir: string): Promise<Holder | undefined> => {
  const last = await lastHolder(stateDir)
  return last?.alive === true ? last.holder : undefined
}

/** Also returns a controller that was killed. One that ended normally leaves no lock. */
export const lastHolder = async (
  stateDir: string,
): Promise<{ readonly holder: Holder; readonly alive: boolean } | undefined> => {
  const holder = await read(join(stateDir, 'lock'))
  return holder === undefined ? undefined : { holder, alive: await isAlive(holder, stateDir) }
}

interface Succession {
  readonly lock: string
  readonly own: string
  readonly mine: Holder
  readonly state: string
}

/** Returns false if the lock changed hands meanwhile: the caller looks again. */
const succeed = async (holder: Holder, { lock, own, mine, state }: Succession): Promise<boolean> => {
  const claims: string[] = []
  const dead = new Set<string>()
  for (let last: Holder | undefined = holder; last !== undefined; last = await read(claims.at(-1) ?? '')) {
    if (await isAlive(last, state)) throw new LockedError(last, lock)
    dead.add(last.nonce)
    claims.push(`${lock}.after-${last.nonce}`)
  }
  const claim = claims.at(-1) ?? ''
  if (!(await linked(own, claim))) return false
  const current = await read(lock)
  // Another starter may have finished its succession while we looked, and removed the claims.
  if (current === undefined || !dead.has(current.nonce)) {
    await rm(claim, { force: true })
    return false
  }
  const copy = `${own}.2`
  await write(copy, mine)
  await rename(copy, lock)
  for (const each of claims) await rm(each, { force: true })
  return true
}

/** A holder on another machine or in another PID namespace can't be inspected, so it counts as alive. */
const isAlive = async (holder: Holder, state: string): Promise<boolean> => {
  const here = await identify(state)
  if (holder.folder !== here.folder) return false
  if (holder.bootId !== here.bootId) return holder.machine !== here.machine
  if (holder.pidNamespace !== here.pidNamespace) return true
  return (await startTimeOf(holder.pid)) === holder.startTime
}

const identify = async (state: string): Promise<Holder> => ({
  version: 1,
  nonce: randomUUID(),
  pid: process.pid,
  startTime: (await startTimeOf(process.pid)) ?? '',
  bootId: await firstLine('/proc/sys/kernel/random/boot_id'),
  pidNamespace: await readlink('/proc/self/ns/pid').catch(() => ''),
  machine: await machineId(),
  host: hostname(),
  folder: await lstat(state, { bigint: true }).then(({ ino }) => String(ino)),
})

/** Identifies this machine; the host name is the fallback. */
export const machineId = async (): Promise<string> =>
  (await firstLine('/etc/machine-id')) || (await firstLine('/var/lib/dbus/machine-id')) || hostname()

const firstLine = (path: string): Promise<string> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  )

const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

const write = async (path: string, holder: Holder): Promise<void> => {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(holder)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const read = async (path: string): Promise<Holder | undefined> => {
  const text = await readOwn(path).catch((error: unknown) => {
    const code = errnoOf(error)
    if (code === 'ENOTDIR') return undefined
    // Of the system: a reason to stop. Otherwise what is there is no file of ours.
    if (/^E[A-Z0-9]+$/.test(code) && code !== 'ELOOP') throw error
    return ''
  })
  if (text === undefined) return undefined
  try {
    const holder = JSON.parse(text) as Partial<Holder>
    if (typeof holder.nonce === 'string' && typeof holder.pid === 'number') return holder as Holder
  } catch {
    // Reported below.
  }
  throw new StateError('Unreadable', `${path} is unreadable`, `if no controller runs on this root: rm ${path}`)
}
