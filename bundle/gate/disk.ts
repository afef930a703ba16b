import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** MiB that a folder takes, with all below it. What goes away meanwhile counts nothing. */
export const sizeMiB = async (folder: string): Promise<number> => (await bytesIn(folder)) / 2 ** 20

const bytesIn = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    bytes += entry.isDirectory()
      ? await bytesIn(path)
      : await stat(path).then(
          ({ blocks }) => blocks * 512,
          () => 0,
        )
  }
  return bytes
}
