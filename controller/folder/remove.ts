import { lstat, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { asideName, linkedName } from './aside-name.ts'
import { dropAside, putBack } from './aside-put-back.ts'
import type { Clock } from '../time/clock.ts'
import { sync } from '../../drivers/disk/sync.ts'
import { unless } from '../../drivers/errno.ts'
import type { OpenWriters } from './open-writers.ts'
import { readSafely } from './read-safely.ts'

/**
 * Removes a file if it still says what the caller expects.
 *
 * Flow: taken aside (rename), looked at, looked at once more after a moment, dropped; put back where it says something else.
 * Guarantees: an edit that comes in between, by renaming or in place, is kept and reported, and so is the file that somebody
 *   has open for writing; after a crash `recoverAsides` puts the file back if it was edited, and ends the removal if not.
 */
export type Removed = 'removed' | 'changed' | 'gone'

const LINGER_MS = 10
const NOTHING = '0'.repeat(64)

export const removeFile = async ({
  file,
  isExpected,
  clock,
  writers,
}: {
  readonly file: string
  readonly isExpected: (text: string) => boolean
  readonly clock: Pick<Clock, 'sleep'>
  readonly writers: OpenWriters
}): Promise<Removed> => {
  const before = await readSafely(file)
  if (before.kind === 'gone') return 'gone'
  if (before.kind !== 'text' || !isExpected(before.text)) return 'changed'
  const aside = join(dirname(file), asideName(basename(file), { old: before.sha256, fresh: NOTHING }))
  // Who reads meanwhile finds it gone, not on its way to a new text: nothing hints at the end of that.
  await writeFile(linkedName(aside), '')
  if ((await rename(file, aside).then(() => true, unless('ENOENT'))) !== true) {
    await rm(linkedName(aside), { force: true })
    return 'gone'
  }
  const isSame = async (): Promise<boolean> => {
    const now = await readSafely(aside)
    return now.kind === 'text' && now.sha256 === before.sha256
  }
  if (await isSame()) {
    await clock.sleep(LINGER_MS)
    if ((await writers.of(before.stat)) === undefined && (await isSame())) {
      await dropAside(aside)
      await sync(dirname(file))
      // Someone made the name again: theirs stays.
      return (await lstat(file).then(() => true, unless('ENOENT'))) === true ? 'changed' : 'removed'
    }
  }
  await putBack(aside, file)
  return 'changed'
}
