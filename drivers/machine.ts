/** Of the port Machines: what a VM, or the container in its place, is, what is asked for, and what may open its seal. */

/** `unreachable`: the process lives, the guest is silent. `created` is also the state during a first boot. */
export type MachineState = 'created' | 'running' | 'stopped' | 'failed' | 'unreachable' | 'frozen'

export interface Machine extends MachineFacts {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly state: MachineState
  readonly pid: number | undefined
  readonly cpus: number
  readonly memoryMiB: number
  readonly storageGiB: number | undefined
  /** Why the last run ended, in words; undefined after a clean stop. */
  readonly lastExit: string | undefined
  /** Absent: a VM. */
  readonly runtime?: 'container'
  /** It runs, but not in its seal's network any more: why it must be stopped and started again. A clause. */
  readonly astray?: string
}

/** What the VM's disk is made from. `archive` and `artifact` are absolute paths of files that exist. */
export type MachineSource =
  | { readonly kind: 'bare' }
  | { readonly kind: 'archive'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'artifact'; readonly path: string }
  /** Of containers alone: an image that Docker has. */
  | { readonly kind: 'image'; readonly reference: string }

/** Of what a VM has of the host's folders, all. */
export interface MachineMounts {
  /** The workspace, which the guest may write. */
  readonly mount: { readonly source: string; readonly target: string } | undefined
  /** Absolute: the folder that the guest has as `/etc/bottled`, read-only; undefined for none. */
  readonly guestFolder?: string | undefined
}

export interface MachineRequest extends MachineMounts {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly source: MachineSource
  /** Absolute path of the rendered Smolfile; an artifact excludes `-s`, and flags replace it. */
  readonly smolfile: string
  readonly env: Readonly<Record<string, string>>
  /** The bundle's address: allow list `/32` and resolver, both. */
  readonly bundleIp: string
  readonly command: readonly string[]
  readonly cpus: number | undefined
  readonly memoryMiB: number | undefined
  readonly storageGiB: number | undefined
  /** What it is sealed by in a container; absent: it is a VM. */
  readonly container?: ContainerParts
}

/** The network of an agent's container, and who closes it. */
export interface ContainerParts {
  /** Of the bottle. */
  readonly networkId: string
  /** Of the container that holds the seal. */
  readonly ip: string
  /** TCP ports of the bundle that the agent reaches. */
  readonly ports: readonly number[]
  /** Of the container that holds the seal: the bundle's. */
  readonly image: string
}

/** Applied to a stopped machine. `undefined` leaves a value as it is. */
export interface MachineChange {
  readonly setEnv: Readonly<Record<string, string>>
  readonly removeEnv: readonly string[]
  readonly cpus: number | undefined
  readonly memoryMiB: number | undefined
  readonly storageGiB: number | undefined
  /** All that it is to have from now on; undefined leaves them as they are. */
  readonly mounts?: MachineMounts | undefined
  /** Of a container alone. */
  readonly container?: ContainerParts | undefined
}

/** What may open a VM's seal, as smolvm reports it: compared, never trusted. */
export interface MachineFacts {
  /** False: it was cut off, and with that its network backend was forgotten. */
  readonly network: boolean
  readonly allowedCidrs: readonly string[]
  readonly allowedHosts: readonly string[]
  readonly dns: string | undefined
  readonly dnsOptions: readonly string[]
  /** How many are published, and mounted: smolvm reports no more than that. */
  readonly ports: number
  readonly mounts: number
  /** Seconds since 1970: another machine of the name has another. */
  readonly createdAt: number | undefined
  /**
   * Whatever else is reported and not empty, as JSON under smolvm's own names: devices, flags, and what later versions bring.
   * Without what only counts or measures.
   */
  readonly others: Readonly<Record<string, string>>
}

/** What smolvm reported of a VM when it was new. */
export interface MachineGiven {
  readonly version: string
  readonly createdAt?: number
  readonly others: MachineFacts['others']
}

/** What a machine was to be, for whoever takes back what others changed. */
export interface MachineSeal extends MachineMounts {
  readonly bundleIp: string
  /** `others` as they were right after its creation. */
  readonly others: Readonly<Record<string, string>>
}
