import { errnoOf } from '../../drivers/errno.ts'
import { GIT_OBEYS, GIT_OBEYS_IT, isRead } from './judge.ts'
import type { OpenFolder } from './open-folder.ts'
import { identityOf } from './write-file.ts'

/**
 * What would act where it goes, by what lies there: names alone don't tell.
 *
 * Guarantees: no copy, nor several one after the other, make a folder below what was asked for a git directory with settings
 *   or hooks (a bare repository may have any name), or put a Bottle in a root that lies below the target.
 */
export interface Place {
  /** Segments below the target, the name of the copy first. */
  readonly path: readonly string[]
  readonly kind: 'file' | 'folder'
  /** Opens a folder on the way. */
  open(path: readonly string[]): Promise<OpenFolder>
  /** Whether it is a root of Bottles. */
  isRoot(folder: OpenFolder): Promise<boolean>
}

export type Acts = { readonly kind: 'left out' | 'refused'; readonly why: string }

export const actsThere = async (place: Place): Promise<Acts | undefined> => {
  if (await isGitDirectory(place)) return { kind: 'left out', why: GIT_OBEYS_IT }
  if (await isBottle(place)) return { kind: 'refused', why: 'a controller would read it as a Bottle' }
  return undefined
}

/** git takes a folder for one only with a HEAD: that, and what is obeyed, are never there together. */
const isGitDirectory = async ({ path, kind, open }: Place): Promise<boolean> => {
  const lower = path.map((segment) => segment.toLowerCase())
  // Of these the names tell.
  if (lower.includes('.git')) return false
  for (const [at, segment] of lower.entries())
    if (at > 0 && GIT_OBEYS.has(segment) && (await hasAny(await open(path.slice(0, at)), ['HEAD']))) return true
  return (
    kind === 'file' && lower.length > 1 && lower.at(-1) === 'head' && hasAny(await open(path.slice(0, -1)), GIT_OBEYS)
  )
}

const isBottle = async ({ path, kind, open, isRoot }: Place): Promise<boolean> => {
  if (kind !== 'file' || !isRead(path.slice(-1))) return false
  for (let at = 1; at < path.length; at += 1)
    if (isRead(path.slice(at)) && (await isRoot(await open(path.slice(0, at))))) return true
  return false
}

const hasAny = async (folder: OpenFolder, names: Iterable<string>): Promise<boolean> => {
  for (const name of names) if ((await folder.look(name)) !== undefined) return true
  return false
}

/** A root whose state lies in it, or one of these, by device and inode: a mount may show it anywhere. */
export const rootsBy =
  (ids: ReadonlySet<string>): Place['isRoot'] =>
  async (folder) => {
    if ((await folder.look('.bottled'))?.isDirectory() === true) return true
    const own = await folder.look('.').catch((error: unknown) => {
      if (errnoOf(error) === 'EACCES') return undefined
      throw error
    })
    return own !== undefined && ids.has(identityOf(own))
  }
