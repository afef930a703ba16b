import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { sha256Of } from '../../drivers/content-hash.ts'
import { decodeBytes } from '../document/decode.ts'
import { LIMITS } from '../document/limits.ts'
import { isCandidate } from './candidate-name.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { readUpTo } from '../../drivers/reading/read-bounded.ts'

/**
 * Opens what may be hostile: the root may be a checkout of anyone's repository.
 *
 * Guarantees: only regular files of at most 256 KiB and valid UTF-8 are read; a FIFO or a device can't hang or feed us;
 *   nothing outside of the root is read, nor in the state folder, whatever links say.
 * Caveats: a folder that is a symbolic link isn't followed, a file only within the root; a link to a file that is read
 *   anyway counts as gone, so nothing is read twice.
 */
export interface Content {
  readonly kind: 'text'
  readonly text: string
  readonly sha256: string
  readonly stat: BigIntStats
}
export type Refused =
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly why: string; readonly mayHold?: MayHold }

/** Of what can't be read: without it, it may hold any bottle. `own`: none but those it held before. */
export type MayHold = 'own' | 'none'

export interface Bounds {
  readonly root: string
  readonly stateDir: string
}

/** The real file behind a path relative to the root. */
export const locate = async (
  bounds: Bounds,
  path: string,
): Promise<{ readonly kind: 'at'; readonly file: string } | Refused> => {
  if (!isCandidate(path)) return { kind: 'refused', why: `${path} is not a name that is looked at` }
  try {
    const root = await realpath(bounds.root)
    const folder = join(root, dirname(path))
    if ((await realpath(folder)) !== folder)
      return { kind: 'refused', why: `${dirname(path)} leads through a symbolic link` }
    const file = join(folder, basename(path))
    const target = await readlink(file).then(
      () => realpath(file),
      () => file,
    )
    if (target === file) return { kind: 'at', file }
    const state = await realpath(bounds.stateDir).catch(() => bounds.stateDir)
    if (!isWithin(root, target) || isWithin(state, target))
      return { kind: 'refused', why: `${path} is a symbolic link out of the root`, mayHold: 'own' }
    return isCandidate(relative(root, target)) ? { kind: 'gone' } : { kind: 'at', file: target }
  } catch (error) {
    return refusal(error)
  }
}

const isWithin = (folder: string, file: string): boolean =>
  file.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** Reads a real file, never through a link. A name that isn't UTF-8 is given as bytes. */
export const readSafely = async (file: string | Buffer): Promise<Content | Refused> => {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    return await contentOf(handle, file)
  } catch (error) {
    return refusal(error)
  } finally {
    await handle?.close()
  }
}

const contentOf = async (handle: FileHandle, file: string | Buffer): Promise<Content | Refused> => {
  const stat = await handle.stat({ bigint: true })
  if (!stat.isFile()) return { kind: 'refused', why: 'not a regular file', mayHold: 'own' }
  // A folder may have become a link since it was looked at.
  if (typeof file === 'string' && (await hasOtherFolder(handle, file))) {
    return { kind: 'refused', why: 'its folder was exchanged while it was opened' }
  }
  const bytes = await readUpTo(handle, LIMITS.fileBytes, Number(stat.size))
  if (bytes === undefined) {
    const why = `larger than ${LIMITS.fileBytes / 1024} KiB`
    return (await mayHoldBottles(handle)) ? { kind: 'refused', why } : { kind: 'refused', why, mayHold: 'none' }
  }
  const text = decodeBytes(bytes)
  if (text === undefined) return { kind: 'refused', why: 'not valid UTF-8' }
  return { kind: 'text', text, sha256: sha256Of(bytes), stat }
}

const hasOtherFolder = async (handle: FileHandle, file: string): Promise<boolean> => {
  const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => file)
  return opened !== file && !opened.endsWith(' (deleted)') && dirname(opened) !== dirname(file)
}

/** Of a file too large to be read: a lock file of some package manager must not stand in the way of a deletion. */
const mayHoldBottles = async (handle: FileHandle): Promise<boolean> => {
  const buffer = Buffer.allocUnsafe(64 * 1024)
  for (let at = 0; at < MAX_SCANNED;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
    if (buffer.subarray(0, bytesRead).includes(GROUP)) return true
    if (bytesRead <= GROUP.length) return false
    // A mark that lies across two pieces is whole in the next one.
    at += bytesRead - GROUP.length
  }
  return true
}

const GROUP = 'bottled.dev'
const MAX_SCANNED = 64 * 1024 * 1024

const refusal = (error: unknown): Refused => {
  const code = errnoOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' }
  if (code === 'ELOOP') return { kind: 'refused', why: 'a symbolic link that leads nowhere' }
  if (code === 'ENXIO') return { kind: 'refused', why: 'not a regular file', mayHold: 'own' }
  // Who may not read it must not be kept from deleting what stood elsewhere.
  const isForbidden = code === 'EACCES' || code === 'EPERM'
  return { kind: 'refused', why: messageOf(error), ...(isForbidden ? { mayHold: 'own' } : {}) }
}
