import type { Place } from '../../drivers/paths.ts'
import { areasOf, isBelow, isSame, turnIn } from './overlap.ts'
import type { Use } from './overlap.ts'

/**
 * What is ours, and why a bottle may not have it. Pure.
 *
 * Guarantees: nothing of ours is in, below or reached through what a bottle writes, and no folder of ours has in it what a
 *   bottle writes; what is secret isn't read either: neither mounted read-only nor copied.
 */
export interface OwnPath {
  /** For people: "the root". */
  readonly what: string
  /** Absolute, as it is used: its links count. */
  readonly path: string
  readonly kind: OwnKind
}

export type OwnKind =
  /** Bottle files. */
  | 'root'
  /** A state folder: left out where a folder around it is copied. */
  | 'state'
  /** Folders with secrets, disks and images of all bottles. */
  | 'store'
  /** Folders of programs that run here. */
  | 'code'
  /** A git directory. */
  | 'git'
  /** A single file, a socket, or a folder that programs are looked for in: only not to be written. */
  | 'entry'

export interface Own extends OwnPath {
  readonly place: Place
}

/** Why the use is refused, as the rest of a sentence that begins with its path; undefined if it isn't. */
export const clashWith = (use: Use, own: Own): string | undefined => {
  if (use.writable) return written(use, own)
  if (own.kind === 'state' || own.kind === 'store' || (own.kind === 'code' && use.role === 'bundle-mount'))
    return read(use, own)
  return undefined
}

const written = (use: Use, own: Own): string | undefined => {
  const how = containing(use, own.place) ?? turning(use, own.place)
  if (how !== undefined) return `${how} ${named(own)}`
  return own.kind !== 'entry' && isBelow(use.place, own.place) ? `lies in ${named(own)}` : undefined
}

const read = (use: Use, own: Own): string | undefined => {
  if (isBelow(use.place, own.place)) return `lies in ${named(own)}`
  const isCopied = use.role === 'workspace'
  if (isCopied && own.kind === 'state' && !isSame(use.place, own.place)) return undefined
  const how = containing(use, own.place)
  return how === undefined ? undefined : `${how} ${named(own)}`
}

export const containing = (use: Use, place: Place): string | undefined => {
  if (isSame(use.place, place)) return 'is'
  return areasOf(use).some((area) => isSame(place, area) || isBelow(place, area)) ? 'contains' : undefined
}

const turning = (use: Use, place: Place): string | undefined => {
  const turn = areasOf(use)
    .map((area) => turnIn(place, area))
    .find((path) => path !== undefined)
  return turn === undefined ? undefined : `contains ${turn}, which leads to`
}

const named = ({ what, path, place }: Own): string =>
  path === place.canonical ? `${what} ${path}` : `${what} ${path} (${place.canonical})`
