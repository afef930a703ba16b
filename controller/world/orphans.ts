import type { BottleRecord, Records } from '../../drivers/ports.ts'
import { isIdentity } from '../../schemas/identity.ts'
import { NAME, OWNER, UID } from '../../reconcilers/derive/names.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Records for objects of this root's owner id that no record knows: their bottle went while nobody looked, or its record
 * was lost. With the record they take the way of every deletion, guards included. Pure.
 */
export const orphanRecords = (
  snapshot: Snapshot,
  owner: string,
  known: readonly BottleRecord[],
): readonly BottleRecord[] => {
  const uids = new Set(known.map(({ uid }) => uid))
  const identities = new Set(known.map(({ identity }) => identity))
  const found = new Map<string, BottleRecord>()
  const kinds = [
    { objects: snapshot.networks, pattern: /^bottle-(.+)$/ },
    { objects: snapshot.containers, pattern: /^bottle-(.+)-bundle$/ },
    { objects: snapshot.machines, pattern: /^bottle-(.+)$/ },
  ]
  for (const { objects, pattern } of kinds) {
    for (const object of objects) {
      const { [OWNER]: by, [UID]: uid, [NAME]: name } = object.labels
      const identity = pattern.exec(object.name)?.[1]
      if (by !== owner || uid === undefined || name === undefined || identity === undefined) continue
      // Of an earlier bottle under a name that is in use: its reconcilers clear that away.
      if (uids.has(uid) || identities.has(identity)) continue
      const subnet = 'subnets' in object ? object.subnets[0] : undefined
      const before = found.get(identity)
      found.set(identity, {
        version: 1,
        uid,
        name,
        identity,
        file: '',
        generation: 0,
        specHash: '',
        ...(subnet === undefined ? {} : { subnet, networkExisted: true }),
        ...before,
      })
    }
  }
  return [...found.values()]
}

/** Names of the bottles whose networks, bundles or machines bear these names. */
export const bottlesOf = (objects: ReadonlySet<string>, records: Pick<Records, 'read'>): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const object of objects) {
    const slug = /^bottle-(.+)$/.exec(object)?.[1]
    if (slug === undefined) continue
    for (const identity of [slug, slug.replace(/-bundle$/, '')]) {
      const record = isIdentity(identity) ? records.read(identity) : undefined
      if (record !== undefined) names.add(record.name)
    }
  }
  return names
}
