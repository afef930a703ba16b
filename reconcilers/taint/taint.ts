import { DriverError } from '../../drivers/errors.ts'
import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import type { ResolvedSpec } from '../derive/resolve.ts'
import { usedPaths } from '../derive/used-paths.ts'
import { canonicalSpec } from './canonical-spec.ts'
import { heldIn } from './held.ts'
import { clash, judgeTaint } from './judge.ts'
import type { Tainted } from './judge.ts'
import { lookAtDeclared, lookAtOthers, lookAtOwn, lookAtUses } from './look.ts'
import { createNeighbours } from './neighbours.ts'
import type { OneUse } from './neighbours.ts'
import type { Own, OwnPath } from './ours.ts'
import type { Use } from './overlap.ts'

/**
 * Judges what bottles have of the host's paths, and keeps who has what.
 *
 * Flow: `learn` when a spec comes into force, `judge` when a bottle is planned, `hold` right before each start: it looks
 *   once more, and notes in the record what the part may have until it is released.
 * Guarantees: judging and noting are one step, so of two starts at once the second sees the first; what `hold` returns are
 *   the canonical paths that were judged.
 * Caveats: what lies behind a hard link inside a folder isn't seen; docs/decisions/029-tainted-folders.md.
 */
export interface Taint {
  /** Takes in what the specs in force ask for, and what the records say that is held. Does nothing where that is known. */
  learn(bottles: readonly Learned[], signal: AbortSignal): Promise<void>
  /** Looks afresh. Notes nothing. */
  judge(bottle: BottlePaths, signal: AbortSignal): Promise<Verdict>
  /** The same, and takes it for a part that is about to start. Throws `Tainted`. */
  hold(bottle: BottlePaths, part: Part, signal: AbortSignal): Promise<Verdict>
  /** The part has ended, or is gone. */
  release(identity: string, part: Part): Promise<void>
  /** Looks again at what is ours. */
  refresh(signal: AbortSignal): Promise<void>
  /** What of ours the bottle, as it was started, could write by the last look. */
  breachOf(identity: string): string | undefined
}

export interface Learned {
  readonly record: BottleRecord
  readonly spec: ResolvedSpec | undefined
}

export type Part = 'bundle' | 'machine'

export interface BottlePaths {
  readonly identity: string
  readonly name: string
  readonly spec: ResolvedSpec
  /** The folder that its VM was made with: that one counts, where the spec's workspace leads elsewhere by now. */
  readonly madeWith?: string | undefined
}

export interface Verdict {
  readonly tainted: Tainted | undefined
  /** With canonical paths. */
  readonly spec: ResolvedSpec
  readonly uses: readonly Use[]
}

export interface TaintOptions {
  readonly paths: Drivers['paths']
  readonly records: Pick<Drivers['records'], 'read' | 'update'>
  /** What is ours, beside other roots and the git folders around this one. */
  readonly own: readonly OwnPath[]
  readonly root: string
  readonly owner: string
}

export const createTaint = ({ paths, records, own, root, owner }: TaintOptions): Taint => {
  const all = createNeighbours()
  /** The hash of the spec that is declared, by identity. */
  const learned = new Map<string, string | undefined>()
  /** Found once a refresh: there may be many, and they seldom change. */
  let otherRoots: readonly OwnPath[] | undefined
  let breaches: ReadonlyMap<string, string> = new Map()

  const isThere = ({ identity }: OneUse): boolean => records.read(identity) !== undefined
  const neighbours: typeof all = {
    ...all,
    writersOver: (use) => all.writersOver(use).filter(isThere),
    usersWithin: (use) => all.usersWithin(use).filter(isThere),
  }

  const lookForRoots = async (signal: AbortSignal): Promise<readonly OwnPath[]> =>
    (await paths.knownRoots(signal))
      .filter((other) => other.owner !== owner)
      .flatMap((other) => [
        { what: 'another root,', path: other.root, kind: 'root' },
        { what: 'the state folder of another root,', path: other.stateDir, kind: 'state' },
      ])

  const lookAtOurs = async (signal: AbortSignal): Promise<readonly Own[]> => {
    const folders = await paths.gitFolders(root, signal)
    const git = folders.map((path) => ({ what: 'the git directory of the root,', path, kind: 'git' as const }))
    otherRoots ??= await lookForRoots(signal)
    const [ours, others] = await Promise.all([
      lookAtOwn([...own, ...git], paths, signal),
      lookAtOthers(otherRoots, paths, signal),
    ])
    const found = [...ours, ...others]
    breaches = breachesOf(found)
    return found
  }

  const breachesOf = (ours: readonly Own[]): ReadonlyMap<string, string> => {
    const found = new Map<string, string>()
    for (const one of ours) {
      const folder = {
        field: [],
        role: 'workspace',
        path: one.path,
        writable: false,
        place: one.place,
        mounts: [],
      } as const
      for (const { identity, use, isHeld } of [
        ...neighbours.writersOver(folder),
        ...neighbours.writersWithin(folder),
      ]) {
        const why = isHeld ? clash(use, [one]) : undefined
        if (why !== undefined) found.set(identity, `${use.path} ${why}`)
      }
    }
    return found
  }

  const lookAt = async ({ spec, madeWith }: BottlePaths, signal: AbortSignal): Promise<readonly Use[]> => {
    const uses = await lookAtUses(usedPaths(spec), paths, signal)
    const isMounted = ({ role, writable }: Use): boolean => role === 'workspace' && writable
    if (madeWith === undefined || uses.some((use) => isMounted(use) && use.place.canonical === madeWith)) return uses
    const made = { field: ['spec', 'workspace', 'path'], role: 'workspace', path: madeWith, writable: true } as const
    return [...(await lookAtUses([made], paths, signal)), ...uses.filter((use) => !isMounted(use))]
  }

  const look = async (bottle: BottlePaths, signal: AbortSignal): Promise<readonly [readonly Use[], readonly Own[]]> => {
    const uses = await lookAt(bottle, signal)
    return [uses, uses.length === 0 ? [] : await lookAtOurs(signal)]
  }

  const release: Taint['release'] = async (identity, part) => {
    all.forget(identity, part)
    const reach = records.read(identity)?.reach
    if (reach?.[part] === undefined) return
    const { [part]: _, ...rest } = reach
    await records.update(identity, { reach: Object.keys(rest).length === 0 ? undefined : rest })
  }

  return {
    learn: async (bottles, signal) => {
      const fresh = bottles.filter(({ record }) => learned.get(record.identity) !== keyOf(record))
      if (fresh.length === 0) return
      for (const { record } of fresh) {
        const { identity, reach } = record
        if (!learned.has(identity)) for (const part of PARTS) all.set(record, part, heldIn(reach?.[part]))
        learned.set(identity, keyOf(record))
      }
      const lists = fresh.map(({ spec }) => (spec === undefined ? [] : usedPaths(spec)))
      const uses = await lookAtDeclared(lists, paths, signal)
      for (const [at, { record }] of fresh.entries()) all.set(record, 'declared', uses[at] ?? [])
    },

    judge: async (bottle, signal) => {
      const [uses, ours] = await look(bottle, signal)
      const tainted = judgeTaint({ identity: bottle.identity, uses }, ours, neighbours)
      return { tainted, uses, spec: canonicalSpec(bottle.spec, uses) }
    },

    hold: async (bottle, part, signal) => {
      const { identity } = bottle
      const [uses, ours] = await look(bottle, signal)
      const tainted = judgeTaint({ identity, uses }, ours, neighbours)
      if (tainted !== undefined) {
        const operation = `start the ${part} of ${bottle.name}`
        throw new DriverError({ code: 'Tainted', operation, detail: tainted.message })
      }
      if (uses.length === 0) {
        await release(identity, part)
        return { tainted, uses, spec: bottle.spec }
      }
      all.set(bottle, part, uses)
      const before = records.read(identity)?.reach
      if (JSON.stringify(before?.[part]) !== JSON.stringify(uses))
        await records.update(identity, { reach: { ...before, [part]: uses } })
      return { tainted, uses, spec: canonicalSpec(bottle.spec, uses) }
    },

    release,

    refresh: async (signal) => {
      for (const identity of learned.keys()) {
        if (records.read(identity) !== undefined) continue
        learned.delete(identity)
        for (const kind of ['declared', ...PARTS] as const) all.forget(identity, kind)
      }
      otherRoots = undefined
      await lookAtOurs(signal)
    },

    breachOf: (identity) =>
      PARTS.some((part) => all.of(identity, part).length > 0) ? breaches.get(identity) : undefined,
  }
}

const keyOf = ({ goodHash, base }: BottleRecord): string => `${goodHash} ${base}`

const PARTS: readonly Part[] = ['bundle', 'machine']
