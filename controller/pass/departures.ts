import type { BottleRecord } from '../../drivers/ports.ts'
import type { Goal } from '../../reconcilers/contract/reconciler.ts'
import type { Announcer } from '../report/announcer.ts'
import type { ChainResult } from './chain.ts'
import { isoNow } from './context.ts'
import type { Context } from './context.ts'
import type { Holds } from './told-once.ts'
import { atRest, comesBack, gone } from './pass-end.ts'
import type { PassEnd } from './pass-end.ts'
import type { Retries } from './retries.ts'
import type { StoredDocument } from '../feed/store.ts'
import { walk } from './walk.ts'

/**
 * A bottle whose document is gone: in its grace, held by a guard, retained, or torn down by its record alone.
 *
 * Guarantees: a deletion is in the record before anything goes; nothing is deleted on a list that isn't complete; what is
 *   held or retained runs on by its last good spec, repaired and sealed as if its document were there.
 */
export interface Departures {
  absent(record: BottleRecord): Promise<PassEnd>
  tearDown(record: BottleRecord): Promise<PassEnd>
}

export const createDepartures = (options: {
  readonly context: Context
  readonly announcer: Announcer
  readonly halted: () => { readonly reason: string; readonly message: string } | undefined
  readonly holds: Holds
  readonly retries: Retries
  readonly raise: (record: BottleRecord, document: undefined, refusal: undefined) => Promise<PassEnd>
  readonly conclude: (
    record: BottleRecord,
    document: StoredDocument | undefined,
    how: {
      readonly goal: Goal
      readonly refusal: { reason: string; message: string } | undefined
      readonly result: ChainResult
    },
  ) => Promise<PassEnd>
}): Departures => {
  const { context, announcer, halted, holds, retries, raise, conclude } = options

  /** The document is gone and nothing unclear could hold it. */
  const absent = async (record: BottleRecord): Promise<PassEnd> => {
    const { guards, registry, drivers, clock } = context
    const { name, identity } = record
    const retain =
      record.retainWhenGone === true ||
      (record.spec as { deletionPolicy?: string } | undefined)?.deletionPolicy === 'Retain'
    if (record.retained === true) return keepUp(record)
    const stop = halted()
    if (stop !== undefined) return atRest(stop.reason, stop.message)
    if (record.deleteConfirmed === true) guards.confirm(name)
    const rule = () => guards.rule(name, { bottles: registry.all().length, massHeld: record.massHeld === true })
    let ruling = await rule()
    if (ruling.verdict === 'delete') {
      if (!(await context.stillAbsent(name)))
        return comesBack('Unknown', "the folder can't be listed, or the document is back", 1_000)
      // That complete list may show what no hint told: that it is one of many.
      ruling = await rule()
    }
    if (ruling.verdict === 'grace') return comesBack('Grace', '', ruling.leftMs)
    if (ruling.verdict === 'held') {
      // In the record: a controller that is started meanwhile sees fewer missing, and must not let it go.
      if (ruling.reason === 'MassDeletion') await drivers.records.update(identity, { massHeld: true })
      holds.tell(record, ruling.reason, ruling.message)
      const up = isDue(record) ? await raise(record, undefined, undefined) : undefined
      // A summary need not wait for a person's rebase.
      const retryAfterMs = ruling.reason === 'GitAtWork' ? 1_000 : up?.retryAfterMs
      return { ...atRest('Held', ruling.message), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
    }
    if (retain) {
      guards.seen(name)
      await drivers.records.update(identity, { retained: true, retainWhenGone: undefined, massHeld: undefined })
      announcer.normal(record, 'Retained', 'its document is gone; by deletionPolicy Retain everything runs on')
      return keepUp(drivers.records.read(identity) ?? record)
    }
    guards.decided(name)
    await drivers.records.update(identity, { deleting: { since: isoNow(clock) } })
    announcer.normal(record, 'Deleting', 'its document is gone')
    return tearDown(drivers.records.read(identity) ?? record)
  }

  /** While git is at work it is looked at each second; what failed keeps its own pace. */
  const isDue = ({ backoff }: BottleRecord): boolean =>
    backoff === undefined || Date.parse(backoff.retryAt) <= context.clock.now()

  const keepUp = async (record: BottleRecord): Promise<PassEnd> => {
    if (record.spec === undefined) return { ...gone, outcome: 'Retained' }
    const end = await raise(record, undefined, undefined)
    // A rollout is for who has the document to ask for.
    const fine = end.asAsked || end.outcome === 'UpdatePending'
    return fine ? { ...end, outcome: 'Retained', message: '', asAsked: true } : end
  }

  const tearDown = async (record: BottleRecord): Promise<PassEnd> => {
    const stop = halted()
    if (stop !== undefined) return atRest(stop.reason, stop.message)
    const result = await walk(context, announcer, { goal: 'gone', record, onSlow: async () => {} })
    const left = context.drivers.records.read(record.identity)
    if (left !== undefined) return conclude(record, undefined, { goal: 'gone', refusal: undefined, result })
    context.registry.forget(record)
    context.events.removed(record.identity)
    retries.forget(record.name)
    holds.forget(record.name)
    announcer.normal({ name: record.name, identity: undefined }, 'Deleted', 'nothing of it is left')
    return gone
  }

  return { absent, tearDown }
}
