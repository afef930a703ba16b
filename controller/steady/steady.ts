import type { BottleRecord } from '../../drivers/ports.ts'
import { usedPaths } from '../../reconcilers/derive/used-paths.ts'
import { bundleName, machineName, networkName } from '../../reconcilers/derive/names.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { StoredDocument } from '../feed/store.ts'
import type { Context } from '../pass/context.ts'
import { isUpToDate } from '../pass/enroll.ts'
import type { PassEnd } from '../pass/pass-end.ts'
import { situationOf, specOf } from '../pass/walk.ts'
import type { SituationParts } from '../pass/walk.ts'

/**
 * Ends a pass before it begins, where everything is as at the last one that settled.
 *
 * Flow: a pass that settled and changed nothing leaves what it was decided on; the next one compares that by identity, judges
 *   the document again (by the policy in force), and asks the reconcilers' `pulse` for what no list shows.
 * Guarantees: any difference, or any doubt, is a whole pass; nothing is remembered that may have changed while the pass ran.
 * Caveats: a bottle that names paths of this host always has a whole pass.
 * Assumptions: documents, records and listed objects are never changed in place; a settled plan depends on nothing but
 *   these, on what is set for the controller's life, on the judgement, and on what a `pulse` looks at.
 */
export interface Steadiness {
  /** Runs the pass, unless there is nothing to decide. */
  around(name: string, pass: () => Promise<PassEnd>): Promise<PassEnd>
  /** The next pass is a whole one: a person asked for it, or a list reports its objects. */
  forget(name: string): void
  /** The next pass of each is a whole one. */
  forgetAll(): void
}

/** What a pass is decided on. */
interface Basis {
  readonly record: BottleRecord
  /** Documents and listed objects, and the rules of its edges. */
  readonly listed: readonly unknown[]
  /** What an inspect last showed of the bundle; undefined where there is none. */
  readonly facts: unknown
  /** A bundle whose facts are not known. */
  readonly isOpen: boolean
}

export type SteadyParts = SituationParts &
  Pick<Context, 'store' | 'registry' | 'admission' | 'informer' | 'reconcilers' | 'statusWriter' | 'halted' | 'signal'>

export const createSteadiness = (parts: SteadyParts): Steadiness => {
  const { store, registry, admission, informer, drivers, reconcilers, statusWriter, settings, halted, signal } = parts
  const known = new Map<string, { readonly basis: Basis; readonly end: PassEnd }>()
  const pulsing = reconcilers.flatMap(({ pulse }) => pulse ?? [])

  const basisOf = (name: string): Basis | undefined => {
    const record = registry.byName(name)
    const documents = store.documents(name)
    // Of several, which one counts is decided on a fresh look.
    if (record === undefined || documents.length !== 1 || halted() !== undefined) return undefined
    const { identity, uid } = record
    const snapshot = informer.snapshot()
    const container = snapshot.container(bundleName(identity))
    const facts = container === undefined ? undefined : informer.factsOf(container)
    const networks = snapshot.network(networkName(identity))
    const machine = snapshot.machine(machineName(identity))
    return {
      record,
      listed: [documents, networks, container, snapshot.carrying(uid), machine, informer.edgeOf(identity)],
      facts,
      isOpen: container !== undefined && facts === undefined,
    }
  }

  /** What stands at a path of this host, and who else writes there, nobody tells: each pass looks. */
  const namesPaths = (record: BottleRecord): boolean => {
    const spec = specOf(record, settings.root)
    return spec === undefined || usedPaths(spec).length > 0
  }

  const isWritten = async ({ identity, status }: BottleRecord, document: StoredDocument): Promise<boolean> =>
    status !== undefined && (await statusWriter.stands({ document, identity, status: status as BottleStatus }))

  /** Whether the whole pass would still find nothing to do. */
  const isStill = async (name: string, { record }: Basis): Promise<boolean> => {
    try {
      const { judgement } = await admission.judged(name)
      if (judgement.kind !== 'accepted' || !isUpToDate(record, judgement)) return false
      if (!(await isWritten(record, judgement.document))) return false
      const isSuspended = (record.spec as { readonly suspend?: boolean } | undefined)?.suspend === true
      const situation = situationOf(parts, { record, goal: isSuspended ? 'down' : 'up', upstream: {} })
      for (const pulse of pulsing) if (!(await pulse(situation, drivers, signal))) return false
      return true
    } catch {
      // The whole pass meets the same trouble, and reports it.
      return false
    }
  }

  /** What it was decided on, if that is still all that there is. */
  const settledOn = (name: string, before: Basis | undefined, end: PassEnd): Basis | undefined => {
    // What comes again by itself isn't done.
    if (end.state !== 'rest' || !end.asAsked || end.retryAfterMs !== undefined || before === undefined) return undefined
    if (namesPaths(before.record)) return undefined
    const after = basisOf(name)
    if (after === undefined || after.isOpen) return undefined
    // A bundle may have been inspected for the first time by this very pass.
    return isEqual(before, before.isOpen ? { ...after, facts: before.facts } : after) ? after : undefined
  }

  return {
    around: async (name, pass) => {
      const before = basisOf(name)
      const last = known.get(name)
      if (last !== undefined && before !== undefined && isEqual(last.basis, before) && (await isStill(name, before))) {
        // What came in meanwhile has a pass of its own, but what was told to forget it must not be told in vain.
        const now = basisOf(name)
        if (known.get(name) === last && now !== undefined && isEqual(before, now)) return last.end
      }
      known.delete(name)
      const end = await pass()
      const basis = settledOn(name, before, end)
      if (basis !== undefined) known.set(name, { basis, end })
      return end
    },
    forget: (name) => void known.delete(name),
    forgetAll: () => known.clear(),
  }
}

const isEqual = (before: Basis, after: Basis): boolean =>
  before.record === after.record &&
  before.facts === after.facts &&
  before.listed.every((part, at) => part === after.listed[at])
