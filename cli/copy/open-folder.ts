import { constants } from 'node:fs'
import type { Stats } from 'node:fs'
import { lstat, mkdir, open, readlink, realpath } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../../drivers/errno.ts'

/**
 * A folder that is held open, and the names in it.
 *
 * Guarantees: on Linux a name is looked up in this very folder, wherever its path leads by now, and never through a link.
 *   Elsewhere the path must lead to this very folder before and after.
 * Caveats: elsewhere a link that is there only between the two looks is followed, and noticed too late.
 */
export interface OpenFolder {
  /** Where it is, without links. */
  path(): Promise<string>
  /** To hand on to a program; undefined where it can't be used there. */
  readonly fd: number | undefined
  /** For the calls of node:fs. Names are bytes as latin1. */
  at(name: string): Buffer
  /** Throws where it can't be sure that `at` leads here. */
  still(): Promise<void>
  look(name: string): Promise<Stats | undefined>
  /** `..` leads to its parent. Throws for anything but a folder: for a link, too. */
  enter(name: string): Promise<OpenFolder>
  make(name: string, mode: number): Promise<void>
  close(): Promise<void>
}

/** Only names, no content: it needs no permission to list. */
const O_PATH = 0o10000000
const HELD = process.platform === 'linux'

export const openFolder = async (path: string, held = HELD): Promise<OpenFolder> => {
  const canonical = await realpath(path)
  return folderOf(await openNoFollow(Buffer.from(canonical), held), { path: canonical, held })
}

const openNoFollow = (path: Buffer, held: boolean): Promise<FileHandle> =>
  open(path, (held ? O_PATH : constants.O_RDONLY) | constants.O_DIRECTORY | constants.O_NOFOLLOW)

const folderOf = (handle: FileHandle, where: { readonly path: string; readonly held: boolean }): OpenFolder => {
  const { held } = where
  const at = (name: string): Buffer =>
    Buffer.concat([Buffer.from(held ? `/proc/self/fd/${handle.fd}/` : `${where.path}/`), Buffer.from(name, 'latin1')])
  const still = async (): Promise<void> => {
    if (held) return
    const [now, then] = [await lstat(where.path).catch(() => undefined), await handle.stat()]
    if (now?.ino !== then.ino || now.dev !== then.dev || (await realpath(where.path)) !== where.path)
      throw new Error(`${where.path} is no longer the folder that it was`)
  }
  const surely = async <T>(work: () => Promise<T>): Promise<T> => {
    await still()
    const result = await work()
    await still()
    return result
  }
  return {
    fd: held ? handle.fd : undefined,
    path: async () => (held ? readlink(`/proc/self/fd/${handle.fd}`) : where.path),
    at,
    still,
    look: (name) =>
      surely(() =>
        lstat(at(name)).catch((error: unknown) => {
          if (errnoOf(error) === 'ENOENT') return undefined
          throw error
        }),
      ),
    enter: async (name) => {
      await still()
      const inner = folderOf(await openNoFollow(at(name), held), {
        path: join(where.path, Buffer.from(name, 'latin1').toString()),
        held,
      })
      try {
        await still()
        await inner.still()
        return inner
      } catch (error) {
        await inner.close()
        throw error
      }
    },
    make: (name, mode) => surely(() => mkdir(at(name), { mode })),
    close: () => handle.close(),
  }
}
