import type { BottleRecord, Records } from '../../drivers/ports.ts'
import { identityOfObject, NAME, OWNER, ROLE, SEAL, UID } from '../../reconcilers/derive/names.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Records for objects that carry this root's owner id and have no record: their bottle went while no controller ran, or the
 * record was lost. With a record they are deleted like every other bottle, guards included; but one whose record could not be read is retained: it may have been to
 * stay. Pure.
 */
export const orphanRecords = ({
  informer,
  owner,
  registry,
  drivers,
}: {
  readonly informer: { snapshot(): Snapshot }
  readonly owner: string
  readonly registry: { all(): readonly BottleRecord[] }
  readonly drivers: { readonly records: Pick<Records, 'lost'> }
}): readonly BottleRecord[] => {
  const snapshot = informer.snapshot()
  const known = registry.all()
  const unread = new Set(drivers.records.lost().map(({ identity }) => identity))
  const uids = new Set(known.map(({ uid }) => uid))
  const identities = new Set(known.map(({ identity }) => identity))
  const orphans = new Map<string, BottleRecord>()
  const kinds = [
    { kind: 'network', objects: snapshot.networks },
    { kind: 'bundle', objects: snapshot.containers.filter(({ labels }) => labels[ROLE] === undefined) },
    { kind: 'seal', objects: snapshot.containers.filter(({ labels }) => labels[ROLE] === SEAL) },
    { kind: 'machine', objects: snapshot.machines },
  ] as const
  for (const { kind, objects } of kinds) {
    for (const object of objects) {
      const { [OWNER]: by, [UID]: uid, [NAME]: name } = object.labels
      const identity = identityOfObject(kind, object.name)
      if (by !== owner || uid === undefined || name === undefined || identity === undefined) continue
      // Left by an earlier bottle under a name in use: the reconcilers of that name clear it away.
      if (uids.has(uid) || identities.has(identity)) continue
      const subnet = 'subnets' in object ? object.subnets[0] : undefined
      const before = orphans.get(identity)
      orphans.set(identity, {
        version: 1,
        uid,
        name,
        identity,
        file: '',
        generation: 0,
        specHash: '',
        ...(subnet === undefined ? {} : { subnet, networkExisted: true }),
        ...(unread.has(identity) ? { retained: true } : {}),
        ...before,
      })
    }
  }
  return [...orphans.values()]
}
