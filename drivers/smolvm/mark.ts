import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A text that moves when a call of smolvm has written something: file and time of its database (SQLite, with its log beside).
 *
 * Guarantees: calls that only read don't move it (seen with 1.32.2: `ls` and `status` touch neither size nor time of change
 *   of content). Caveats: another version may keep its data elsewhere: then it is undefined.
 */
export const markOf = async (dataFolder: string): Promise<string | undefined> => {
  const database = join(dataFolder, 'server', 'smolvm.db')
  const marks = await Promise.all([database, `${database}-wal`].map(numbersOf))
  return marks[0] === undefined ? undefined : marks.join(' ')
}

const numbersOf = (path: string): Promise<string | undefined> =>
  stat(path, { bigint: true }).then(
    ({ ino, size, mtimeNs }) => `${ino}:${size}:${mtimeNs}`,
    () => undefined,
  )
