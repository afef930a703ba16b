import { linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The file that git's index is, and how it is replaced.
 *
 * Guarantees: it is replaced as git does it, under its lock, and only if it is still the one that was read.
 */
const OLD_MS = 3_600_000

/**
 * False: someone else has the lock, or changed the index since. In one go: a git that begins meanwhile fails, so nothing
 * else of ours may have its turn between these three calls.
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

export const readIndex = async (index: string) => {
  const handle = await open(index, 'r').catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const found = await handle.stat({ bigint: true })
    return {
      bytes: await handle.readFile(),
      stamp: stampOf(found),
      mode: Number(found.mode & 0o777n),
      seconds: Number(found.mtimeMs / 1_000n),
    }
  } finally {
    await handle.close()
  }
}

const stampOf = (found: { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint }): string =>
  [found.ino, found.size, found.mtimeNs].join(' ')

export const readStamp = async (path: string): Promise<string | undefined> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found === undefined ? undefined : stampOf(found)
}

/** What a crash left, of ours only. */
export const clearRemains = async (gitDir: string): Promise<void> => {
  for (const name of await readdir(gitDir)) {
    if (!/^index\.bottled-[0-9a-f]{12}(?:\.lock)?$/.test(name)) continue
    const path = join(gitDir, name)
    const found = await stat(path).catch(() => undefined)
    // A copy bears the time of its index: the change time tells its age.
    if (found !== undefined && Date.now() - found.ctimeMs > OLD_MS) await rm(path, { force: true })
  }
}
