import type { Container, Drivers, Machine, Network } from '../../drivers/ports.ts'
import { UID } from '../../reconcilers/derive/names.ts'
import type { KnownFacts } from './known-facts.ts'

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

export const indexSnapshot = (snapshot: Snapshot): IndexedSnapshot => {
  const networks = new Map<string, Network[]>()
  for (const network of snapshot.networks) networks.set(network.name, [...(networks.get(network.name) ?? []), network])
  const containers = new Map(snapshot.containers.map((container) => [container.name, container]))
  const byUid = new Map<string, Container[]>()
  for (const container of snapshot.containers) {
    const uid = container.labels[UID]
    if (uid !== undefined) byUid.set(uid, [...(byUid.get(uid) ?? []), container])
  }
  const machines = new Map(snapshot.machines.map((machine) => [machine.name, machine]))
  return {
    ...snapshot,
    network: (name) => networks.get(name) ?? [],
    container: (name) => containers.get(name),
    carrying: (uid) => byUid.get(uid) ?? [],
    machine: (name) => machines.get(name),
  }
}

/** Names of objects that differ between two snapshots. */
export const changedNames = (before: Snapshot, after: Snapshot): ReadonlySet<string> => {
  const changed = new Set<string>()
  for (const kind of ['networks', 'containers', 'machines'] as const) {
    if (before[kind] === after[kind]) continue
    const oldTexts = textsByName(before[kind])
    const newTexts = textsByName(after[kind])
    for (const [name, text] of newTexts) if (oldTexts.get(name) !== text) changed.add(name)
    for (const name of oldTexts.keys()) if (!newTexts.has(name)) changed.add(name)
  }
  return changed
}

/** Several networks may have the same name: their texts are joined. */
const textsByName = (objects: readonly { readonly name: string }[]): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>()
  for (const object of objects) texts.set(object.name, `${texts.get(object.name) ?? ''}${JSON.stringify(object)}`)
  return texts
}
