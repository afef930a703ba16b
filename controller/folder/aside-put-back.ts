import { link, lstat, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { asideName, half, linkedName } from './aside-name.ts'
import { sync } from '../../drivers/disk/sync.ts'
import { errnoOf, unless } from '../../drivers/errno.ts'
import { readSafely } from './read-safely.ts'

/**
 * The moves that give a name back to the file it was taken from.
 *
 * Guarantees: none of them overwrites what it did not look at; an in-place writer that holds the file open goes on in
 *   it.
 */

/** Gives the name back, unless someone made it again: then what was taken is what they replaced, and goes. */
export const putBack = async (aside: string, file: string): Promise<void> => {
  try {
    await link(aside, file)
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT') return
    // Without hard links there is only the blind way.
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
 * The original was written to after it had been taken, or may be: it goes back over our text, but not over someone else's.
 * `ours`: the hashes of what we put in its place since, newest last.
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

/** Two people changed the file at once: neither text is thrown away. */
export const keepCopy = async (aside: string, file: string): Promise<void> => {
  const content = await readSafely(aside)
  if (content.kind === 'gone') return
  const hash = content.kind === 'text' ? half(content.sha256) : 'unreadable'
  await rename(aside, `${file}.bottled-conflict-${hash}`)
}

/** Until the original is gone its mark says what became of the text that took its place. */
export const dropAside = async (aside: string): Promise<void> => {
  await rm(aside, { force: true })
  await rm(linkedName(aside), { force: true })
}
