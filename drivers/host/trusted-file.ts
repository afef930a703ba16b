import { constants } from 'node:fs'
import type { Stats } from 'node:fs'
import { lstat, open, readlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path/posix'
import { errnoOf } from '../errno.ts'
import { DriverError } from '../errors.ts'

/**
 * Reads a file that decides what others may do, if nobody else can have written it.
 *
 * Flow: each folder on the way, from `/` on, then the file; it is opened without following or waiting, and checked and read
 *   through one descriptor.
 * Guarantees: the file, its folder and every folder and link on the way belong to root or this user, and no one else may write
 *   to them; a folder above may be open to all if it is sticky (/tmp), as what lies in it then belongs to root or this user.
 *   The text has at most `mostBytes`. Undefined: it doesn't exist. Any other trouble is a `DriverError` that names the place.
 * Caveats: an ACL counts as far as the group's mode bits show it.
 */
export const readTrustedFile = async (
  path: string,
  { uid, mostBytes }: { readonly uid: number; readonly mostBytes: number },
): Promise<Buffer | undefined> => {
  const refuse = (detail: string, hint: string): never => {
    throw new DriverError({ code: 'Untrusted', operation: `trust ${path}`, detail, hint })
  }
  const check: Check = (place, found, what) => {
    if (found.uid !== 0 && found.uid !== uid)
      refuse(`${what} ${place} belongs to user ${found.uid}`, `sudo chown root ${place}`)
    if (found.isSymbolicLink() || (found.mode & 0o022) === 0) return
    if (what === 'the folder above,' && (found.mode & 0o1000) !== 0) return
    refuse(`others can write to ${place} (its mode is ${(found.mode & 0o7777).toString(8)})`, `chmod go-w ${place}`)
  }
  try {
    // What isn't there can't lie, whoever could put it there.
    await lstat(path)
    const folder = await trustedFolder(dirname(resolve(path)), check)
    const file = await open(join(folder, basename(path)), FLAGS)
    try {
      const found = await file.stat()
      if (!found.isFile()) refuse(`${path} is not a regular file`, 'put a file there')
      check(path, found, 'the file')
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
    if (code === 'ELOOP' || code === 'EMLINK')
      return refuse(`${path} is a symbolic link`, `name the file that it leads to`)
    return refuse(`${path} can't be read (${code || 'Failed'})`, `make it readable for user ${uid}`)
  }
}

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY
const MOST_LINKS = 40

type What = 'the folder' | 'the folder above,' | 'the link' | 'the file'
type Check = (place: string, found: Stats, what: What) => void

/** The folder's canonical path; links on the way are followed where nobody else could have put them. */
const trustedFolder = async (folder: string, check: Check): Promise<string> => {
  let todo = folder.split('/').filter((name) => name !== '')
  let at = '/'
  let links = 0
  check(at, await lstat(at), 'the folder above,')
  while (todo.length > 0) {
    const [name = '', ...rest] = todo
    todo = rest
    if (name === '..') {
      at = dirname(at)
      continue
    }
    const next = join(at, name)
    const found = await lstat(next)
    if (!found.isSymbolicLink()) {
      check(next, found, 'the folder above,')
      at = next
      continue
    }
    check(next, found, 'the link')
    if (++links > MOST_LINKS) throw Object.assign(new Error(`too many links at ${next}`), { code: 'EACCES' })
    const target = await readlink(next)
    todo = [...target.split('/').filter((each) => each !== '' && each !== '.'), ...rest]
    if (target.startsWith('/')) at = '/'
  }
  check(at, await lstat(at), 'the folder')
  return at
}
