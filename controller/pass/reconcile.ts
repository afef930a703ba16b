import type { BottleRecord } from '../../drivers/ports.ts'
import { createCarryOut } from './carry-out.ts'
import type { Context } from './context.ts'
import { createDepartures } from './departures.ts'
import { enrollRefused, unpark } from './enroll.ts'
import { createHoldReports } from './hold-reports.ts'
import { duplicatesOf } from './judge.ts'
import type { Refused } from './judge.ts'
import { atRest, gone } from './pass-end.ts'
import type { PassEnd } from './pass-end.ts'
import { refuseWithoutRecord } from './refuse.ts'
import { createRetries } from './retries.ts'

/** What the policy forbids can be stopped all the same. */
const suspended = (record: BottleRecord): BottleRecord =>
  record.spec === undefined ? record : { ...record, spec: { ...record.spec, suspend: true } }

/**
 * One pass for one bottle, by name.
 *
 * Flow: its documents, judged → record → walk the reconcilers → status. A bottle whose document is gone is held, retained,
 *   parked or torn down by its record alone.
 * Guarantees: nothing is deleted on a doubt.
 * Assumptions: one pass per name at a time (the queue), and who runs it deals with what it throws.
 */
export const createReconcile = (context: Context): ((name: string) => Promise<PassEnd>) => {
  const { store, registry, guards, announcer, admission, reread } = context
  const retries = createRetries(context)
  const { carryOut, conclude } = createCarryOut(context, retries)
  const holdReports = createHoldReports(announcer)
  const departures = createDepartures(context, { holdReports, retries, carryOut, conclude })

  const refuse = async (judgement: Refused, record: BottleRecord | undefined): Promise<PassEnd> => {
    const { document, reason, message, hash } = judgement
    if (record !== undefined) {
      const enrolled = await enrollRefused(context, record, hash, document.object?.generation)
      const asksToStop = reason === 'PolicyViolation' && document.bottle?.spec.suspend === true
      return carryOut({
        record: asksToStop ? suspended(enrolled) : enrolled,
        document,
        refusal: { reason, message },
      })
    }
    await refuseWithoutRecord(context, document, { reason, message, hash })
    return atRest(reason, message)
  }

  return async (name) => {
    const known = registry.byName(name)
    if (known?.deleting !== undefined) return departures.tearDown(known)
    // While a file is moved, both of its places may be known for a moment: only what is there now counts as a duplicate.
    const paths = store.documents(name).map(({ path }) => path)
    if (paths.length > 1) await reread(paths)
    const record = registry.byName(name)
    const duplicates = duplicatesOf(store.documents(name), record)
    const { judgement, enrolled } = await admission.judged(name)
    for (const { document, message } of duplicates)
      await refuseWithoutRecord(context, document, { reason: 'DuplicateName', message, hash: undefined })
    if (judgement.kind === 'absent') return record === undefined ? gone : departures.absent(record)
    guards.seen(name)
    if (judgement.kind === 'unknown') {
      if (record === undefined) return gone
      const { why } = judgement.unclear
      holdReports.report(record, 'Unreadable', `${why}; the last good spec stays in force`)
      return { ...(await carryOut({ record: await unpark(context, record) })), ...atRest('Unreadable', why) }
    }
    holdReports.forget(name)
    if (judgement.kind === 'refused') return refuse(judgement, record)
    const accepted = enrolled ?? (await admission.enroll(judgement))
    return carryOut({ record: accepted, document: judgement.document, isAllowed: true })
  }
}
