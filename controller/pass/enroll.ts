import { dirname } from 'node:path/posix'
import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import { HASH, NAME, OWNER, UID, bundleName, machineName, networkName } from '../../reconcilers/derive/names.ts'
import { warningsOf } from '../document/rules.ts'
import type { Announcer } from '../report/announcer.ts'
import type { Informer } from '../world/informer.ts'
import type { StoredDocument } from '../feed/store.ts'
import type { Accepted } from './judge.ts'
import type { Registry } from './registry.ts'

/**
 * Brings the record up to what the document says: a first record, a new generation, another file, a document that is back.
 *
 * Guarantees: no write if nothing changed; a spec's warnings are reported once; a bottle gets its uid once, and takes the uid
 *   of objects with this root's owner id and its name (a lost record must not cost a VM its disk), but never that of a
 *   deleted bottle.
 */
export interface EnrollParts {
  readonly registry: Registry
  readonly drivers: Pick<Drivers, 'records'>
  readonly informer: Pick<Informer, 'snapshot'>
  readonly owner: string
  readonly newUid: () => string
  readonly announcer: Pick<Announcer, 'warn' | 'normal'>
}

export const enroll = async (parts: EnrollParts, judgement: Accepted): Promise<BottleRecord> => {
  const { registry, drivers, newUid, announcer } = parts
  const { document, bottle, identity, hash } = judgement
  const { name } = bottle.metadata
  const before = registry.byName(name)
  if (before !== undefined && isUpToDate(before, judgement)) return before
  const spec = { spec: bottle.spec, goodHash: hash, base: dirname(document.path) }
  const record: BottleRecord =
    before === undefined
      ? {
          version: 1,
          uid: adoptableUid(parts, name, identity) ?? newUid(),
          name,
          identity,
          file: document.path,
          generation: document.object?.generation ?? 1,
          specHash: hash,
          ...rolloutOf(document),
          ...spec,
        }
      : {
          ...withoutAbsence(before),
          file: document.path,
          generation:
            document.object?.generation ?? (before.specHash === hash ? before.generation : before.generation + 1),
          specHash: hash,
          ...rolloutOf(document),
          ...(isRolloutNew(before, document) ? { rollout: document.object.rollout } : {}),
          ...(before.goodHash === hash ? {} : spec),
        }
  await drivers.records.write(record)
  if (before === undefined) registry.add(record)
  else reportReturn(announcer, before)
  if (before?.goodHash !== hash)
    for (const { reason, message } of warningsOf(bottle)) announcer.warn(record, reason, message)
  return record
}

/** A refused spec counts as a generation, too: it was judged. */
export const enrollRefused = async (
  { drivers, announcer }: Pick<EnrollParts, 'drivers' | 'announcer'>,
  record: BottleRecord,
  hash: string | undefined,
  /** As an API server counts it. */
  generation?: number,
): Promise<BottleRecord> => {
  const isJudged = hash === undefined || hash === record.specHash
  await drivers.records.update(record.identity, {
    ...(isJudged ? {} : { specHash: hash, generation: record.generation + 1 }),
    ...(generation === undefined ? {} : { generation }),
    ...PRESENT,
  })
  reportReturn(announcer, record)
  return drivers.records.read(record.identity) ?? record
}

/** A file that can't be read may hold the document of a parked bottle: what must not be deleted on a doubt is undone on one. */
export const unpark = async (
  { drivers, announcer }: Pick<EnrollParts, 'drivers' | 'announcer'>,
  record: BottleRecord,
): Promise<BottleRecord> => {
  await drivers.records.update(record.identity, { parked: undefined })
  reportReturn(announcer, record)
  return drivers.records.read(record.identity) ?? record
}

const reportReturn = (announcer: EnrollParts['announcer'], before: BottleRecord): void => {
  if (before.parked !== undefined)
    announcer.normal(before, 'Unparked', 'its document is back: the same VM comes up again, with its disk')
}

/** True where `enroll` would write nothing. */
export const isUpToDate = (record: BottleRecord, { document, hash }: Accepted): boolean =>
  record.file === document.path &&
  record.specHash === hash &&
  record.goodHash === hash &&
  record.generation === (document.object?.generation ?? record.generation) &&
  !isRolloutNew(record, document) &&
  !isAbsent(record)

/** What was asked for last, whether it is done or not: asked once, it isn't asked again by each look. */
const rolloutOf = ({ object }: StoredDocument): Pick<BottleRecord, 'rolloutAsked'> =>
  object?.rollout === undefined ? {} : { rolloutAsked: object.rollout }

const isRolloutNew = (
  record: BottleRecord,
  document: StoredDocument,
): document is StoredDocument & { readonly object: { readonly rollout: string } } =>
  document.object?.rollout !== undefined && document.object.rollout !== record.rolloutAsked

/** Once its document is back, what the record says about its absence no longer counts. */
const PRESENT = {
  retained: undefined,
  deleteConfirmed: undefined,
  deleteNow: undefined,
  massHeld: undefined,
  held: undefined,
  parked: undefined,
}

const isAbsent = (record: BottleRecord): boolean =>
  Object.keys(PRESENT).some((key) => record[key as keyof typeof PRESENT] !== undefined)

const withoutAbsence = (record: BottleRecord): BottleRecord =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !(key in PRESENT))) as unknown as BottleRecord

const adoptableUid = (
  { informer, owner, registry }: Pick<EnrollParts, 'informer' | 'owner' | 'registry'>,
  name: string,
  identity: string,
): string | undefined => {
  const snapshot = informer.snapshot()
  const objects = [
    ...snapshot.network(networkName(identity)),
    snapshot.container(bundleName(identity)),
    snapshot.machine(machineName(identity)),
  ]
  const uids = objects.flatMap((object) =>
    object?.labels[OWNER] === owner && object.labels[NAME] === name && object.labels[HASH] !== undefined
      ? [object.labels[UID]]
      : [],
  )
  // The last one is the machine's: its disk must not be lost.
  return uids.findLast((uid) => uid !== registry.deletedUid(name))
}
