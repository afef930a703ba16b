import type { BottleRecord } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { BottleGoal, Goal } from '../../reconcilers/contract/reconciler.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { StoredDocument } from '../feed/store.ts'
import { appliedBy } from './applied.ts'
import type { Cause } from './cause.ts'
import type { ChainResult } from './chain.ts'
import type { Context } from './context.ts'
import { atRest, comesBack, needsPerson } from './pass-end.ts'
import type { PassEnd } from './pass-end.ts'
import { publish } from './publish.ts'
import type { PublishParts } from './publish.ts'
import type { Retries } from './retries.ts'
import { wordsOf } from './status-of.ts'
import { QUEUED, walk } from './walk.ts'
import type { WalkParts } from './walk.ts'

/**
 * Carries out what a record says, and concludes a walk.
 *
 * Flow: walk the reconcilers, count failures, settle the record, publish the status, say when the pass comes again.
 * Guarantees: one status write at the end and at most one when slow work begins.
 * Caveats: an aborted pass publishes nothing; the next start looks again.
 */
export interface CarryOut {
  carryOut(bottle: BottleInPass): Promise<PassEnd>
  /** What follows a walk, whoever walked. */
  conclude(bottle: BottleInPass, goal: BottleGoal, result: ChainResult): Promise<PassEnd>
}

export interface BottleInPass {
  readonly record: BottleRecord
  /** Undefined where it is gone or can't be read: the last good spec is in force. */
  readonly document?: StoredDocument | undefined
  /** Why the document is refused. */
  readonly refusal?: Cause | undefined
  /** The policy has just allowed its spec. */
  readonly isAllowed?: boolean
}

export type CarryOutParts = PublishParts & WalkParts & Pick<Context, 'halted'>

export const createCarryOut = (parts: CarryOutParts, retries: Retries): CarryOut => {
  const { drivers, policy, stopping, halted, signal } = parts

  const conclude: CarryOut['conclude'] = async ({ record, document, refusal }, goal, result) => {
    if (stopping.aborted) return { ...atRest('Stopped', 'the controller was stopped'), state: 'busy' }
    const all = [...result.verdicts.values()]
    const last = all.at(-1)
    const isAway = last?.verdict === 'failed' && isDriverError(last.error, 'Unavailable')
    // That Docker is away is reported once for all; the bottle's own status waits until something is known.
    if (isAway) return comesBack('Unavailable', wordsOf(last).message, 1_000)
    // What nothing waits for isn't the end of a walk, but it is tried again all the same.
    const amiss = last?.verdict === 'settled' ? all.find(({ verdict }) => verdict === 'failed') : undefined
    // The queue brings it back, soon. Only a file that calls it ready must not say so any longer.
    const isQueued = last?.verdict === 'wait' && last.reason === QUEUED
    if (isQueued && !isCalledReady(record)) return { ...atRest(QUEUED, last.message), state: 'busy' }
    const retryAfterMs = isQueued ? undefined : await retries.after(record, amiss ?? last)
    if (last?.verdict === 'settled') await settleRecord(record, goal, amiss !== undefined)
    if (last?.verdict === 'wait' && !isQueued && refusal === undefined && retries.isQuiet(record, last)) {
      return comesBack(last.reason, last.message, retryAfterMs ?? last.retryAfterMs)
    }
    const { verdicts, stopped } = result
    const common = { record, document, refusal, goal, slow: undefined, halted: undefined }
    const status = await publish(parts, { ...common, verdicts, stopped })
    const cause = refusal ?? (last === undefined ? { reason: 'Error', message: '' } : wordsOf(last))
    const asAsked = refusal === undefined && last?.verdict === 'settled'
    return {
      state: (retryAfterMs === undefined && !isQueued) || amiss !== undefined ? 'rest' : 'busy',
      outcome: asAsked ? (status.phase ?? 'Ready') : cause.reason,
      message: cause.message,
      asAsked,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(needsPerson(last, record) ? { needsPerson: true } : {}),
    }
  }

  const isCalledReady = ({ identity }: BottleRecord): boolean =>
    (drivers.records.read(identity)?.status as Partial<BottleStatus> | undefined)?.phase === 'Ready'

  /** What a settled walk leaves in the record: ready once, no failures, the rollout done. */
  const settleRecord = async ({ identity }: BottleRecord, goal: BottleGoal, isAmiss: boolean): Promise<void> => {
    const latest = drivers.records.read(identity)
    if (latest === undefined) return
    const applied = appliedBy(latest, goal)
    const change = {
      ...(latest.backoff === undefined || isAmiss ? {} : { backoff: undefined }),
      // A bottle that is suspended has it carried out once it is resumed.
      ...(latest.rollout === undefined || goal !== 'up' ? {} : { rollout: undefined }),
      ...(goal !== 'up' || latest.everReady === true ? {} : { everReady: true }),
      ...(applied === undefined ? {} : { applied }),
    }
    if (Object.keys(change).length > 0) await drivers.records.update(identity, change)
  }

  return {
    carryOut: async (bottle) => {
      const { record, document, refusal } = bottle
      const halt = halted()
      if (record.spec === undefined || halt !== undefined) {
        const common = { record, document, refusal, goal: 'up', slow: undefined } as const
        const status = await publish(parts, { ...common, verdicts: new Map(), halted: halt })
        return atRest(status.phase, (halt ?? refusal)?.message ?? '')
      }
      const goal: Goal = (record.spec as { suspend?: boolean }).suspend === true ? 'down' : 'up'
      const isToJudge = goal === 'up' && bottle.isAllowed !== true
      const forbidden = isToJudge ? await policy.ofRecord(record, signal) : undefined
      let isSlowPublished = false
      const result = await walk(parts, {
        goal,
        record,
        forbidden,
        onSlow: async (slow, verdicts) => {
          // While a failure is retried, the failure says more than another "in progress".
          if (isSlowPublished || record.backoff !== undefined) return
          isSlowPublished = true
          await publish(parts, { record, document, refusal, goal, verdicts, slow, halted: undefined })
        },
      })
      return conclude(bottle, goal, result)
    },
    conclude,
  }
}
