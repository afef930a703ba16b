import type { Container, Drivers, Machine, Network } from '../../drivers/ports.ts'
import { UID } from '../../reconcilers/derive/names.ts'
import type { KnownFacts } from './known-facts.ts'
import { createTable } from './table.ts'

/** What Docker and smolvm had when last listed. Pure. */
export interface Snapshot {
  readonly networks: readonly Network[]
  readonly containers: readonly Container[]
  readonly machines: readonly Machine[]
}

export const emptySnapshot: Snapshot = { networks: [], containers: [], machines: [] }

/** A network list carries no endpoints: the container list says who is attached. */
export const joinEndpoints = (networks: readonly Network[], containers: readonly Container[]): readonly Network[] => {
  const byNetwork = groupAttachments(containers)
  return networks.map((network) => ({ ...network, endpoints: byNetwork.get(network.id) ?? [] }))
}

const groupAttachments = (containers: readonly Container[]): ReadonlyMap<string, Network['endpoints']> => {
  const groups = new Map<string, Network['endpoints'][number][]>()
  for (const { id, name, state, attachments } of containers) {
    if (state !== 'running' && state !== 'paused' && state !== 'restarting') continue
    for (const { networkId, ip } of attachments) {
      const group = groups.get(networkId) ?? []
      group.push({ containerId: id, containerName: name, ip })
      groups.set(networkId, group)
    }
  }
  return groups
}

/** The live drivers, with look-ups by name answered from a snapshot. */
export const cachedDrivers = (
  live: Drivers,
  snapshot: () => IndexedSnapshot,
  facts: Pick<KnownFacts, 'complete'>,
): Drivers => ({
  ...live,
  networks: { ...live.networks, list: async () => snapshot().networks, find: async (name) => snapshot().network(name) },
  containers: {
    ...live.containers,
    list: async () => snapshot().containers,
    find: async (name, signal) => {
      const listed = snapshot().container(name)
      return listed === undefined ? undefined : facts.complete(listed, signal)
    },
    carrying: async (labels) =>
      snapshot()
        .carrying(labels[UID] ?? '')
        .filter((each) => Object.entries(labels).every(([key, value]) => each.labels[key] === value)),
  },
  firewall: { ...live.firewall, look: async (signal) => live.firewall.last() ?? live.firewall.look(signal) },
  machines: { ...live.machines, list: async () => snapshot().machines, find: async (name) => snapshot().machine(name) },
})

export interface IndexedSnapshot extends Snapshot {
  network(name: string): readonly Network[]
  container(name: string): Container | undefined
  /** With this uid among their labels. */
  carrying(uid: string): readonly Container[]
  machine(name: string): Machine | undefined
}

/** The snapshot while a controller runs: lists come in, and an object that is listed as it was stays the same object. */
export interface KeptSnapshot extends IndexedSnapshot {
  /** Takes lists over; machines that `keeps` names stay as they are. Returns the names of objects that differ. */
  adopt(change: Partial<Snapshot>, keeps?: (machine: string) => boolean): ReadonlySet<string>
  /** What a look at one machine showed: newer than the last list. */
  seeMachine(name: string, found: Machine | undefined): void
}

export const createSnapshot = (): KeptSnapshot => {
  const networks = createTable<Network>(({ name }) => name)
  const containers = createTable<Container>(({ name }) => name)
  const byUid = createTable<Container>(({ labels }) => labels[UID])
  const machines = createTable<Machine>(({ name }) => name)
  return {
    get networks() {
      return networks.all()
    },
    get containers() {
      return containers.all()
    },
    get machines() {
      return machines.all()
    },
    network: networks.get,
    container: (name) => containers.get(name).at(-1),
    carrying: byUid.get,
    machine: (name) => machines.get(name).at(-1),
    adopt: (change, keeps) => {
      const names = new Set<string>()
      const note = (changed: ReadonlySet<string>): void => {
        for (const name of changed) names.add(name)
      }
      if (change.networks !== undefined) note(networks.adopt(change.networks))
      if (change.containers !== undefined) {
        note(containers.adopt(change.containers))
        byUid.adopt(containers.all())
      }
      if (change.machines !== undefined) note(machines.adopt(change.machines, keeps))
      return names
    },
    seeMachine: (name, found) => machines.put(name, found === undefined ? [] : [found]),
  }
}

export const indexSnapshot = (snapshot: Snapshot): IndexedSnapshot => {
  const kept = createSnapshot()
  kept.adopt(snapshot)
  return kept
}
