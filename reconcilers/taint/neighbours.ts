import { areasOf, idOf, isBelow, isSame, namesAbove, turnIn } from './overlap.ts'
import type { Use } from './overlap.ts'

/**
 * What each bottle writes and trusts, found by where it lies. Pure.
 *
 * Flow: `declared` is what a bottle's spec asks for, as last looked at; `held` is what it was started with and may still have.
 * Guarantees: a question costs the depth of a path, however many bottles there are.
 */
export interface OneUse {
  readonly identity: string
  /** The bottle's. */
  readonly name: string
  readonly use: Use
  readonly isHeld: boolean
}

export type Kind = 'declared' | 'bundle' | 'machine'

export interface Neighbours {
  /** Replaces what is known of this kind. */
  set(bottle: { readonly identity: string; readonly name: string }, kind: Kind, uses: readonly Use[]): void
  forget(identity: string, kind: Kind): void
  of(identity: string, kind: Kind): readonly Use[]
  /** Whoever writes where the place lies, or where its way can be turned. */
  writersOver(use: Pick<Use, 'place'>): readonly OneUse[]
  /** Whoever uses something in it, or below, or on a way that leads through it. */
  usersWithin(use: Use): readonly OneUse[]
  /** Of them those who write. */
  writersWithin(use: Use): readonly OneUse[]
  /** Somebody who writes on that file system. */
  writerOn(device: string): OneUse | undefined
}

export const createNeighbours = (): Neighbours => {
  const known = new Map<string, readonly OneUse[]>()
  /** By path and by id of each area that is written. */
  const writers = createTable()
  /** By path and by id of each area that could contain them. */
  const users = createTable()
  const writersByWay = createTable()

  const replace = (key: string, entries: readonly OneUse[]): void => {
    for (const [table, namesOf] of [
      [writers, namesOfAreas],
      [users, namesOfWay],
      [writersByWay, (one: OneUse) => (one.use.writable ? namesOfWay(one) : NONE)],
    ] as const) {
      for (const each of known.get(key) ?? []) table.remove(namesOf(each), each)
      for (const each of entries) table.add(namesOf(each), each)
    }
    if (entries.length === 0) known.delete(key)
    else known.set(key, entries)
  }

  return {
    set: ({ identity, name }, kind, uses) =>
      replace(
        `${kind} ${identity}`,
        uses.map((use) => ({ identity, name, use, isHeld: kind !== 'declared' })),
      ),
    forget: (identity, kind) => replace(`${kind} ${identity}`, []),
    of: (identity, kind) => (known.get(`${kind} ${identity}`) ?? []).map(({ use }) => use),
    writersOver: ({ place }) => writers.get(namesAbove(place)),
    usersWithin: (use) => users.get(namesOfUse(use)),
    writersWithin: (use) => writersByWay.get(namesOfUse(use)),
    writerOn: (device) => writers.first(onDevice(device)),
  }
}

const namesOfUse = (use: Use): ReadonlySet<string> =>
  new Set(areasOf(use).flatMap((area) => [area.canonical, idOf(area)]))

const NONE: ReadonlySet<string> = new Set()

const onDevice = (device: string): string => `on ${device}`

const namesOfAreas = ({ use }: OneUse): ReadonlySet<string> =>
  use.writable ? new Set([...namesOfUse(use), ...areasOf(use).map(({ device }) => onDevice(device))]) : NONE

const namesOfWay = ({ use }: OneUse): ReadonlySet<string> => namesAbove(use.place)

interface Table {
  add(names: ReadonlySet<string>, one: OneUse): void
  remove(names: ReadonlySet<string>, one: OneUse): void
  /** Each once. */
  get(names: ReadonlySet<string>): readonly OneUse[]
  first(name: string): OneUse | undefined
}

const createTable = (): Table => {
  const rows = new Map<string, Set<OneUse>>()
  return {
    add: (names, one) => {
      for (const name of names) rows.set(name, (rows.get(name) ?? new Set()).add(one))
    },
    remove: (names, one) => {
      for (const name of names) {
        const row = rows.get(name)
        row?.delete(one)
        if (row?.size === 0) rows.delete(name)
      }
    },
    get: (names) => [...new Set([...names].flatMap((name) => [...(rows.get(name) ?? [])]))],
    first: (name) => rows.get(name)?.values().next().value,
  }
}

/**
 * How the writer can change what the other use trusts, as the rest of a sentence that begins with the latter's path;
 * undefined if it can't.
 */
export const taintOf = (
  trusting: Pick<OneUse, 'identity' | 'use'>,
  writing: Pick<OneUse, 'identity' | 'use'>,
): string | undefined => {
  const { use } = trusting
  if (!writing.use.writable) return undefined
  const isOwn = trusting.identity === writing.identity
  if (isOwn && isSameField(use, writing.use)) return undefined
  const areas = areasOf(writing.use)
  const turn = areas.map((area) => turnIn(use.place, area)).find((path) => path !== undefined)
  if (turn !== undefined) return `is reached through ${turn}, which lies in`
  const isIn = areas.some((area) => isBelow(use.place, area))
  // The content of a workspace is the agent's in any case. A copy is made of the very folder that was looked at.
  if (use.role === 'workspace') return isIn && use.writable ? 'lies in' : undefined
  if (isIn) return 'lies in'
  // What a bundle writes twice is still only its own.
  if (isOwn && use.writable && use.role === writing.use.role) return undefined
  return areas.some((area) => isSame(use.place, area)) ? 'is' : undefined
}

const isSameField = (a: Use, b: Use): boolean => a.field.join('.') === b.field.join('.')
