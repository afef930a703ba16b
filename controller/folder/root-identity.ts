import type { BigIntStats } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Access } from '../../drivers/access/shared-folder.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'

/**
 * The root, known by what it is: a path may lead to something else at any time.
 *
 * Guarantees: a folder that was moved, removed, unmounted or replaced is unknown, never empty, until it is back or accepted.
 *   A root behind a symbolic link is followed when the link is turned to another folder, but to none that others may write.
 * Caveats: a file system may give the number of a removed folder to the next one. When each was made tells them apart, together
 *   with what was in it; where that isn't kept, the watch, which tells of a removal, and what was in it. An open descriptor would keep people from
 *   unmounting.
 */
export interface Root {
  readonly path: string
  /** The real path, while the root is the one that was looked at first. */
  look(): Promise<
    /** `turned`: behind a link that leads elsewhere since the last whole listing. */
    | { readonly kind: 'known'; readonly real: string; readonly turned: boolean }
    /** `replaced`: another folder is there. */
    | { readonly kind: 'unknown'; readonly why: string; readonly replaced: boolean }
  >
  /** After a whole listing: what is in it now tells later whether it is still the same. */
  remember(): Promise<void>
  /** A file was read: a write by renaming gives it another inode. */
  note(path: string, stat: BigIntStats): void
  /** The watch on it saw something happen to the folder itself. */
  suspect(): void
  /** A person said that what stands there now is the root. True if it wasn't known to be. */
  accept(): Promise<boolean>
}

interface Known extends Identity {
  /** What was in it, by name. */
  readonly entries: Map<string, { readonly id: string; readonly isFolder: boolean }>
}

/** Entries remembered, folders first: they keep their inode for longer. */
const REMEMBERED = 32

export const createRoot = (path: string, access?: Pick<Access, 'sharedWay'>): Root => {
  let known: Known | undefined
  let isSuspect = false
  let isTurned = false

  const isReplaced = async (before: Known, now: Identity): Promise<boolean> => {
    if (now.id !== before.id) return now.real === path || now.real === before.real
    if (now.bornNs !== 0n && now.bornNs === before.bornNs) return false
    const folders = [...before.entries.values()].filter(({ isFolder }) => isFolder)
    if (!isSuspect && !before.keepsBirth && folders.length === 0) return false
    if (before.entries.size === 0) return isSuspect
    for (const [name, entry] of before.entries) if ((await idOf(join(now.real, name))) === entry.id) return false
    return true
  }

  const whyShared = async (): Promise<string | undefined> => {
    const shared = await access
      ?.sharedWay(path)
      .catch((error: unknown) => ({ why: whyNot(path, error), fix: 'look at it' }))
    return shared === undefined ? undefined : `${shared.why}: ${shared.fix}`
  }

  return {
    path,
    look: async () => {
      const now = await identify(path).catch((error: unknown) => whyNot(path, error))
      if (typeof now === 'string') {
        isSuspect = true
        return { kind: 'unknown', why: now, replaced: false }
      }
      if (known !== undefined && (await isReplaced(known, now)))
        return {
          kind: 'unknown',
          why: `${path} is not the folder that it was: another one has taken its place`,
          replaced: true,
        }
      // Turned to another folder, or looked at for the first time.
      const shared = known?.real === now.real ? undefined : await whyShared()
      if (shared !== undefined) return { kind: 'unknown', why: shared, replaced: false }
      isSuspect = false
      isTurned ||= known !== undefined && known.id !== now.id
      known = { ...now, entries: known?.id === now.id ? known.entries : new Map() }
      return { kind: 'known', real: now.real, turned: isTurned }
    },
    remember: async () => {
      if (known === undefined) return
      // It may have been moved away just now: what was in it before tells it by then.
      const entries = await entriesIn(known.real)
      if (entries !== undefined) known = { ...known, entries }
      isTurned = false
    },
    note: (name, found) => {
      if (known === undefined || name.includes('/')) return
      if (known.entries.has(name) || known.entries.size < REMEMBERED)
        known.entries.set(name, { id: idFrom(found), isFolder: false })
    },
    suspect: () => {
      isSuspect = true
    },
    accept: async () => {
      const now = await identify(path)
      const shared = await whyShared()
      if (shared !== undefined) throw new Error(shared)
      const isOther = known === undefined || isTurned || (await isReplaced(known, now))
      isSuspect = false
      isTurned = false
      known = { ...now, entries: (await entriesIn(now.real)) ?? new Map() }
      return isOther
    },
  }
}

interface Identity {
  readonly real: string
  /** `device:inode`. */
  readonly id: string
  /** When it was made, since 1970; 0, or of its last change, where the file system doesn't say. */
  readonly bornNs: bigint
  /** It says more than when the folder was last changed. */
  readonly keepsBirth: boolean
}

const identify = async (path: string): Promise<Identity> => {
  const real = await realpath(path)
  const found = await stat(real, { bigint: true })
  if (!found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  return { real, id: idFrom(found), bornNs: found.birthtimeNs, keepsBirth: keepsBirth(found) }
}

/** Where a file system doesn't keep it, the time is 0 or that of the last change. */
const keepsBirth = ({ birthtimeNs, ctimeNs }: BigIntStats): boolean => birthtimeNs !== 0n && birthtimeNs !== ctimeNs

const idFrom = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

const idOf = (path: string): Promise<string | undefined> => lstat(path, { bigint: true }).then(idFrom, () => undefined)

/** undefined: it can't be read. */
const entriesIn = async (folder: string): Promise<Known['entries'] | undefined> => {
  const all = await readdir(folder, { withFileTypes: true }).catch((): undefined => undefined)
  if (all === undefined) return undefined
  const first = [...all.filter((entry) => entry.isDirectory()), ...all.filter((entry) => !entry.isDirectory())]
  const looked = first.slice(0, REMEMBERED).map(async (entry) => {
    const id = await idOf(join(folder, entry.name))
    return id === undefined ? [] : ([[entry.name, { id, isFolder: entry.isDirectory() }]] as const)
  })
  return new Map((await Promise.all(looked)).flat())
}

const whyNot = (path: string, error: unknown): string => {
  if (errnoOf(error) === 'ENOENT') return `${path} is missing`
  return errnoOf(error) === 'ENOTDIR' ? `${path} is not a folder` : `cannot read ${path}: ${messageOf(error)}`
}
