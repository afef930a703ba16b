import { randomBytes } from 'node:crypto'
import { linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readBounded } from './read-bounded.ts'

/**
 * Reads and replaces the file of git's index.
 *
 * Guarantees: it is replaced like git does, under its lock, and only if it is still the file that was read. What is written
 *   is written through the descriptor of a file of our own: no name that others may turn is changed.
 */
const OLD_MS = 3_600_000
const MOST_BYTES = 64 * 1024 * 1024

/** As it was read. */
export interface IndexFile {
  readonly bytes: Buffer
  readonly stamp: string
  readonly mode: number
  readonly seconds: number
  readonly uid: number
  readonly gid: number
}

/** undefined: missing, no regular file, a link, or larger than 64 MiB. */
export const readIndex = async (path: string): Promise<IndexFile | undefined> => {
  const read = await readBounded(path, MOST_BYTES)
  if (read === undefined) return undefined
  const { bytes, stat: found } = read
  return {
    bytes,
    stamp: stampOf(found),
    mode: Number(found.mode & 0o777n),
    seconds: Number(found.mtimeMs / 1_000n),
    uid: Number(found.uid),
    gid: Number(found.gid),
  }
}

/** The stamp that the index has then; undefined: someone else has the lock, or changed the index since. */
export const replaceIndex = async (
  index: string,
  { before, bytes }: { readonly before: IndexFile; readonly bytes: Buffer },
): Promise<string | undefined> => {
  const copy = `${index}.bottled-${randomBytes(6).toString('hex')}`
  try {
    const stamp = await writeAs(copy, { before, bytes })
    return swapIn(index, copy, before.stamp) ? stamp : undefined
  } finally {
    await rm(copy, { force: true })
    await clearRemains(dirname(index))
  }
}

const writeAs = async (
  path: string,
  { before, bytes }: { readonly before: IndexFile; readonly bytes: Buffer },
): Promise<string> => {
  const file: FileHandle = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    // A root that writes for a person leaves the file theirs.
    if (process.geteuid?.() === 0) await file.chown(before.uid, before.gid)
    await file.chmod(before.mode)
    // By this time git decides which entries it may not trust: in whole seconds, never later than the original.
    await file.utimes(before.seconds, before.seconds)
    return stampOf(await file.stat({ bigint: true }))
  } finally {
    await file.close()
  }
}

/** Synchronous: a git that starts meanwhile fails, so no other work of ours may run between these three calls. */
const swapIn = (index: string, copy: string, stamp: string): boolean => {
  const lock = `${index}.lock`
  try {
    linkSync(copy, lock)
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'EEXIST') return false
    throw error
  }
  const now = statSync(index, { bigint: true, throwIfNoEntry: false })
  if (now === undefined || stampOf(now) !== stamp) {
    rmSync(lock, { force: true })
    return false
  }
  renameSync(lock, index)
  return true
}

const stampOf = (found: { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint }): string =>
  [found.ino, found.size, found.mtimeNs].join(' ')

export const readStamp = async (path: string): Promise<string | undefined> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found === undefined ? undefined : stampOf(found)
}

/** Removes the remains of a crash, only ours. */
const clearRemains = async (gitDir: string): Promise<void> => {
  for (const name of await readdir(gitDir)) {
    if (!/^index\.bottled-[0-9a-f]{12}(?:\.lock)?$/.test(name)) continue
    const path = join(gitDir, name)
    const found = await stat(path).catch(() => undefined)
    // A copy has the modification time of its index: its change time shows its age.
    if (found !== undefined && Date.now() - found.ctimeMs > OLD_MS) await rm(path, { force: true })
  }
}
