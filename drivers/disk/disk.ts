import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf, unless } from '../errno.ts'
import { DriverError } from '../errors.ts'
import { stampOf } from '../reading/keep-file.ts'
import { readOwn } from './read-own.ts'
import { diskFailure } from './failure.ts'
import { sync } from './sync.ts'

/**
 * The few disk operations that state files need, so that the same code runs on a disk in memory that can crash.
 *
 * Flow: records, events, requests and the simulated world read and write their small text files through this.
 * Guarantees: after `writeDurable` a reader sees the old text or the new, and a power cut keeps the new; files are 0600,
 *   folders 0700; a missing file reads as undefined, a missing folder lists as empty; every failure is a `DriverError`.
 * Assumptions: paths are absolute and already checked; one writer per path.
 * Caveats: a crash inside `writeDurable` leaves a file that `isTemporary` knows; `append` isn't durable and can tear.
 */
export interface Disk {
  /** Throws if it isn't a regular file, or is larger than `maxBytes` (default 16 MiB). */
  read(path: string, maxBytes?: number): Promise<string | undefined>
  /** Two that are equal: the content is, too. Undefined where that can't be told: missing, or too young. */
  stamp(path: string): Promise<string | undefined>
  /** Creates the folders above it, but none at or above `within`. */
  writeDurable(path: string, text: string): Promise<void>
  /** Creates the file but no folder: false if the folder is gone. */
  append(path: string, text: string): Promise<boolean>
  /** Names in a folder, sorted. */
  list(folder: string): Promise<readonly string[]>
  /** Durable. A file or a folder. */
  rename(from: string, to: string): Promise<void>
  /** A file, or a folder with its content. */
  remove(path: string): Promise<void>
}

/** A file that shows whose folder it is: a file system may give a new folder the number of the one that was removed. */
export interface Witness {
  readonly path: string
  /** As `fileId` says. */
  readonly id: string | undefined
}

/** Device, inode and time of change; undefined if it is missing. */
export const fileId = (path: string): Promise<string | undefined> =>
  lstat(path, { bigint: true }).then(
    ({ dev, ino, ctimeNs }) => `${dev}:${ino}:${ctimeNs}`,
    () => undefined,
  )

/** A disk whose changes stay in one folder. */
export interface PlacedDisk extends Disk {
  /** What stands at `within` now is the folder. While the witness isn't this very file, nothing is changed. */
  renew(witness?: Witness): void
  /** Every later change fails. */
  refuse(why: string): void
}

export { isTemporary } from './temporary-name.ts'

/**
 * `within`: the folder that all changes must stay in. Once it was written to, it must stay the same folder: nothing is
 * changed if it is missing or replaced by another folder.
 */
export const createDisk = ({ within }: { readonly within?: string } = {}): PlacedDisk => {
  let count = 0
  let known: string | undefined
  let refusal: string | undefined
  let witness: Witness | undefined

  const checkPlace = async (path: string): Promise<void> => {
    if (refusal !== undefined) throw new DriverError({ ...GONE, operation: `write ${path}`, detail: refusal })
    if (within === undefined || !isBelow(within, path)) return
    const found = await lstat(within, { bigint: true }).catch(unless('ENOENT'))
    const id = found === undefined ? undefined : `${found.dev}:${found.ino}`
    if (id === undefined) throw new DriverError({ ...GONE, operation: `write ${path}`, detail: `${within} is gone` })
    known ??= id
    if (id !== known)
      throw new DriverError({ ...GONE, operation: `write ${path}`, detail: `${within} is not the folder that it was` })
    if (witness !== undefined && (await fileId(witness.path)) !== witness.id)
      throw new DriverError({ ...GONE, operation: `write ${path}`, detail: `${witness.path} isn't ours any more` })
  }

  const writeDurable = async (path: string, text: string): Promise<void> => {
    const folder = dirname(path)
    const temporary = join(folder, `.${basename(path)}.${process.pid}-${++count}.tmp`)
    await checkPlace(path)
    await makeFolder(folder)
    try {
      const file = await open(temporary, 'wx', 0o600)
      await writeAndSync(file, text)
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
    await sync(folder)
  }

  const append = async (path: string, text: string): Promise<boolean> => {
    await checkPlace(path)
    const file = await open(path, 'a', 0o600).catch(unless('ENOENT'))
    if (file === undefined) return false
    try {
      await file.appendFile(text)
      return true
    } finally {
      await file.close()
    }
  }

  const move = async (from: string, to: string): Promise<void> => {
    await checkPlace(to)
    await rename(from, to)
    await sync(dirname(to))
    if (dirname(from) !== dirname(to)) await sync(dirname(from))
  }

  return {
    renew: (given) => {
      known = undefined
      witness = given
    },
    refuse: (why) => {
      refusal = why
    },
    read: (path, maxBytes) => translated(`read ${path}`, readOwn(path, maxBytes)),
    stamp: stampAt,
    writeDurable: (path, text) => translated(`write ${path}`, writeDurable(path, text)),
    append: (path, text) => translated(`append to ${path}`, append(path, text)),
    list: (folder) =>
      translated(
        `list ${folder}`,
        readdir(folder)
          .catch(unless('ENOENT'))
          .then((names) => (names ?? []).sort()),
      ),
    rename: (from, to) => translated(`rename ${from}`, move(from, to)),
    remove: (path) =>
      translated(
        `remove ${path}`,
        checkPlace(path).then(() => rm(path, { recursive: true, force: true })),
      ),
  }
}

const GONE = { code: 'Failed', hint: 'put the state folder back, or restart bottled' } as const

const isBelow = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`)

const writeAndSync = async (file: FileHandle, text: string): Promise<void> => {
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Two changes of a young file may have one time. */
const YOUNG_MS = 2_000

const stampAt = async (path: string): Promise<string | undefined> => {
  const stat = await lstat(path, { bigint: true }).catch(() => undefined)
  if (stat?.isFile() !== true || Math.abs(Date.now() - Number(stat.ctimeMs)) < YOUNG_MS) return undefined
  return stampOf(stat)
}

const makeFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) await sync(dirname(made))
}

const translated = async <T>(operation: string, work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    throw stateFailure(operation, error)
  }
}

/** Hints for a file in the state folder. */
export const stateFailure = (operation: string, error: unknown): DriverError => {
  const errno = errnoOf(error)
  return diskFailure({ operation, error, code: errno === 'ENOENT' ? 'NotFound' : 'Failed', hint: HINTS[errno] })
}

const OTHER_USER = 'run as the user that owns the state folder, or choose another with --state-dir'

const HINTS: Readonly<Record<string, string>> = {
  EACCES: OTHER_USER,
  EPERM: OTHER_USER,
  EROFS: 'choose a writable state folder with --state-dir',
}
