import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path/posix'
import { errnoOf } from '../errno.ts'
import { DriverError } from '../errors.ts'
import type { Shared } from './judge-writers.ts'
import type { Access } from './shared-folder.ts'

/**
 * Reads a file that decides what others may do, if nobody else can have written it.
 *
 * Flow: the folders and links on the way, then the file; it is opened without following or waiting, and checked and read
 *   through one descriptor.
 * Guarantees: nobody but root and this user may write the file, its folder (a sticky one counts as open to all), or turn the
 *   way to it. The text has at most `mostBytes`. Undefined: it doesn't exist. Any other trouble is a `DriverError` that names
 *   the place.
 */
export const readTrustedFile = async (
  path: string,
  { access, mostBytes }: { readonly access: Access; readonly mostBytes: number },
): Promise<Buffer | undefined> => {
  const refuse = (detail: string, hint: string): never => {
    throw new DriverError({ code: 'Untrusted', operation: `trust ${path}`, detail, hint })
  }
  const check = (shared: Shared | undefined): void => {
    if (shared !== undefined) refuse(shared.why, shared.fix)
  }
  try {
    // What isn't there can't lie, whoever could put it there.
    if ((await lstat(path)).isSymbolicLink()) refuse(`${path} is a symbolic link`, 'name the file that it leads to')
    check(await access.sharedWay(dirname(resolve(path))))
    check(await access.sharedWay(path))
    const file = await open(path, FLAGS)
    try {
      const found = await file.stat()
      if (!found.isFile()) refuse(`${path} is not a regular file`, 'put a file there')
      check(await access.sharedFile(path, found))
      const tooLarge = (): never => refuse(`${path} is larger than ${mostBytes} bytes`, 'make it shorter')
      if (found.size > mostBytes) tooLarge()
      const bytes = Buffer.alloc(mostBytes + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
        length += bytesRead
        if (length > mostBytes) tooLarge()
        if (bytesRead === 0) return bytes.subarray(0, length)
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof DriverError) throw error
    return refuse(`${path} can't be read (${code || 'Failed'})`, `make it readable for the user that runs bottled`)
  }
}

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY
