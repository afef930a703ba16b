import { createTurns } from '../../drivers/calls/turns.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import { usedPaths } from '../../reconcilers/derive/used-paths.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import type { Guards } from '../deletion/mass-guard.ts'
import type { Store, StoredDocument } from '../feed/store.ts'
import type { Clock } from '../time/clock.ts'
import type { Allocator, Wish } from '../world/subnet-allocator.ts'
import { enroll, isUpToDate } from './enroll.ts'
import type { EnrollParts } from './enroll.ts'
import { judge, ownerOf } from './judge.ts'
import type { Accepted, Judgement } from './judge.ts'
import type { PolicyCheck } from './policy-check.ts'

/**
 * Judges the documents of a change and enrolls its bottles, once.
 *
 * Flow: `admit` lets missing bottles begin their grace together, and reserves the subnets of new ones in order of identity:
 *   the same files give the same subnets, whatever order they were found in. The next pass takes its judgement over.
 * Guarantees: a judgement is taken over once, and only while document and record are those it was made from.
 * Caveats: the pass judges a refused bottle again, as the deletion of another one may have ended the refusal; and one whose
 *   host paths don't answer soon, as nobody else may wait for them.
 */
export interface Admission {
  /** Takes in a change. Bottles that already have their subnet are judged by their passes only. */
  admit(names: Iterable<string>, patience?: Patience): Promise<void>
  /** Brings the record of an accepted document up to date; whoever else is at it is waited for. */
  enroll(judgement: Accepted): Promise<BottleRecord>
  /** What the documents of this name amount to now. */
  judged(name: string): Promise<Judged>
}

export interface Judged {
  readonly judgement: Judgement
  /** The record, where `admit` has brought it up to date. */
  readonly enrolled: BottleRecord | undefined
}

export const createAdmission = (
  parts: EnrollParts & {
    readonly store: Store
    readonly policy: PolicyCheck
    readonly guards: Pick<Guards, 'missing'>
    readonly halted: () => unknown
    readonly allocator: Allocator
    readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
    readonly signal: AbortSignal
  },
): Admission => {
  const { store, registry, drivers, allocator, guards, policy, halted, clock, signal } = parts
  /** Bottles admitted and not yet met by a pass. */
  const admitted = new Map<string, Accepted>()

  const turns = createTurns()
  /** Of two at once, a pass and a change, the second finds what the first wrote. */
  const enrollInTurn: Admission['enroll'] = (judgement) =>
    turns.take(judgement.bottle.metadata.name, () => enroll(parts, judgement))

  const judgeNow = async (name: string): Promise<Judgement> => {
    const judgement = judge({
      name,
      documents: store.documents(name),
      record: registry.byName(name),
      holder: (identity) => drivers.records.read(identity),
      unclear: store.unclear(),
    })
    if (judgement.kind !== 'accepted') return judgement
    const violation = await policy.ofDocument(judgement, signal)
    const { document, hash } = judgement
    return violation === undefined ? judgement : { kind: 'refused', document, hash, ...violation }
  }

  /** A bottle that owns nothing, is to run on, or was ruled on isn't a loss: it must not count for the mass guard. */
  const awaitsRuling = (name: string): boolean => {
    const record = registry.byName(name)
    return (
      record !== undefined && record.retained !== true && record.parked === undefined && record.deleting === undefined
    )
  }

  /** Undefined: it takes longer than all bottles of a change may take together. */
  const inTime = async <T>(work: Promise<T>, patience: Patience): Promise<T | undefined> => {
    const cut = new AbortController()
    const begunMs = clock.monotonicMs()
    const isLate = (): undefined => undefined
    const late = clock.sleep(patience.leftMs, cut.signal).then(isLate, isLate)
    try {
      return await Promise.race([work, late])
    } finally {
      patience.leftMs = Math.max(0, patience.leftMs - (clock.monotonicMs() - begunMs))
      cut.abort()
    }
  }

  return {
    admit: async (names, patience = createPatience()) => {
      const present: string[] = []
      for (const name of names) {
        if (store.documents(name).length > 0) present.push(name)
        else if (awaitsRuling(name)) guards.missing(name)
      }
      if (halted() !== undefined) return
      const wishes: Wish[] = []
      const failures: unknown[] = []
      for (const name of present.toSorted()) {
        const record = registry.byName(name)
        if (record?.subnet !== undefined || record?.deleting !== undefined) continue
        const judging = judgeNow(name)
        const judgement = await (store.documents(name).some(namesPaths) ? inTime(judging, patience) : judging)
        if (judgement?.kind !== 'accepted') continue
        try {
          await enrollInTurn(judgement)
        } catch (error) {
          // A disk that refuses one record keeps nobody else from their turn.
          failures.push(error)
          continue
        }
        admitted.set(name, judgement)
        const { suspend, network } = judgement.bottle.spec as BottleSpec
        if (suspend !== true) wishes.push({ identity: judgement.identity, pin: network?.subnet })
      }
      if (wishes.length > 0) await allocator.allocate(wishes, signal)
      if (failures.length > 0) throw failures[0]
    },
    enroll: enrollInTurn,
    judged: async (name) => {
      const before = admitted.get(name)
      admitted.delete(name)
      const record = registry.byName(name)
      const document = ownerOf(store.documents(name), record)
      const holds =
        before !== undefined &&
        record !== undefined &&
        document !== undefined &&
        // A parsed text has its own object; a status that is written leaves it as it is.
        document.bottle === before.bottle &&
        isUpToDate(record, before)
      if (!holds) return { judgement: await judgeNow(name), enrolled: undefined }
      return { judgement: { ...before, document }, enrolled: record }
    },
  }
}

/** What is left of the time for the host paths of all bottles of a change, however many blocks it is taken in by. */
export interface Patience {
  leftMs: number
}

export const createPatience = (): Patience => ({ leftMs: 3_000 })

const namesPaths = ({ bottle }: StoredDocument): boolean =>
  bottle !== undefined && usedPaths(resolveSpec(bottle.spec, '/')).length > 0
