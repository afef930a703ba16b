import type { BottleStatus } from '../../schemas/bottle.ts'
import { hashOfDocument, specHash } from '../document/spec-hash.ts'
import type { StoredDocument } from '../feed/store.ts'
import { isoNow } from '../time/iso-now.ts'
import type { Cause } from './cause.ts'
import type { Context } from './context.ts'
import { statusOf, whoseConditions } from './status-of.ts'
import { writeStatus } from './write-status.ts'
import type { WriteStatusParts } from './write-status.ts'

/** Writes into a document without a record why it is refused. Its own last status serves as memory: nothing depends on it. */
export const refuseWithoutRecord = async (
  parts: WriteStatusParts & Pick<Context, 'reconcilers' | 'simulated' | 'clock'>,
  document: StoredDocument,
  refusal: Cause & { readonly hash: string | undefined },
): Promise<void> => {
  const { reconcilers, simulated, clock, announcer } = parts
  const { name = '' } = document
  const before = document.status as BottleStatus | undefined
  const hash = refusal.hash ?? hashOfDocument(document) ?? specHash(null)
  const counted = before?.specHash === hash ? (before.observedGeneration ?? 1) : (before?.observedGeneration ?? 0) + 1
  const { uid: _, ...status } = statusOf({
    record: {
      version: 1,
      uid: '',
      name,
      identity: '',
      file: document.path,
      generation: document.object?.generation ?? counted,
      specHash: hash,
      // The rest of the status in a copied file describes the bottle it was copied from.
      ...(before === undefined ? {} : { status: { conditions: before.conditions } }),
    },
    goal: 'up',
    refusal,
    ...whoseConditions(reconcilers, undefined),
    verdicts: new Map(),
    slow: undefined,
    halted: undefined,
    simulated,
    now: isoNow(clock),
  })
  announcer.status({ name, identity: undefined }, before, status)
  await writeStatus(parts, { document, identity: undefined, status })
}
