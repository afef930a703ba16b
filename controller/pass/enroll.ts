import { dirname } from 'node:path/posix'
import type { BottleRecord } from '../../drivers/ports.ts'
import { HASH, NAME, OWNER, UID, bundleName, machineName, networkName } from '../../reconcilers/derive/names.ts'
import type { Context } from './context.ts'
import type { Judgement } from './judge.ts'

/**
 * Brings the record up to what the document says: the first one, a new generation, a move, a return.
 *
 * Guarantees: no write if nothing changed; a bottle gets its uid once, and takes that of objects which carry this root's
 *   owner id and its name (a lost record must not cost a VM its disk), but never that of a bottle which is gone.
 */
export const enroll = async (context: Context, judgement: Judgement & { kind: 'accepted' }): Promise<BottleRecord> => {
  const { document, bottle, identity, hash } = judgement
  const { name } = bottle.metadata
  const before = context.registry.byName(name)
  if (before !== undefined && isUpToDate(before, document.path, hash)) return before
  const spec = { spec: bottle.spec, goodHash: hash, base: dirname(document.path) }
  const record: BottleRecord =
    before === undefined
      ? {
          version: 1,
          uid: adoptableUid(context, name, identity) ?? context.newUid(),
          name,
          identity,
          file: document.path,
          generation: 1,
          specHash: hash,
          ...spec,
        }
      : {
          ...withoutAbsence(before),
          file: document.path,
          generation: before.specHash === hash ? before.generation : before.generation + 1,
          specHash: hash,
          ...(before.goodHash === hash ? {} : spec),
        }
  await context.drivers.records.write(record)
  if (before === undefined) context.registry.add(record)
  return record
}

/** A refused spec counts as a generation, too: it was judged. */
export const enrollRefused = async (
  context: Context,
  record: BottleRecord,
  hash: string | undefined,
): Promise<BottleRecord> => {
  const isJudged = hash === undefined || hash === record.specHash
  const change = {
    ...(isJudged ? {} : { specHash: hash, generation: record.generation + 1 }),
    ...(isAbsent(record) ? PRESENT : {}),
  }
  if (Object.keys(change).length === 0) return record
  await context.drivers.records.update(record.identity, change)
  return context.drivers.records.read(record.identity) ?? record
}

const isUpToDate = (record: BottleRecord, file: string, hash: string): boolean =>
  record.file === file && record.specHash === hash && record.goodHash === hash && !isAbsent(record)

/** Its document is back: nothing holds any more that was said of its absence. */
const PRESENT = { retained: undefined, deleteConfirmed: undefined, massHeld: undefined }

const isAbsent = (record: BottleRecord): boolean =>
  Object.keys(PRESENT).some((key) => record[key as keyof typeof PRESENT] !== undefined)

const withoutAbsence = (record: BottleRecord): BottleRecord => {
  const { retained: _, deleteConfirmed: __, massHeld: ___, ...rest } = record
  return isAbsent(record) ? rest : record
}

const adoptableUid = ({ informer, owner, registry }: Context, name: string, identity: string): string | undefined => {
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
  // The machine last: its disk is what must not be lost.
  return uids.findLast((uid) => uid !== registry.spentUid(name))
}
