import type { BottleRecord } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { Goal } from '../../reconcilers/contract/reconciler.ts'
import type { Announcer } from '../report/announcer.ts'
import { appliedBy } from './applied.ts'
import type { ChainResult } from './chain.ts'
import type { Context } from './context.ts'
import { createDepartures } from './departures.ts'
import { enroll, enrollRefused } from './enroll.ts'
import { createHolds } from './told-once.ts'
import { duplicatesOf, judge } from './judge.ts'
import type { Judgement } from './judge.ts'
import { atRest, comesBack, gone } from './pass-end.ts'
import type { PassEnd } from './pass-end.ts'
import { createPublisher } from './publish.ts'
import { refuseWithoutRecord } from './refuse.ts'
import { createRetries } from './retries.ts'
import { wordsOf } from './status-of.ts'
import type { StoredDocument } from '../feed/store.ts'
import { walk } from './walk.ts'
import { warningsOf } from '../document/rules.ts'

/**
 * One pass for one bottle, by name.
 *
 * Flow: judge its documents → record → walk the reconcilers → status. A bottle whose document is gone is held, retained or
 *   torn down by its record alone.
 * Guarantees: never throws; one status write at the end and at most one when slow work begins; nothing is deleted on a doubt.
 * Assumptions: one pass per name at a time (the queue). Caveats: an aborted pass says nothing; the next start looks again.
 */
export const createReconcile = (
  context: Context,
  announcer: Announcer,
  halted: () => { reason: string; message: string } | undefined,
) => {
  const retries = createRetries(context)
  const publish = createPublisher(context, announcer)
  const holds = createHolds(announcer)

  const reconcile = async (name: string): Promise<PassEnd> => {
    const { store, registry, drivers, guards } = context
    const record = registry.byName(name)
    if (record?.deleting !== undefined) return departures.tearDown(record)
    // A file that moves is for a moment at both places, as far as is known: only what is there counts as a duplicate.
    const paths = store.documents(name).map(({ path }) => path)
    if (paths.length > 1) await context.lookAgain(paths)
    const documents = store.documents(name)
    const judgement = judge({
      name,
      documents,
      record,
      holder: (identity) => drivers.records.read(identity),
      unclear: store.unclear(),
    })
    for (const { document, message } of duplicatesOf(documents, record)) {
      await refuseWithoutRecord(context, announcer, document, { reason: 'DuplicateName', message, hash: undefined })
    }
    if (judgement.kind === 'absent') return record === undefined ? gone : departures.absent(record)
    guards.seen(name)
    if (judgement.kind !== 'unknown') holds.forget(name)
    if (judgement.kind === 'accepted') {
      const fresh = await enroll(context, judgement)
      warnOnce(fresh, judgement, record)
      return raise(fresh, judgement.document, undefined)
    }
    if (judgement.kind === 'unknown') {
      if (record === undefined) return gone
      holds.tell(record, 'Unreadable', `${judgement.unclear.why}; the last good spec stays in force`)
      return { ...(await raise(record, undefined, undefined)), ...atRest('Unreadable', judgement.unclear.why) }
    }
    const { document, reason, message, hash } = judgement
    if (record === undefined || document === undefined) {
      if (document !== undefined) await refuseWithoutRecord(context, announcer, document, { reason, message, hash })
      return atRest(reason, message)
    }
    return raise(await enrollRefused(context, record, hash), document, { reason, message })
  }

  /** Everything is in place or on its way: walk, then say so. */
  const raise = async (
    record: BottleRecord,
    document: StoredDocument | undefined,
    refusal: { reason: string; message: string } | undefined,
  ): Promise<PassEnd> => {
    const stop = halted()
    if (record.spec === undefined || stop !== undefined) {
      const status = await publish({
        record,
        document,
        refusal,
        goal: 'up',
        verdicts: new Map(),
        slow: undefined,
        halted: stop,
      })
      return atRest(status.phase, (stop ?? refusal)?.message ?? '')
    }
    const goal: Goal = (record.spec as { suspend?: boolean }).suspend === true ? 'down' : 'up'
    let told = false
    const result = await walk(context, announcer, {
      goal,
      record,
      onSlow: async (slow, verdicts) => {
        // A retry of what failed: the failure says more than another "in progress".
        if (told || record.backoff !== undefined) return
        told = true
        await publish({ record, document, refusal, goal, verdicts, slow, halted: undefined })
      },
    })
    return conclude(record, document, { goal, refusal, result })
  }

  const conclude = async (
    record: BottleRecord,
    document: StoredDocument | undefined,
    {
      goal,
      refusal,
      result,
    }: {
      readonly goal: Goal
      readonly refusal: { reason: string; message: string } | undefined
      readonly result: ChainResult
    },
  ): Promise<PassEnd> => {
    if (context.stopping.aborted) return { ...atRest('Stopped', 'the controller was stopped'), state: 'busy' }
    const last = [...result.verdicts.values()].at(-1)
    const away = last?.verdict === 'failed' && isDriverError(last.error, 'Unavailable')
    // Docker being away is told once for all; the bottle's own status waits until something is known.
    if (away) return comesBack('Unavailable', wordsOf(last).message, 1_000)
    const retryAfterMs = await retries.after(record, last)
    if (last?.verdict === 'settled') await settleRecord(record, goal)
    if (last?.verdict === 'wait' && refusal === undefined && retries.isQuiet(record, last)) {
      return comesBack(last.reason, last.message, retryAfterMs ?? last.retryAfterMs)
    }
    const status = await publish({
      record,
      document,
      refusal,
      goal,
      verdicts: result.verdicts,
      stopped: result.stopped,
      slow: undefined,
      halted: undefined,
    })
    const words = refusal ?? (last === undefined ? { reason: 'Error', message: '' } : wordsOf(last))
    const asAsked = refusal === undefined && last?.verdict === 'settled'
    return {
      state: retryAfterMs === undefined ? 'rest' : 'busy',
      outcome: asAsked ? (status.phase ?? 'Ready') : words.reason,
      message: words.message,
      asAsked,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    }
  }

  /** What a settled walk leaves in the record: ready once, no failures, the rollout done. */
  const settleRecord = async ({ identity }: BottleRecord, goal: Goal): Promise<void> => {
    const { drivers } = context
    const latest = drivers.records.read(identity)
    if (latest === undefined) return
    const applied = appliedBy(latest, goal)
    const change = {
      ...(latest.backoff === undefined ? {} : { backoff: undefined }),
      ...(latest.rollout === undefined ? {} : { rollout: undefined }),
      ...(goal !== 'up' || latest.everReady === true ? {} : { everReady: true }),
      ...(applied === undefined ? {} : { applied }),
    }
    if (Object.keys(change).length > 0) await drivers.records.update(identity, change)
  }

  const warnOnce = (
    record: BottleRecord,
    { bottle, hash }: Judgement & { kind: 'accepted' },
    before: BottleRecord | undefined,
  ): void => {
    if (before?.goodHash === hash) return
    for (const { reason, message } of warningsOf(bottle)) announcer.warn(record, reason, message)
  }

  const departures = createDepartures({ context, announcer, halted, holds, retries, raise, conclude })

  return { reconcile }
}
