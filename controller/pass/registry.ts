import type { BottleRecord, Drivers } from '../../drivers/ports.ts'

/** Records by bottle name. */
export interface Registry {
  byName(name: string): BottleRecord | undefined
  add(record: BottleRecord): void
  /** The bottle is deleted, and its record with it. */
  forget(record: Pick<BottleRecord, 'name' | 'uid'>): void
  /** The uid of the deleted bottle that last had this name: a list that still shows its objects is out of date. */
  deletedUid(name: string): string | undefined
  all(): readonly BottleRecord[]
  size(): number
}

export const createRegistry = (records: Pick<Drivers['records'], 'read'>): Registry => {
  const identities = new Map<string, string>()
  const deleted = new Map<string, string>()
  const byName = (name: string): BottleRecord | undefined => {
    const identity = identities.get(name)
    return identity === undefined ? undefined : records.read(identity)
  }
  return {
    byName,
    add: ({ name, identity }) => {
      identities.set(name, identity)
      deleted.delete(name)
    },
    forget: ({ name, uid }) => {
      identities.delete(name)
      deleted.set(name, uid)
    },
    deletedUid: (name) => deleted.get(name),
    size: () => identities.size,
    all: () => [...identities.keys()].flatMap((name) => byName(name) ?? []),
  }
}
