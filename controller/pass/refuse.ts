import type { BottleStatus } from '../../schemas/bottle.ts'
import type { Announcer } from '../report/announcer.ts'
import { isoNow } from './context.ts'
import type { Context } from './context.ts'
import { hashOfDocument, specHash } from '../document/spec-hash.ts'
import { statusOf } from './status-of.ts'
import type { StoredDocument } from '../feed/store.ts'

/** Tells a document that has no record why it is refused. Its own last status serves as memory: nothing depends on it. */
export const refuseWithoutRecord = async (
  context: Context,
  announcer: Announcer,
  document: StoredDocument,
  refusal: { readonly reason: string; readonly message: string; readonly hash: string | undefined },
): Promise<void> => {
  const { name = '' } = document
  const before = document.status as BottleStatus | undefined
  const hash = refusal.hash ?? hashOfDocument(document) ?? specHash(null)
  const generation =
    before?.specHash === hash ? (before.observedGeneration ?? 1) : (before?.observedGeneration ?? 0) + 1
  const { uid: _, ...status } = statusOf({
    record: {
      version: 1,
      uid: '',
      name,
      identity: '',
      file: document.path,
      generation,
      specHash: hash,
      // The rest, in a copied file, is about the bottle it was copied from.
      ...(before === undefined ? {} : { status: { conditions: before.conditions } }),
    },
    goal: 'up',
    refusal,
    reconcilers: context.reconcilers.map((one) => one.name),
    verdicts: new Map(),
    slow: undefined,
    halted: undefined,
    simulated: context.simulated,
    now: isoNow(context.clock),
  })
  announcer.status({ name, identity: undefined }, before, status)
  const written = await context.status.write({ document, identity: undefined, status })
  if (written.kind === 'unwritable')
    announcer.warn({ name, identity: undefined }, 'StatusNotWritten', `${document.path}: ${written.why}`)
}
