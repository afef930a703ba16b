import type { Neighbours, OneUse } from './neighbours.ts'
import { taintOf } from './neighbours.ts'
import { clashWith } from './ours.ts'
import type { Own } from './ours.ts'
import { isSame } from './overlap.ts'
import type { Use } from './overlap.ts'

/**
 * Whether a bottle may be started with what it uses. Pure.
 *
 * Guarantees: what a message says names both paths. Of two bottles the one that was started first keeps what it has: it
 *   holds it until it is suspended or deleted. Of two that weren't started yet, or both were, the one that trusts is refused.
 */
export interface Tainted {
  /** Of the bottle's field that is refused. */
  readonly field: Use['field']
  readonly message: string
  /** It could write what is ours. */
  readonly reachesOurs: boolean
}

export interface Judged {
  readonly identity: string
  readonly uses: readonly Use[]
}

export const judgeTaint = (bottle: Judged, own: readonly Own[], neighbours: Neighbours): Tainted | undefined => {
  for (const use of bottle.uses) {
    const ours = clash(use, own)
    const why =
      ours ??
      hardLink(bottle, use, neighbours) ??
      distrust(bottle, use, neighbours) ??
      intrusion(bottle, use, neighbours)
    if (why === undefined) continue
    const message = `${fieldText(use)} ${pathText(use)} ${why}`
    return { field: use.field, message, reachesOurs: ours !== undefined && use.writable }
  }
  return undefined
}

export const clash = (use: Use, own: readonly Own[]): string | undefined => {
  for (const one of own) {
    const why = clashWith(use, one)
    if (why !== undefined) return `${why}, which no bottle may ${use.writable ? 'write' : 'read'}`
  }
  return undefined
}

/** Where its other names are can't be told, only that somebody writes on its file system. */
const hardLink = (bottle: Judged, use: Use, neighbours: Neighbours): string | undefined => {
  const { role, writable, place } = use
  if (role === 'workspace' || writable || place.kind !== 'file' || place.links < 2) return undefined
  const writer = candidates(bottle, []).find((each) => each.use.writable && each.use.place.device === place.device)
  const other = writer ?? neighbours.writerOn(place.device)
  if (other === undefined) return undefined
  const where = ownerText(bottle, other)
  return `has ${place.links} hard links, of which one may lie in ${where}; make it a file of its own (cp)`
}

/** What it trusts can be changed by whoever is in a bottle, its own too. */
const distrust = (bottle: Judged, use: Use, neighbours: Neighbours): string | undefined => {
  const mine = { identity: bottle.identity, use }
  const held = isHeld(bottle, use, neighbours)
  for (const writer of candidates(bottle, neighbours.writersOver(use))) {
    const how = taintOf(mine, writer)
    // It came later: it is the one that isn't started.
    const isOwn = writer.identity === bottle.identity
    if (how === undefined || (held && !writer.isHeld && !isOwn)) continue
    return `${how} ${ownerText(bottle, writer)}, and ${writerText(writer)} could change it`
  }
  return undefined
}

/** What it would write is trusted by a bottle that was started before. */
const intrusion = (bottle: Judged, use: Use, neighbours: Neighbours): string | undefined => {
  if (!use.writable) return undefined
  const mine = { identity: bottle.identity, use }
  for (const other of neighbours.usersWithin(use)) {
    if (other.identity === bottle.identity || !other.isHeld) continue
    if (taintOf(other, mine) === undefined || isHeld(bottle, use, neighbours)) continue
    return `would let ${writerText({ use })} change ${ownerText(bottle, other)}, which was started before`
  }
  return undefined
}

/** The bottle itself counts as it is now, not as it is known. */
const candidates = (bottle: Judged, found: readonly OneUse[]): readonly OneUse[] => [
  ...bottle.uses.map((use) => ({ identity: bottle.identity, name: '', use, isHeld: false })),
  ...found.filter(({ identity }) => identity !== bottle.identity),
]

const isHeld = ({ identity }: Judged, use: Use, neighbours: Neighbours): boolean =>
  [...neighbours.of(identity, 'bundle'), ...neighbours.of(identity, 'machine')].some(
    (each) => each.role === use.role && each.writable === use.writable && isSame(each.place, use.place),
  )

const fieldText = ({ field }: Pick<Use, 'field'>): string =>
  field.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  )

const pathText = ({ path, place }: Pick<Use, 'path' | 'place'>): string =>
  path === place.canonical ? path : `${path} (${place.canonical})`

const ownerText = ({ identity }: Judged, other: OneUse): string =>
  `${fieldText(other.use)} ${pathText(other.use)}${other.identity === identity ? '' : ` of bottle/${other.name}`}`

const writerText = ({ use }: Pick<OneUse, 'use'>): string => (use.role === 'workspace' ? 'its agent' : 'its bundle')
