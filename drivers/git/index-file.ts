import { linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openRegular } from '../reading/open-regular.ts'
import { readUpTo } from '../reading/read-bounded.ts'

/**
 * Reads and replaces the file of git's index.
 *
 * Guarantees: it is replaced like git does, under its lock, and only if it is still the file that was read.
 */
const OLD_MS = 3_600_000
/** A million entries with long paths. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * False: someone else has the lock, or changed the index since. Synchronous: a git that starts meanwhile fails, so no
 * other work of ours may run between these three calls.
 */
export const replaceIndex = (index: string, copy: string, stamp: string): boolean => {
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

/** Undefined also for what is no regular file, or larger than any index. */
export const readIndex = async (index: string) => {
  const opened = await openRegular(index).catch(() => undefined)
  if (opened === undefined) return undefined
  const { file, stat: found } = opened
  try {
    const bytes = await readUpTo(file, MOST_BYTES)
    if (bytes === undefined) return undefined
    return {
      bytes,
      stamp: stampOf(found),
      mode: Number(found.mode & 0o777n),
      seconds: Number(found.mtimeMs / 1_000n),
    }
  } finally {
    await file.close()
  }
}

const stampOf = (found: { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint }): string =>
  [found.ino, found.size, found.mtimeNs].join(' ')

export const readStamp = async (path: string): Promise<string | undefined> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found === undefined ? undefined : stampOf(found)
}

/** Removes the remains of a crash, only ours. */
export const clearRemains = async (gitDir: string): Promise<void> => {
  for (const name of await readdir(gitDir)) {
    if (!/^index\.bottled-[0-9a-f]{12}(?:\.lock)?$/.test(name)) continue
    const path = join(gitDir, name)
    const found = await stat(path).catch(() => undefined)
    // A copy has the modification time of its index: its change time shows its age.
    if (found !== undefined && Date.now() - found.ctimeMs > OLD_MS) await rm(path, { force: true })
  }
}
