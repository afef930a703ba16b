import type { BottleRecord } from '../drivers/drivers.ts'
import { isDriverError } from '../drivers/errors.ts'
import type { Goal } from '../reconcilers/reconciler.ts'
import type { BottleStatus } from '../schemas/bottle.ts'
import type { Announcer } from './announce.ts'
import { backoffMs } from './backoff.ts'
import type { ChainResult } from './chain.ts'
import { isoNow } from './context.ts'
import type { Context } from './context.ts'
import { enroll, enrollRefused } from './enroll.ts'
import { judge, ownerOf } from './judge.ts'
import type { Judgement } from './judge.ts'
import { refuseWithoutRecord } from './refuse.ts'
import { statusOf, wordsOf } from './status-of.ts'
import type { StoredDocument } from './store.ts'
import { walk } from './walk.ts'
import { warningsOf } from './rules.ts'

/**
 * One pass for one bottle, by name.
 *
 * Flow: judge its documents → record → walk the reconcilers → status. A bottle whose document is gone is held, retained or
 *   torn down by its record alone.
 * Guarantees: never throws; one status write at the end and at most one when slow work begins; nothing is deleted on a doubt.
 * Assumptions: one pass per name at a time (the queue). Caveats: an aborted pass says nothing; the next start looks again.
 */
export interface PassEnd {
  /** `rest`: nothing to do until something happens. `busy`: comes again by itself. */
  readonly state: 'rest' | 'busy'
  /** How a summary words it: Ready, Suspended, Retained, Deleted, Held or a reason. */
  readonly outcome: string
  readonly message: string
  /** False where a summary must complain. */
  readonly asAsked: boolean
  readonly retryAfterMs?: number
}

/** A wait that asks again this soon is told only after this many tries. */
const QUIET_MS = 100
const QUIET_WAITS = 4

const gone: PassEnd = { state: 'rest', outcome: 'Deleted', message: '', asAsked: true }

export const createReconcile = (
  context: Context,
  announcer: Announcer,
  halted: () => { reason: string; message: string } | undefined,
) => {
  /** How often each bottle waited for the same reason, to ask less and less often. */
  const waits = new Map<string, { readonly reason: string; readonly count: number }>()
  /** What holds a bottle, as last told: it is told once, not at each resync. */
  const holds = new Map<string, string>()

  const reconcile = async (name: string): Promise<PassEnd> => {
    const { store, registry, drivers, guards } = context
    const record = registry.byName(name)
    if (record?.deleting !== undefined) return tearDown(record)
    const documents = store.documents(name)
    const judgement = judge({
      name,
      documents,
      record,
      holder: (identity) => drivers.records.read(identity),
      unclear: store.unclear(),
    })
    await refuseOthers(name, documents, record)
    if (judgement.kind === 'absent') return record === undefined ? gone : absent(record)
    guards.seen(name)
    if (judgement.kind !== 'unknown') holds.delete(name)
    if (judgement.kind === 'accepted') {
      const fresh = await enroll(context, judgement)
      warnOnce(fresh, judgement, record)
      return raise(fresh, judgement.document, undefined)
    }
    if (judgement.kind === 'unknown') {
      if (record === undefined) return gone
      tellHold(record, 'Unreadable', `${judgement.unclear.why}; the last good spec stays in force`)
      return raise(record, undefined, undefined)
    }
    const { document, reason, message, hash } = judgement
    if (record === undefined || document === undefined) {
      if (document !== undefined) await refuseWithoutRecord(context, announcer, document, { reason, message, hash })
      return { state: 'rest', outcome: reason, message, asAsked: false }
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
      return {
        state: 'rest',
        outcome: status.phase ?? 'Invalid',
        message: (stop ?? refusal)?.message ?? '',
        asAsked: false,
      }
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
    if (context.signal.aborted)
      return { state: 'busy', outcome: 'Stopped', message: 'the controller was stopped', asAsked: false }
    const last = [...result.verdicts.values()].at(-1)
    const away = last?.verdict === 'failed' && isDriverError(last.error, 'Unavailable')
    // Docker being away is told once for all; the bottle's own status waits until something is known.
    if (away)
      return {
        state: 'busy',
        outcome: 'Unavailable',
        message: wordsOf(last).message,
        asAsked: false,
        retryAfterMs: 1_000,
      }
    const retryAfterMs = await schedule(record, last)
    if (last?.verdict === 'settled') await settleRecord(record, goal)
    // What comes up within a second is not worth a write and an event.
    if (
      last?.verdict === 'wait' &&
      refusal === undefined &&
      (waits.get(record.name)?.count ?? 0) < QUIET_WAITS &&
      last.retryAfterMs <= QUIET_MS
    ) {
      return {
        state: 'busy',
        outcome: last.reason,
        message: last.message,
        asAsked: false,
        retryAfterMs: retryAfterMs ?? last.retryAfterMs,
      }
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

  /** When to come again by itself; failures are counted in the record, so that a crash loop doesn't forget them. */
  const schedule = async (
    record: BottleRecord,
    last: ReturnType<ChainResult['verdicts']['get']>,
  ): Promise<number | undefined> => {
    const { drivers, clock, random } = context
    const latest = drivers.records.read(record.identity)
    if (last?.verdict === 'failed') {
      const failures = (latest?.backoff?.failures ?? 0) + 1
      const delayMs = backoffMs(failures, random())
      if (latest !== undefined) {
        const retryAt = new Date(clock.now() + delayMs).toISOString()
        await drivers.records.update(record.identity, { backoff: { failures, retryAt } })
      }
      return delayMs
    }
    if (last?.verdict === 'wait') {
      const before = waits.get(record.name)
      const count = before?.reason === last.reason ? before.count + 1 : 0
      waits.set(record.name, { reason: last.reason, count })
      return Math.max(last.retryAfterMs, Math.min(last.retryAfterMs * 2 ** Math.min(count, 12), 15_000))
    }
    waits.delete(record.name)
    return undefined
  }

  /** What a settled walk leaves in the record: ready once, no failures, the rollout done. */
  const settleRecord = async ({ identity }: BottleRecord, goal: Goal): Promise<void> => {
    const { drivers } = context
    const latest = drivers.records.read(identity)
    if (latest === undefined) return
    const change = {
      ...(latest.backoff === undefined ? {} : { backoff: undefined }),
      ...(latest.rollout === undefined ? {} : { rollout: undefined }),
      ...(goal !== 'up' || latest.everReady === true ? {} : { everReady: true }),
    }
    if (Object.keys(change).length > 0) await drivers.records.update(identity, change)
  }

  const publish = async (facts: {
    readonly record: BottleRecord
    readonly document: StoredDocument | undefined
    readonly refusal: { reason: string; message: string } | undefined
    readonly goal: Goal
    readonly verdicts: ChainResult['verdicts']
    readonly stopped?: ChainResult['stopped']
    readonly slow: { reconciler: string; message: string } | undefined
    readonly halted: { reason: string; message: string } | undefined
  }): Promise<BottleStatus> => {
    const { drivers, reconcilers, simulated, clock, status: writer } = context
    const record = drivers.records.read(facts.record.identity) ?? facts.record
    const status = statusOf({
      ...facts,
      record,
      simulated,
      reconcilers: reconcilers.map(({ name }) => name),
      now: isoNow(clock),
    })
    announcer.status(record, record.status, status)
    if (drivers.records.read(record.identity) !== undefined) await drivers.records.update(record.identity, { status })
    if (facts.document !== undefined) {
      const written = await writer.write({ document: facts.document, identity: record.identity, status })
      if (written.kind === 'unwritable')
        announcer.warn(record, 'StatusNotWritten', `${facts.document.path}: ${written.why}`)
    }
    return status
  }

  /** The document is gone and nothing unclear could hold it. */
  const absent = async (record: BottleRecord): Promise<PassEnd> => {
    const { guards, registry, drivers, clock } = context
    const { name, identity } = record
    const retain =
      record.retainWhenGone === true ||
      (record.spec as { deletionPolicy?: string } | undefined)?.deletionPolicy === 'Retain'
    if (record.retained === true) return { ...gone, outcome: 'Retained' }
    const stop = halted()
    if (stop !== undefined) return { state: 'rest', outcome: stop.reason, message: stop.message, asAsked: false }
    const ruling = await guards.rule(name, registry.all().length)
    if (ruling.verdict === 'grace')
      return { state: 'busy', outcome: 'Grace', message: '', asAsked: false, retryAfterMs: ruling.leftMs }
    if (ruling.verdict === 'held') {
      tellHold(record, ruling.reason, ruling.message)
      return {
        state: 'rest',
        outcome: 'Held',
        message: ruling.message,
        asAsked: false,
        ...(ruling.reason === 'GitAtWork' ? { retryAfterMs: 1_000 } : {}),
      }
    }
    if (!(await context.stillAbsent(name))) {
      return {
        state: 'busy',
        outcome: 'Unknown',
        message: "the folder can't be listed, or the document is back",
        asAsked: false,
        retryAfterMs: 1_000,
      }
    }
    if (retain) {
      guards.seen(name)
      await drivers.records.update(identity, { retained: true, retainWhenGone: undefined })
      announcer.normal(record, 'Retained', 'its document is gone; by deletionPolicy Retain everything runs on')
      return { ...gone, outcome: 'Retained' }
    }
    guards.decided(name)
    await drivers.records.update(identity, { deleting: { since: isoNow(clock), policy: 'Delete' } })
    announcer.normal(record, 'Deleting', 'its document is gone')
    return tearDown(drivers.records.read(identity) ?? record)
  }

  const tearDown = async (record: BottleRecord): Promise<PassEnd> => {
    const stop = halted()
    if (stop !== undefined) return { state: 'rest', outcome: stop.reason, message: stop.message, asAsked: false }
    const result = await walk(context, announcer, { goal: 'gone', record, onSlow: async () => {} })
    const left = context.drivers.records.read(record.identity)
    if (left !== undefined) return conclude(record, undefined, { goal: 'gone', refusal: undefined, result })
    context.registry.forget(record.name)
    context.events.removed(record.identity)
    waits.delete(record.name)
    holds.delete(record.name)
    announcer.normal({ name: record.name, identity: undefined }, 'Deleted', 'nothing of it is left')
    return gone
  }

  /** Documents that don't own the name say so in their own status. */
  const refuseOthers = async (
    name: string,
    documents: readonly StoredDocument[],
    record: BottleRecord | undefined,
  ): Promise<void> => {
    if (documents.length < 2) return
    const owner = ownerOf(documents, record)
    for (const document of documents) {
      if (document === owner || owner === undefined) continue
      const message = `bottle/${name} is already defined in ${owner.path}:${owner.line}: rename or remove one of the two`
      await refuseWithoutRecord(context, announcer, document, { reason: 'DuplicateName', message, hash: undefined })
    }
  }

  const tellHold = (record: BottleRecord, reason: string, message: string): void => {
    if (holds.get(record.name) === `${reason} ${message}`) return
    holds.set(record.name, `${reason} ${message}`)
    announcer.warn(record, reason, message)
  }

  const warnOnce = (
    record: BottleRecord,
    { bottle, hash }: Judgement & { kind: 'accepted' },
    before: BottleRecord | undefined,
  ): void => {
    if (before?.goodHash === hash) return
    for (const { reason, message } of warningsOf(bottle)) announcer.warn(record, reason, message)
  }

  return { reconcile }
}
