import type {
  ContainerFacts,
  ContainerParts,
  ContainerState,
  Edge,
  Labels,
  MachineFacts,
  MachineState,
  Port,
  Route,
} from '../ports.ts'
import type { SealProof } from '../seals.ts'
import type { DriverErrorCode } from '../errors.ts'

/**
 * Everything the simulated Docker, smolvm and host know, as one plain value: JSON in, JSON out.
 *
 * Guarantees: no functions, no cycles; a test or a person may change it between two calls, then `revision` must move.
 */
export interface World {
  readonly version: 1
  /** Moves with every change. */
  revision: number
  /** Source of pids and tokens. */
  serial: number
  daemonId: string
  daemonUp: boolean
  /** False: the host has no route to any bridge, as with Docker in a VM. */
  routable: boolean
  /** By id: old engines allow one name twice. */
  networks: Record<string, SimulatedNetwork>
  /** By name. */
  containers: Record<string, SimulatedContainer>
  /** References the daemon has. */
  images: string[]
  /** References that can be pulled; `*` is any. */
  registry: string[]
  /** What other daemons hold, by their id. */
  elsewhere: Record<string, Pick<World, 'networks' | 'containers' | 'images'>>
  /** By name. */
  machines: Record<string, SimulatedMachine>
  /** Its version, and what it reports of any machine beside what ours knows. */
  smolvm: { readonly version: string; readonly reports: Readonly<Record<string, string>> }
  /** By identity: the rules around bundles. */
  edges: Record<string, Edge>
  /** Why no rules can be set; absent where they can. */
  edgesRefused?: string
  /** What a guest showed of the seal; absent: none has tried. */
  proof?: SealProof
  /** The same from a container. */
  containerProof?: SealProof
  /** Beside those of the bridges. */
  routes: SimulatedRoute[]
  mtu: number | undefined
  /** Host paths, environment variables and secret files that do not exist. */
  missing: string[]
  /** Symbolic links of the host: where each leads, as written in it. */
  links: Record<string, string>
  /** Host paths that are no folder. */
  kinds: Record<string, 'file' | 'socket' | 'other'>
  /** How often a host file was rebuilt, by path. */
  rebuilt: Record<string, number>
  /** Keys whose secret files exist, by identity. Never a value. */
  secrets: Record<string, string[]>
  /** By identity: the serial number of its authority. Never a key. */
  authorities: Record<string, number>
  /** By name of their container: what agents ask, and how often they asked. Absent in worlds of older versions. */
  asked?: Readonly<Record<string, { readonly seq: number; readonly asks: readonly object[] }>>
  /** What gates have handed on, by what was approved, in order. */
  pushed?: readonly string[]
  /** Images whose bundles don't know the control command. */
  mute: string[]
  /** Images without nft. */
  withoutNft?: string[]
  /** Copies kept for machines. */
  archives: string[]
  faults: Fault[]
}

/** Of an answer that a bundle was told. */
export interface ToldAnswer {
  readonly id: string
  readonly state: string
  readonly used?: true
  /** It counted once, and has, in this run; the controller hears of it. */
  readonly usedHere?: true
}

export interface SimulatedRoute extends Route {
  /** Of a table that is asked before the one of the bridges, as VPNs have them. */
  readonly first?: true
}

export interface SimulatedNetwork {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly labels: Labels
  readonly subnets: string[]
  readonly gateway?: string
  /** A task unknown to Docker holds `.2` there: Docker's holder isn't reachable. */
  haunted?: true
}

export interface SimulatedContainer {
  readonly id: string
  name: string
  readonly image: string
  readonly labels: Labels
  state: ContainerState
  /** '' once its network was torn off. */
  networkId: string
  ip: string
  readonly env: Readonly<Record<string, string>>
  /** While it runs: of its first process. */
  pid?: number
  /** Where the sources of its mounts led when it started, by target. */
  mounted?: Record<string, string>
  /** Absent in worlds of older versions: not known then. */
  facts?: Omit<ContainerFacts, 'env'>
  /** Beside the network it was made on. */
  more?: readonly { readonly networkId: string; readonly ip: string }[]
  /** Its first process ignores TERM: a polite stop takes its whole time. */
  stubborn?: true
  exitCode: number
  oomKilled: boolean
  /** containerd kept its task, which nothing clears away: every start is refused with these words. */
  wedged?: string
  startedAt?: string
  finishedAt?: string
  /** Milliseconds since 1970 when its ports open. */
  readyAt: number
  /** While it runs: what it was told by the control command; of values and CA a digest. */
  policy?: { readonly hash: string; readonly told: string }
  /** While it runs: the answers that it was told, by what was asked. */
  answers?: Readonly<Record<string, ToldAnswer>>
  /** It refuses every policy with this reason. */
  refuses?: string
  /** Ports that don't answer though the container runs. */
  closed: Port[]
  /** Of the holder of a seal: what it has loaded, in the run with this pid. */
  rules?: { readonly pid: number; readonly allowedCidrs: readonly string[]; readonly ports: readonly number[] }
}

export interface SimulatedMachine {
  readonly name: string
  readonly labels: Labels
  /** It is a container, sealed by these. */
  container?: ContainerParts
  state: MachineState
  /** Token of the boot under way: also of one that nobody waits for. */
  boot?: number
  /** True from the first start that came up: its disk exists. */
  booted: boolean
  pid?: number
  cpus: number
  memoryMiB: number
  storageGiB?: number
  allowedCidrs: readonly string[]
  dns?: string
  createdAt?: number
  /** What others changed beside its allow list. */
  opened?: Partial<MachineOpened>
  env: Record<string, string>
  lastExit?: string
  /** Source folder of each complete copy, by target. */
  copies: Record<string, string>
  /** Path its disk was made from; absent for a bare guest. */
  readonly source?: string
  /** The host folder that it was made with. */
  readonly mount?: string
  /** Where that led when it was started last. */
  mounted?: string
  /** What it has as `/etc/bottled`. */
  guestFolder?: string
}

/** What a `smolvm machine update` can change of a seal. */
export type MachineOpened = Pick<
  MachineFacts,
  'network' | 'allowedHosts' | 'dnsOptions' | 'ports' | 'mounts' | 'others'
>

/** A failure on demand. */
export interface Fault {
  readonly port: string
  readonly verb: string
  /** Name or id; undefined is any. */
  readonly target?: string
  times: number
  readonly code: DriverErrorCode
  /** `after`: the effect happens, the reply is lost. Default: `before`. */
  readonly when?: 'before' | 'after'
  /** It stalls so long first. */
  readonly afterMs?: number
}

export const createWorld = (change: Partial<Omit<World, 'version'>> = {}): World => ({
  revision: 0,
  serial: 1000,
  daemonId: 'SIMULATED',
  daemonUp: true,
  routable: true,
  networks: {},
  containers: {},
  images: [],
  registry: ['*'],
  elsewhere: {},
  machines: {},
  smolvm: { version: '1.32.2', reports: { block_io: '"sync"', disk_durability: '"full"', restart_policy: '"never"' } },
  edges: {},
  routes: [{ cidr: '10.0.2.0/24', device: 'eth0' }],
  mtu: 1500,
  missing: [],
  links: {},
  kinds: {},
  rebuilt: {},
  secrets: {},
  authorities: {},
  mute: [],
  archives: [],
  faults: [],
  ...change,
  version: 1,
})

/** States in which a container holds its address and its network. */
export const holdsAddress = ({ state }: SimulatedContainer): boolean =>
  state === 'running' || state === 'paused' || state === 'restarting'
