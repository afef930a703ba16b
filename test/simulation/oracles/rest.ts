import { parseAllDocuments } from 'yaml'
import type { BottleRecord, Edge } from '../../../drivers/ports.ts'
import type { SimulatedContainer, SimulatedMachine, SimulatedNetwork } from '../../../drivers/simulated/world.ts'
import { NAME, OWNER, UID } from '../../../reconcilers/derive/names.ts'
import { deliveries } from '../../../reconcilers/derive/deliveries.ts'
import { repositoriesOf } from '../../../reconcilers/derive/resolve.ts'
import { gateEnv } from '../../../reconcilers/machine/gate-config.ts'
import { PLACEHOLDER } from '../../../reconcilers/machine/guest-env.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import type { BottleSpec, BottleStatus } from '../../../schemas/bottle.ts'
import { ownedNames } from './canonical.ts'
import type { Guard } from './instant.ts'
import { stripStatus } from './strip-status.ts'
import { OWNER_ID, STATE } from '../world.ts'

const CA_FILE = '/etc/bottled/ca.pem'

/** The expected state of a bottle at rest. `vm` is the state of its machine; `reason` is that of Ready. */
export type Expectation =
  | 'Ready'
  | 'Suspended'
  | 'Gone'
  | 'Retained'
  | 'Parked'
  | {
      readonly phase: BottleStatus['phase'] | 'none'
      readonly reason?: string
      readonly vm: 'running' | 'stopped' | 'none'
    }

export interface Intent {
  /** The last text that people wrote, by path. */
  readonly texts: ReadonlyMap<string, string>
  readonly expect: Readonly<Record<string, Expectation>>
}

/** The checked part of a world: the simulation's, or a real one in the same shape. */
export interface RestingWorld {
  readonly guard: Pick<Guard, 'check'>
  readonly folder: {
    read(path: string): string | undefined
    readonly files: ReadonlyMap<string, { readonly text: string }>
    readonly asides: ReadonlyMap<string, unknown>
  }
  readonly disk: { readonly files: ReadonlyMap<string, string> }
  readonly state: {
    readonly networks: Readonly<Record<string, Pick<SimulatedNetwork, 'id' | 'name' | 'labels' | 'subnets'>>>
    readonly containers: Readonly<
      Record<string, Pick<SimulatedContainer, 'name' | 'labels' | 'state' | 'networkId' | 'ip'>>
    >
    readonly machines: Readonly<
      Record<
        string,
        Pick<
          SimulatedMachine,
          'name' | 'labels' | 'state' | 'pid' | 'allowedCidrs' | 'dns' | 'opened' | 'env' | 'guestFolder'
        >
      >
    >
    readonly secrets: Readonly<Record<string, unknown>>
    /** By identity; undefined where they aren't looked at. */
    readonly authorities?: Readonly<Record<string, unknown>>
    /** Undefined where they aren't looked at. */
    readonly edges?: Readonly<Record<string, Edge>>
    readonly edgesRefused?: string
  }
}

/** Compares the world with the files. */
export const checkRest = (world: RestingWorld, { texts, expect }: Intent): void => {
  const { guard, folder } = world
  const documents = documentsOf(world)
  for (const [path, text] of texts) {
    const now = folder.read(path)
    guard.check(
      'bytes',
      now !== undefined && stripStatus(path, now) === stripStatus(path, text),
      () => `${path} differs from what was written:\n${text}\nbut\n${now}`,
    )
  }
  const more = [...folder.files.keys()].filter((path) => !texts.has(path))
  guard.check(
    'bytes',
    more.length === 0 && folder.asides.size === 0,
    () => `unexpected files: ${[...more, ...folder.asides.keys()].join(', ')}`,
  )
  for (const [name, expectation] of Object.entries(expect))
    checkBottle(world, { name, expectation, document: documents.get(name) })
  checkLeaks(world, expect)
}

interface Document {
  readonly path: string
  readonly spec: Readonly<Record<string, unknown>>
  readonly status: BottleStatus | undefined
}

const checkBottle = (
  world: RestingWorld,
  {
    name,
    expectation,
    document,
  }: { readonly name: string; readonly expectation: Expectation; readonly document: Document | undefined },
): void => {
  const { guard, state } = world
  const expected =
    typeof expectation === 'string'
      ? {
          phase: expectation,
          reason: undefined,
          vm: VMS[expectation] ?? 'running',
        }
      : expectation
  const must = (ok: boolean, what: string): void =>
    guard.check('world', ok, () => `bottle ${name} should be ${JSON.stringify(expectation)}: ${what}`)
  const record = recordOf(world, name)
  if (expected.phase === 'Gone') return checkGone(world, name, record)
  const identity = record?.identity ?? name
  const machine = state.machines[`bottle-${identity}`]
  const mine = machine?.labels[OWNER] === OWNER_ID ? machine : undefined
  const vm = mine === undefined ? 'none' : mine.state === 'running' ? 'running' : 'stopped'
  must(vm === expected.vm || (expected.vm === 'stopped' && vm === 'none'), `its VM is ${vm}`)
  const told = document?.status?.machine
  if (told !== undefined && expected.phase !== 'none')
    must(
      told.state === mine?.state && told.pid === mine?.pid,
      `its status reports a VM that is ${JSON.stringify(told)}, but the VM is ${mine?.state}`,
    )
  if (expected.phase === 'Parked') return checkParked(world, name, record)
  const ready = document?.status?.conditions?.find(({ type }) => type === 'Ready')
  if (expected.phase !== 'Retained' && expected.phase !== 'none')
    must(
      document?.status?.phase === expected.phase,
      `its phase is ${document?.status?.phase} (${ready?.reason}: ${ready?.message})`,
    )
  if (expected.phase === 'Suspended') {
    const kept = document?.status?.conditions?.find(({ type }) => type === 'NetworkReady')?.status === 'True'
    const there = Object.values(state.networks).some(({ name: found }) => found === `bottle-${identity}`)
    must(kept === there, `its network ${there ? 'is there' : 'is not there'}, but its status says NetworkReady ${kept}`)
  }
  if (expected.reason !== undefined) must(ready?.reason === expected.reason, `the reason is ${ready?.reason}`)
  if (expected.phase !== 'Ready' && expected.phase !== 'Retained') return

  must(record !== undefined && record.deleting === undefined, 'it has no record')
  const networks = Object.values(state.networks).filter((each) => each.name === `bottle-${identity}`)
  const bundle = state.containers[`bottle-${identity}-bundle`]
  must(
    networks.length === 1 && networks[0]?.subnets[0] === record?.subnet,
    `its networks are ${JSON.stringify(networks)}`,
  )
  must(
    bundle?.state === 'running' &&
      bundle.networkId === networks[0]?.id &&
      bundle.ip === record?.subnet?.replace(/0\/24$/, '2'),
    `its bundle is ${JSON.stringify(bundle)}`,
  )
  must(
    mine?.allowedCidrs.join() === `${bundle?.ip}/32` && mine.dns === bundle?.ip,
    `its VM may reach ${mine?.allowedCidrs.join()}`,
  )
  const edge = state.edges?.[identity]
  must(
    state.edges === undefined ||
      state.edgesRefused !== undefined ||
      (edge?.bridge === `br-${networks[0]?.id.slice(0, 12)}` && edge.bundleIp === bundle?.ip),
    `its edges are ${JSON.stringify(edge)}`,
  )
  must(mine?.opened === undefined, `its VM is open: ${JSON.stringify(mine?.opened)}`)
  for (const object of [networks[0], bundle, mine])
    must(
      object?.labels[UID] === record?.uid && object?.labels[NAME] === name,
      `${object?.name} is labelled ${JSON.stringify(object?.labels)}`,
    )
  if (document === undefined) return
  must(document.status?.uid === record?.uid, 'its status has a different uid than its record')
  must(
    document.status?.observedGeneration === record?.generation,
    'its status has a different generation than its record',
  )
  must(document.status?.specHash === specHash(document.spec), 'its specHash is not that of its spec')
  const trusts = document.spec['egress'] !== undefined
  must(
    [mine?.guestFolder !== undefined, mine?.env['SSL_CERT_FILE'] === CA_FILE].every((each) => each === trusts),
    `its VM ${trusts ? 'does not trust' : 'trusts'} an authority: ${mine?.guestFolder} ${mine?.env['SSL_CERT_FILE']}`,
  )
  must(!trusts || state.authorities?.[identity] !== undefined, 'it has no authority')
  const placeholders = Object.entries(deliveries(document.spec as Pick<BottleSpec, 'secrets' | 'egress'>))
    .filter(([, to]) => to === 'proxy')
    .map(([key]) => [key, PLACEHOLDER])
  const written = document.spec['env'] as Readonly<Record<string, string>> | undefined
  const git = gateEnv(written ?? {}, repositoriesOf(document.spec), mine?.env['GIT_GATE_URL'] ?? '')
  const env = { ...written, ...git, ...Object.fromEntries(placeholders) }
  const own = Object.fromEntries(
    Object.entries(mine?.env ?? {}).filter(
      ([key, value]) => !/proxy$|^GIT_GATE_URL$|^MCP_SUPERVISE_URL$/i.test(key) && value !== CA_FILE,
    ),
  )
  must(
    JSON.stringify(Object.entries(own).toSorted()) === JSON.stringify(Object.entries(env).toSorted()),
    `the environment of its VM is ${JSON.stringify(own)}`,
  )
}

const VMS: Readonly<Record<string, 'stopped' | 'none'>> = { Suspended: 'stopped', Parked: 'stopped', Gone: 'none' }

/** Disk, record and subnet are there, and nothing else. */
const checkParked = ({ guard, state }: RestingWorld, name: string, record: BottleRecord | undefined): void => {
  const must = (ok: boolean, what: string): void => guard.check('disk', ok, () => `bottle ${name} is parked: ${what}`)
  const identity = record?.identity ?? name
  const machine = state.machines[`bottle-${identity}`]
  must(record?.parked !== undefined && record.deleting === undefined, `its record is ${JSON.stringify(record)}`)
  must(record?.subnet !== undefined, 'its subnet is given away')
  must(machine?.labels[UID] === record?.uid, `its VM is ${JSON.stringify(machine)}`)
  must(state.containers[`bottle-${identity}-bundle`] === undefined, 'its bundle is there')
  must(!Object.values(state.networks).some((each) => each.name === `bottle-${identity}`), 'its network is there')
  must(state.edges?.[identity] === undefined, 'its edges are there')
  must(state.secrets[identity] === undefined, 'its secrets are there')
}

const checkGone = ({ guard, disk, state }: RestingWorld, name: string, record: BottleRecord | undefined): void => {
  guard.check('nothing left', record === undefined, () => `the record of ${name} is still there`)
  const left = [...disk.files.keys()].filter(
    (path) => path.startsWith(`${STATE}/bottles/${name}/`) || path.includes('.removing-'),
  )
  guard.check('nothing left', left.length === 0, () => `files of ${name} are left: ${left.join(', ')}`)
  guard.check('nothing left', state.secrets[name] === undefined, () => `secrets of ${name} are left`)
  guard.check('nothing left', state.authorities?.[name] === undefined, () => `the authority of ${name} is left`)
  guard.check('nothing left', state.edges?.[name] === undefined, () => `edges of ${name} are left`)
}

/** Every object with our owner id belongs to a bottle that should exist. */
const checkLeaks = (world: RestingWorld, expect: Intent['expect']): void => {
  const { guard, state } = world
  const wanted = new Set(
    Object.entries(expect).flatMap(([name, how]) => (how === 'Gone' ? [] : [recordOf(world, name)?.uid])),
  )
  for (const { name, labels } of [
    ...Object.values(state.networks),
    ...Object.values(state.containers),
    ...Object.values(state.machines),
  ]) {
    if (labels[OWNER] === OWNER_ID)
      guard.check(
        'nothing left',
        wanted.has(labels[UID]),
        () => `${name} belongs to no bottle that should exist (${ownedNames(world, OWNER_ID).join(', ')})`,
      )
  }
}

const recordOf = ({ disk }: RestingWorld, name: string): BottleRecord | undefined => {
  for (const [path, text] of disk.files) {
    if (!RECORD.test(path)) continue
    const record = JSON.parse(text) as BottleRecord
    if (record.name === name) return record
  }
  return undefined
}

/** The first document of each name. */
const documentsOf = ({ folder }: RestingWorld): ReadonlyMap<string, Document> => {
  const found = new Map<string, Document>()
  for (const [path, { text }] of [...folder.files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const document of parseAllDocuments(text)) {
      if (document.errors.length > 0) continue
      const value = document.toJS() as {
        readonly metadata?: { readonly name?: string }
        readonly spec?: Document['spec']
        readonly status?: BottleStatus
      } | null
      const name = value?.metadata?.name
      if (name !== undefined && !found.has(name))
        found.set(name, { path, spec: value?.spec ?? {}, status: value?.status })
    }
  }
  return found
}

const RECORD = new RegExp(`^${STATE}/bottles/[^/.]+/record\\.json$`)
