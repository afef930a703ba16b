import {
  type BigIntStats,
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { access, constants, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { asideName, linkedName, newName } from './aside-name.ts'
import type { Clock } from '../time/clock.ts'
import { sync } from '../../drivers/disk/sync.ts'
import { errnoOf, unless } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { putBack, restoreOver } from './aside-put-back.ts'
import { sha256Of } from '../../drivers/content-hash.ts'
import { LIMITS } from '../document/limits.ts'
import type { Writer } from './open-writers.ts'
import { type Content, readSafely } from './read-safely.ts'
import { holdsText, type Settled, type TakenAside } from './settle.ts'
import { SpliceError } from '../edit/splice-error.ts'

/**
 * Changes a file that others may change at the same moment (docs/decisions/010, 022).
 *
 * Flow: write the new text beside it, take the file aside by rename, check what was taken, link the new text in under the
 *   name, mark that it has it, wait a moment, check the old file again, settle.
 * Guarantees: an edit by rename or in place is never lost; after a crash `recoverAsides` finds all it needs in the names
 *   beside the file; mode and owner stay; the new text is on the disk before it has the name.
 * Caveats: for some 0.05 ms readers find no file, and an append (`>>`) then creates one with only the new line; hard links
 *   and ACLs of the old file are lost.
 */
export type Rewritten =
  | { readonly kind: 'written'; readonly sha256: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'gone' }
  /** Somebody has it open for writing: nothing of ours is in it. */
  | { readonly kind: 'held'; readonly writer: Writer }
  | { readonly kind: 'unwritable'; readonly why: string }

/** Points at which a crash is tried. */
export type RewriteStep = 'prepared' | 'taken' | 'linked' | 'published' | 'checked' | 'dropped'

export interface Rewriting {
  /** Tests give one of a file system without hard links. */
  readonly link?: typeof linkSync
  readonly file: string
  readonly edit: (text: string) => string | undefined
  readonly clock: Pick<Clock, 'sleep'>
  readonly onStep?: ((step: RewriteStep) => void) | undefined
  /** Ends the write; undefined: it is ended later. */
  readonly settle: (taken: TakenAside) => Promise<Settled | undefined>
}

const LINGER_MS = 10
const ATTEMPTS = 30
const LONGEST_PAUSE_MS = 50

export const rewriteFile = async (rewriting: Rewriting): Promise<Rewritten> => {
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const result = await tryOnce(rewriting)
      if (result !== 'again') return result
      await rewriting.clock.sleep(Math.min(attempt * 2, LONGEST_PAUSE_MS))
    }
    return { kind: 'unwritable', why: 'it is being changed all the time' }
  } catch (error) {
    return unwritable(error)
  }
}

/** What a file system or the splice refused; any other error is thrown on. */
export const unwritable = (error: unknown): Rewritten => {
  if (error instanceof SpliceError) return { kind: 'unwritable', why: error.message }
  if (error instanceof OwnerError) return { kind: 'unwritable', why: error.message }
  const code = errnoOf(error)
  if (code === '') throw error
  return { kind: 'unwritable', why: WHY[code] ?? messageOf(error) }
}

const FORBIDDEN = 'no permission to write it and its folder; --status sidecar writes elsewhere'
const WHY: Readonly<Record<string, string>> = {
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: 'it is on a read-only file system; --status sidecar writes elsewhere',
  ENOSPC: 'no space left on its disk',
  ENAMETOOLONG: 'its name is too long to have another beside it',
}

const tryOnce = async (rewriting: Rewriting): Promise<Rewritten | 'again'> => {
  const { file, edit } = rewriting
  const before = await readSafely(file)
  if (before.kind !== 'text') return before.kind === 'gone' ? before : { kind: 'unwritable', why: before.why }
  const text = edit(before.text)
  if (text === undefined || text === before.text) return { kind: 'unchanged' }
  const sha256 = sha256Of(text)
  const aside = join(dirname(file), asideName(basename(file), { old: before.sha256, fresh: sha256 }))
  await access(file, constants.W_OK)
  // What a death in the last moment of an earlier write of just this text left would speak for ours.
  await rm(linkedName(aside), { force: true })
  await prepare(newName(aside), text, before.stat)
  try {
    return await exchange(rewriting, { before, aside, sha256 })
  } finally {
    await rm(newName(aside), { force: true })
  }
}

const exchange = async (
  rewriting: Rewriting,
  { before, aside, sha256 }: { readonly before: Content; readonly aside: string; readonly sha256: string },
): Promise<Rewritten | 'again'> => {
  const { file, clock, onStep, settle } = rewriting
  try {
    onStep?.('prepared')
    // Without a turn of the event loop in between: for so long a reader finds no file.
    if (!isSame(file, before.stat) || existsSync(aside)) return 'again'
    renameSync(file, aside)
    onStep?.('taken')
    if (hashOfRegular(aside) !== before.sha256) {
      await putBack(aside, file)
      return 'again'
    }
    if (!(await linkIn(newName(aside), { file, aside, link: rewriting.link ?? linkSync }))) return 'again'
    onStep?.('linked')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'again'
    throw error
  }
  try {
    // At once: a removal in between is undone after a crash.
    await rename(newName(aside), linkedName(aside)).catch(unless('ENOENT'))
    await sync(dirname(file))
  } catch (error) {
    await restoreOver(aside, { file, ours: [sha256] }).catch(() => undefined)
    throw error
  }
  onStep?.('published')
  await clock.sleep(LINGER_MS)
  if (!(await holdsText(aside, before))) {
    await restoreOver(aside, { file, ours: [sha256] })
    return 'again'
  }
  onStep?.('checked')
  const settled = await settle({ file, aside, before, ours: sha256 })
  if (settled?.kind === 'held') return settled
  if (settled?.kind === 'edited') return 'again'
  onStep?.('dropped')
  return { kind: 'written', sha256 }
}

/** False if someone made the name again: theirs is the newer one. */
const linkIn = async (
  fresh: string,
  { file, aside, link: give }: { readonly file: string; readonly aside: string; readonly link: typeof linkSync },
): Promise<boolean> => {
  try {
    give(fresh, file)
    return true
  } catch (error) {
    // exFAT and some network file systems have no hard links: a look, then the name is taken blindly.
    if (NO_LINKS.has(errnoOf(error)) && !existsSync(file)) {
      renameSync(fresh, file)
      writeFileSync(linkedName(aside), '')
      return true
    }
    await putBack(aside, file)
    if (errnoOf(error) === 'EEXIST' || NO_LINKS.has(errnoOf(error))) return false
    throw error
  }
}

const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** The file would change hands, and with its mode who may read it. */
class OwnerError extends Error {
  constructor({ made, uid, gid }: { readonly made: BigIntStats; readonly uid: bigint; readonly gid: bigint }) {
    const what = made.uid === uid ? `group ${gid}` : `owner ${uid}:${gid}`
    super(`its ${what} can't be kept by who writes it (${made.uid}:${made.gid}); --status sidecar writes elsewhere`)
  }
}

const prepare = async (path: string, text: string, { mode, uid, gid }: BigIntStats): Promise<void> => {
  await rm(path, { force: true })
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    const made = await handle.stat({ bigint: true })
    if (made.uid !== uid || made.gid !== gid)
      await handle.chown(Number(uid), Number(gid)).catch((error: unknown) => {
        throw errnoOf(error) === 'EPERM' ? new OwnerError({ made, uid, gid }) : error
      })
    await handle.chmod(Number(mode & 0o7777n))
    await handle.sync()
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

/** undefined unless it is a regular file, and small: a FIFO or what grows without end must not hang us. */
const hashOfRegular = (path: string): string | undefined => {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (!fstatSync(fd).isFile()) return undefined
    const room = Buffer.allocUnsafe(LIMITS.fileBytes + 1)
    let length = 0
    for (let more = -1; more !== 0; length += more) more = readSync(fd, room, length, room.length - length, length)
    return length > LIMITS.fileBytes ? undefined : sha256Of(room.subarray(0, length))
  } finally {
    closeSync(fd)
  }
}

const isSame = (path: string, stat: BigIntStats): boolean => {
  const now = lstatSync(path, { bigint: true })
  return now.dev === stat.dev && now.ino === stat.ino && now.size === stat.size && now.mtimeNs === stat.mtimeNs
}
