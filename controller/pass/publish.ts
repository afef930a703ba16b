import type { BottleRecord } from '../../drivers/ports.ts'
import type { BottleGoal } from '../../reconcilers/contract/reconciler.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { StoredDocument } from '../feed/store.ts'
import { isoNow } from '../time/iso-now.ts'
import type { Cause } from './cause.ts'
import type { ChainResult } from './chain.ts'
import type { Context } from './context.ts'
import { statusOf, whoseConditions } from './status-of.ts'
import { writeStatus } from './write-status.ts'
import type { WriteStatusParts } from './write-status.ts'

export interface Publication {
  readonly record: BottleRecord
  readonly document: StoredDocument | undefined
  readonly refusal: Cause | undefined
  readonly goal: BottleGoal
  readonly verdicts: ChainResult['verdicts']
  readonly stopped?: ChainResult['stopped']
  readonly slow: { readonly reconciler: string; readonly message: string } | undefined
  readonly halted: Cause | undefined
}

export type PublishParts = WriteStatusParts &
  Pick<Context, 'drivers' | 'reconcilers' | 'simulated' | 'clock' | 'openAsks' | 'leaving'>

/** Says how a bottle stands: events for what is new, then the record, then the file, which is a copy. */
export const publish = async (parts: PublishParts, publication: Publication): Promise<BottleStatus> => {
  const { drivers, reconcilers, simulated, clock, announcer, openAsks, leaving } = parts
  const record = drivers.records.read(publication.record.identity) ?? publication.record
  const status = statusOf({
    ...publication,
    record,
    simulated,
    asks: openAsks?.(record.name) ?? 0,
    ...whoseConditions(reconcilers, record.spec),
    now: isoNow(clock),
  })
  announcer.status(record, record.status, status)
  if (drivers.records.read(record.identity) !== undefined) await drivers.records.update(record.identity, { status })
  const document = publication.document ?? leaving?.(record.name)
  if (document !== undefined) await writeStatus(parts, { document, identity: record.identity, status })
  return status
}
