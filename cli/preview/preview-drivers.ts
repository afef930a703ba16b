import { DriverError } from '../../drivers/errors.ts'
import { createPaths } from '../../drivers/host/paths.ts'
import type {
  Authorities,
  BottleRecord,
  Container,
  Drivers,
  Firewall,
  Machine,
  Metadata,
  Network,
  Records,
  Route,
  Secrets,
} from '../../drivers/ports.ts'
import { createSimulated, createWorld } from '../../drivers/simulated/simulated.ts'
import type { World } from '../../drivers/simulated/simulated.ts'
import { compiledEgress } from '../../reconcilers/derive/compiled-egress.ts'
import { conditionOf } from '../../reconcilers/derive/last-condition.ts'
import { bundleName, ROLE, SEAL } from '../../reconcilers/derive/names.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'

/**
 * A copy of the real world in memory, for the production chain to act on: what it does there is what it would do.
 *
 * Guarantees: nothing real is changed; paths and secrets are looked at where they really are, values of secrets are not kept.
 * Caveats: what can't be listed (env of a container, copies in a VM) is taken to be as the record says.
 */
export interface Lists {
  readonly networks: readonly Network[]
  readonly containers: readonly Container[]
  readonly machines: readonly Machine[]
  readonly images: readonly string[]
  readonly routes: readonly Route[]
  readonly mtu: number | undefined
}

export const previewDrivers = (given: {
  readonly lists: Lists
  readonly record: BottleRecord
  readonly metadata: Metadata | undefined
  readonly secrets: Secrets
  /** Where a guest's folder is, or would be. */
  readonly guestFolder: (identity: string) => string
  readonly now: number
}): { readonly drivers: Drivers; readonly clock: { now(): number } } => {
  let now = given.now
  // Time passes only when something waits.
  const clock = {
    now: () => now,
    sleep: async (ms: number): Promise<void> => {
      now += ms
    },
  }
  const simulated = createSimulated({
    clock,
    random: () => 0.5,
    world: worldOf(given.lists, given.record),
    paths: createPaths(),
  })
  const secrets: Secrets = {
    ...simulated.secrets,
    missing: given.secrets.missing,
    path: given.secrets.path,
    read: async (sources) => {
      const detail = await given.secrets.missing(sources)
      if (detail !== undefined) throw new DriverError({ code: 'SecretUnavailable', operation: 'read secrets', detail })
      return simulated.secrets.read({})
    },
  }
  const authorities: Authorities = {
    ...simulated.authorities,
    // As the controller noted it: its cache may be another than ours.
    guestFolder: (identity) => given.record.machine?.guestFolder ?? given.guestFolder(identity),
  }
  // Whether they are closed isn't asked, so nothing is said of it.
  const firewall: Firewall = { ...simulated.firewall, look: async () => ({ may: false, why: 'not checked' }) }
  const records = memoryRecords(given.record, given.metadata)
  return { drivers: { ...simulated, authorities, firewall, secrets, records }, clock }
}

const worldOf = ({ networks, containers, machines, images, routes, mtu }: Lists, record: BottleRecord): World =>
  createWorld({
    networks: Object.fromEntries(
      networks.map(({ id, name, driver, labels, subnets }) => [
        id,
        { id, name, driver, labels, subnets: [...subnets], gateway: (subnets[0] ?? '').replace(/0\/24$/, '1') },
      ]),
    ),
    containers: Object.fromEntries(
      containers.map(({ id, name, image, labels, state, attachments }) => [
        name,
        {
          id,
          name,
          image,
          labels,
          state,
          networkId: attachments[0]?.networkId ?? '',
          ip: attachments[0]?.ip ?? '',
          env: { BOTTLE_GIT: '1', BOTTLE_SUPERVISE: '1' },
          exitCode: 0,
          oomKilled: false,
          readyAt: 0,
          closed: [],
          ...(name === bundleName(record.identity) ? toldPolicy(record) : {}),
          // What its rules are was read with the agent.
          ...(labels[ROLE] === SEAL ? { pid: 1, rules: { pid: 1, allowedCidrs: [], ports: [] } } : {}),
        },
      ]),
    ),
    machines: Object.fromEntries(
      machines.map(
        ({
          name,
          labels,
          state,
          cpus,
          memoryMiB,
          allowedCidrs,
          dns,
          pid,
          storageGiB,
          createdAt,
          network,
          allowedHosts,
          dnsOptions,
          ports,
          mounts,
          others,
          runtime,
        }) => [
          name,
          {
            name,
            labels,
            state,
            cpus,
            memoryMiB,
            allowedCidrs: [...allowedCidrs],
            env: {},
            ...(runtime === undefined ? {} : { container: { networkId: '', ip: '', ports: [], image: '' } }),
            booted: state !== 'created',
            copies: record.machine?.workspaceCopied === true ? { '/workspace': '' } : {},
            opened: { network, allowedHosts, dnsOptions, ports, mounts, others },
            ...(dns === undefined ? {} : { dns }),
            ...(createdAt === undefined ? {} : { createdAt }),
            ...(pid === undefined ? {} : { pid }),
            ...(storageGiB === undefined ? {} : { storageGiB }),
            ...(record.machine?.source === undefined ? {} : { source: record.machine.source }),
            ...(record.machine?.mount === undefined ? {} : { mount: record.machine.mount }),
            ...(record.machine?.guestFolder === undefined ? {} : { guestFolder: record.machine.guestFolder }),
          },
        ],
      ),
    ),
    smolvm: { version: record.machine?.given?.version ?? 'unknown', reports: {} },
    images: [...images],
    routes: [...routes],
    mtu,
  })

/** What its bundle was told by the controller, which nobody asks here: the policy of the spec that was applied. */
const toldPolicy = ({
  applied,
  status,
}: BottleRecord): {
  readonly policy?: { readonly hash: string; readonly told: string }
} => {
  const { egress } = (applied?.spec ?? {}) as Partial<BottleSpec>
  if (egress === undefined || conditionOf(status, 'EgressEnforced')?.status !== 'True') return {}
  const compiled = compiledEgress(egress)
  return compiled.ok ? { policy: { hash: compiled.hash, told: '' } } : {}
}

const memoryRecords = (first: BottleRecord, written: Metadata | undefined): Records => {
  const records = new Map([[first.identity, first]])
  const metadata = new Map(written === undefined ? [] : [[first.identity, written]])
  return {
    list: async () => [...records.values()],
    read: (identity) => records.get(identity),
    write: async (record) => void records.set(record.identity, record),
    update: async (identity, change) => {
      const before = records.get(identity)
      if (before !== undefined)
        records.set(
          identity,
          Object.fromEntries(
            Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined),
          ) as unknown as BottleRecord,
        )
    },
    remove: async (identity) => void records.delete(identity),
    lost: () => [],
    restore: async () => 0,
    readMetadata: async (identity) => metadata.get(identity),
    writeMetadata: async (value) => void metadata.set(value.identity, value),
    writeSmolfile: async (identity) => `bottles/${identity}/smolfile.toml`,
  }
}
