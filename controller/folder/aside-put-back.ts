import { link, lstat, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { asideName, half, linkedName } from './aside-name.ts'
import { sync } from '../../drivers/disk/sync.ts'
import { errnoOf, unless } from '../../drivers/errno.ts'
import { readSafely } from './read-safely.ts'

/**
 * The moves that put a file back under the name it was taken from.
 *
 * Guarantees: nothing is overwritten unseen; a writer that has the file open goes on writing into it.
 */

/** Puts the file back, unless someone created the name again: then theirs replaces it. */
export const putBack = async (aside: string, file: string): Promise<void> => {
  try {
    await link(aside, file)
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT') return
    // Without hard links a rename is the only way, and it can't check first.
    if (
      code !== 'EEXIST' &&
      (await lstat(file).then(
        () => true,
        () => false,
      ))
    )
      throw error
    if (code !== 'EEXIST') await rename(aside, file)
  }
  await dropAside(aside)
  await sync(dirname(file))
}

/**
 * The original was written to after it was taken, or may still be: it replaces our text, but never someone else's.
 * `ours`: the hashes of the texts we put in its place, newest last.
 */
export const restoreOver = async (
  aside: string,
  { file, ours }: { readonly file: string; readonly ours: readonly string[] },
): Promise<void> => {
  const original = await readSafely(aside)
  if (original.kind === 'gone') return
  const now = original.kind === 'text' ? original.sha256 : '0'.repeat(64)
  const second = join(dirname(file), asideName(basename(file), { old: ours.at(-1) ?? now, fresh: now }))
  const taken = await rename(file, second).then(() => true, unless('ENOENT'))
  if (taken === true) {
    const content = await readSafely(second)
    if (content.kind !== 'text' || !ours.includes(content.sha256)) {
      await putBack(second, file)
      await keepCopy(aside, file)
      return
    }
  }
  await putBack(aside, file)
  await dropAside(second)
}

/** Two people changed the file at the same time: both texts stay. */
export const keepCopy = async (aside: string, file: string): Promise<void> => {
  const content = await readSafely(aside)
  if (content.kind === 'gone') return
  const hash = content.kind === 'text' ? half(content.sha256) : 'unreadable'
  await rename(aside, `${file}.bottled-conflict-${hash}`)
}

/** The mark goes last: while the original exists, it says that the new text had the name. */
export const dropAside = async (aside: string): Promise<void> => {
  await rm(aside, { force: true })
  await rm(linkedName(aside), { force: true })
}
