import type { BottleRecord } from '../../drivers/ports.ts'
import type { Goal } from '../../reconcilers/contract/reconciler.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { Announcer } from '../report/announcer.ts'
import type { ChainResult } from './chain.ts'
import { isoNow } from './context.ts'
import type { Context } from './context.ts'
import { statusOf } from './status-of.ts'
import type { StoredDocument } from '../feed/store.ts'

/** Says how a bottle stands: events for what is new, then the record, then the file, which is a copy. */
export interface Facts {
  readonly record: BottleRecord
  readonly document: StoredDocument | undefined
  readonly refusal: { reason: string; message: string } | undefined
  readonly goal: Goal
  readonly verdicts: ChainResult['verdicts']
  readonly stopped?: ChainResult['stopped']
  readonly slow: { reconciler: string; message: string } | undefined
  readonly halted: { reason: string; message: string } | undefined
}

export const createPublisher =
  (context: Context, announcer: Announcer) =>
  async (facts: Facts): Promise<BottleStatus> => {
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
