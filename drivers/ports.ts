/**
 * The ports: what bottled needs from the outside world, in its own terms.
 *
 * Flow: a reconciler's `observe` calls the reading verbs, its steps call the others. One adapter per port
 *   (`docker.ts`, `smolvm.ts`, `records.ts`, …) and one set in memory (`simulated.ts`).
 * Guarantees: every verb that removes or stops is harmless when repeated ("gone already" is success); every failure is
 *   a `DriverError`; nothing is logged; no decision is taken here.
 * Assumptions: callers serialise per bottle. Objects are addressed by id; a name only finds.
 * Caveats: a call that ended in `Timeout`, `Aborted` or `Unavailable` may have had its effect. Look again.
 */

import type { EgressAllow } from '../schemas/egress.ts'
import type { Bundles, SecretValues } from './bundles.ts'
import type { ContainerFacts, Mount } from './container-facts.ts'
import type { Edge, EdgesLook } from './edges.ts'
import type { Machine, MachineChange, MachineGiven, MachineRequest, MachineSeal } from './machine.ts'
import type { Labels, Networks } from './networks.ts'
import type { Paths } from './paths.ts'
import type { Seals } from './seals.ts'

export type { Bundles, BundleRun, PolicyLoad, RefusedReason, SecretValues, Told } from './bundles.ts'
export type { ContainerFacts, Mount } from './container-facts.ts'
export type { Edge, EdgesLook } from './edges.ts'
export type * from './machine.ts'
export type { Paths } from './paths.ts'
export type { SealLook, SealParts, SealProof, Seals, SealShown } from './seals.ts'

export type { Endpoint, Labels, Network, NetworkRequest, Networks } from './networks.ts'

// -------------------------------------------------------------------------------------------- containers

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'

export interface Container {
  readonly id: string
  readonly name: string
  /** Reference as requested at create. */
  readonly image: string
  readonly labels: Labels
  readonly state: ContainerState
  /** From the image's own HEALTHCHECK; undefined without one. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | undefined
  /** Network ids and addresses: the live address if running, otherwise the configured one, otherwise ''. */
  readonly attachments: readonly { readonly networkId: string; readonly ip: string }[]
  /** Known from `find` only: of the last run. */
  readonly exitCode?: number
  /** Known from `find` only. */
  readonly oomKilled?: boolean
  /** Known from `find` only: start and end of the last run, ISO 8601 UTC; undefined before the first. */
  readonly startedAt?: string | undefined
  readonly finishedAt?: string | undefined
  /** Known from `find` only. */
  readonly facts?: ContainerFacts
  /** Known from `find` only, while it runs: of its first process, on this host. */
  readonly pid?: number
}

export interface ContainerRequest {
  readonly name: string
  readonly image: string
  readonly labels: Labels
  readonly networkId: string
  readonly ip: string
  readonly env: Readonly<Record<string, string>>
  /** Replaces the image's CMD; undefined keeps it. */
  readonly command: readonly string[] | undefined
  /** `uid:gid`; undefined: the image's own non-root user, otherwise 65534:65534. */
  readonly user: string | undefined
  readonly mounts: readonly Mount[]
  /** Absolute paths inside, writable in memory. */
  readonly tmpfs: readonly string[]
  readonly readOnlyRoot: boolean
  readonly memoryMiB: number
  readonly cpus: number | undefined
  readonly pids: number
}

export interface Containers {
  /** All containers of the daemon, stopped ones and strangers included: one call. */
  list(signal?: AbortSignal): Promise<readonly Container[]>
  /** The container of exactly this name, inspected. */
  find(name: string, signal?: AbortSignal): Promise<Container | undefined>
  /** All that carry every one of these labels, whatever their names: as `list` gives them. */
  carrying(labels: Labels, signal?: AbortSignal): Promise<readonly Container[]>
  /** Hardened: all capabilities dropped, no new privileges, restart policy `no`. Throws `NameTaken`, `ImageNotFound`. */
  create(request: ContainerRequest, signal?: AbortSignal): Promise<{ readonly id: string }>
  /** Throws `AddressTaken`, `NotFound` (its network is gone), `StartFailed`. */
  start(id: string, signal?: AbortSignal): Promise<void>
  /** TERM, then KILL after 10 s. */
  stop(id: string, signal?: AbortSignal): Promise<void>
  /** By force, with its anonymous volumes. */
  remove(id: string, signal?: AbortSignal): Promise<void>
}

// ------------------------------------------------------------------------------------------------ images

export interface Images {
  /** True if the daemon has it. */
  has(reference: string, signal?: AbortSignal): Promise<boolean>
  /** Throws `ImageNotFound`, `ImageUnauthorized`, `RegistryUnavailable`. `progress` is a short line for a person. */
  pull(reference: string, progress: (line: string) => void, signal?: AbortSignal): Promise<void>
}

// ---------------------------------------------------------------------------------------------- machines

export interface Machines {
  /** Of smolvm, as three numbers: another version may report other things of the same machine. */
  version(signal?: AbortSignal): Promise<string>
  /** All machines of this user, strangers included: one call. A time-out throws `Timeout` and means unknown. */
  list(signal?: AbortSignal): Promise<readonly Machine[]>
  /**
   * Moves when somebody has changed what smolvm keeps, and costs no call; undefined where that can't be told. The end of a VM
   * doesn't move it. Never throws.
   */
  mark(): Promise<string | undefined>
  /** The machine with exactly this name, read now. */
  find(name: string, signal?: AbortSignal): Promise<Machine | undefined>
  /** Throws `NameTaken`, `InvalidRequest`, `SourceUnavailable`. */
  create(request: MachineRequest, signal?: AbortSignal): Promise<void>
  /** Returns when the guest answers. A failed or interrupted start is followed by a stop, so nothing keeps booting. */
  start(name: string, signal?: AbortSignal): Promise<void>
  /** Retries a refusal, then escalates. Also ends a boot that nobody waits for. */
  stop(name: string, signal?: AbortSignal): Promise<void>
  /** Stops first. */
  remove(name: string, signal?: AbortSignal): Promise<void>
  change(name: string, change: MachineChange, signal?: AbortSignal): Promise<void>
  /**
   * Takes back what others changed of a stopped machine's allow list, resolver options, ports, mounts and devices, as far as
   * smolvm can; its disk stays.
   */
  reseal(name: string, seal: MachineSeal, signal?: AbortSignal): Promise<void>
  /** True once `copyIn` has completed for this disk. */
  hasCopy(name: string, target: string, signal?: AbortSignal): Promise<boolean>
  /** Copies the folder's content to `target`; without entries named `.bottled`. The marker is written last. */
  copyIn(name: string, source: string, target: string, signal?: AbortSignal): Promise<void>
}

/** Content-addressed copies of the sources of machines, so that smolvm never holds a link to a person's file. */
export interface Archives {
  /** Copies a local archive, pack or folder in, or returns the existing copy. Throws `SourceUnavailable`. */
  keepFile(path: string, signal?: AbortSignal): Promise<string>
  /** `docker save` of an image the daemon has, by its id. Throws `ImageNotFound`. */
  keepImage(reference: string, signal?: AbortSignal): Promise<string>
}

// ----------------------------------------------------------------------------------------- probes, host

export type Port = 'proxy' | 'git' | 'supervise'

export type ProbeResult =
  /** `denials`: of a proxy that says so, what it denied lately. */
  | { readonly ok: true; readonly denials?: readonly Denial[] }
  /** `Refused` and `Unready`: something is there. `Silent`: no answer in time. `Unroutable`: no route from this host. */
  | { readonly ok: false; readonly kind: 'Refused' | 'Unready' | 'Silent' | 'Unroutable'; readonly message: string }

/** What a bundle says that it denied, in printable ASCII. */
export interface Denial {
  readonly host: string
  /** In words of egress/policy.ts, or others. */
  readonly reason: string
  /** Requests so far: more of them are new ones. */
  readonly count: number
}

export interface Probes {
  /** Asks a bundle's port from the host and judges the answer; `thorough` also asks git for a pkt-line. Never throws but `Aborted`. */
  ask(
    request: { readonly ip: string; readonly port: Port; readonly thorough: boolean },
    signal?: AbortSignal,
  ): Promise<ProbeResult>
  /**
   * The same of several ports from inside the bundle's container, for a host that has no way to it: a result for each, in their order.
   * `Unroutable`: its image has no program for that. Throws `Unavailable`, too.
   */
  askInside(
    request: {
      /** Id. */
      readonly container: string
      readonly ip: string
      readonly ports: readonly Port[]
      readonly thorough: boolean
    },
    signal?: AbortSignal,
  ): Promise<readonly ProbeResult[]>
}

export interface Route {
  /** Canonical IPv4 CIDR. */
  readonly cidr: string
  readonly device: string
}

export interface Host {
  /** IPv4 routes of all tables but default and /1 ones. */
  routes(signal?: AbortSignal): Promise<readonly Route[]>
  /**
   * The address of this host from which it would speak to `ip` now, and with it the bridge that the way leaves over;
   * undefined where there is no way. Nothing is sent.
   */
  source(ip: string): Promise<string | undefined>
  /** The device that the way to `ip` leaves over; undefined where that can't be told. */
  device(ip: string, signal?: AbortSignal): Promise<string | undefined>
  /** MTU in bytes of the default route's device; undefined if there is none. */
  mtu(signal?: AbortSignal): Promise<number | undefined>
}

/** The host's packet filter around the bundles of this root. Whatever others wrote there stays as it is. */
export interface Firewall {
  /** What stands now. */
  look(signal?: AbortSignal): Promise<EdgesLook>
  /** What the last look or change of this process showed; nothing is asked. */
  last(): EdgesLook | undefined
  /** Replaces whatever stands for the identity. */
  close(edge: Edge, signal?: AbortSignal): Promise<void>
  /** Removes whatever stands for the identity. */
  open(identity: string, signal?: AbortSignal): Promise<void>
}

// ---------------------------------------------------------------------------------------------- secrets

export type SecretSource = { readonly fromEnv: string } | { readonly fromFile: string }

export interface Secrets {
  /** The first source that can't be read, in words that hold no value; undefined if all can. */
  missing(sources: Readonly<Record<string, SecretSource>>): Promise<string | undefined>
  /** Absolute path of the 0600 file that will hold a secret; pure of effects. */
  path(identity: string, key: string): string
  /** Rewrites every value, 0600 in a 0700 folder. Throws `SecretUnavailable`. */
  write(identity: string, sources: Readonly<Record<string, SecretSource>>): Promise<void>
  remove(identity: string): Promise<void>
  /** True while the identity's folder exists. */
  has(identity: string): Promise<boolean>
  /** The values, for a bundle: fit for a header, a line end at the end left out. Throws `SecretUnavailable`. */
  read(sources: Readonly<Record<string, SecretSource>>, signal?: AbortSignal): Promise<SecretValues>
  /** Moves when a file that a value comes from may have changed; nothing of it is read. Never throws. */
  stamp(sources: Readonly<Record<string, SecretSource>>): Promise<string>
}

/** The CA of each bottle, by which its bundle shows servers to the guest. */
export interface Authorities {
  /**
   * PEM, for the bundle alone. Made the first time, and again where what is kept can't be used; what the guest may have of it is in
   * the guest's folder when this returns.
   */
  ensure(identity: string, signal?: AbortSignal): Promise<{ readonly cert: string; readonly key: string }>
  /** Absolute path of the folder with public certificates alone that the guest has as `/etc/bottled`; pure of effects. */
  guestFolder(identity: string): string
  /** Both. */
  remove(identity: string): Promise<void>
}

// ---------------------------------------------------------------------------------------------- records

/** bot-bottle's metadata.json; its tools read it. */
export interface Metadata {
  readonly identity: string
  readonly agent_name: string
  /** Absolute workspace path with mode `copy`, else ''. */
  readonly cwd: string
  readonly copy_cwd: boolean
  /** ISO 8601 UTC, set once. */
  readonly started_at: string
  readonly compose_project: ''
  readonly backend: 'smolmachines'
}

/** An entry of `spec.egress.allow` that stands here and not in the bottle's file. */
export interface Grant {
  /** Id of the ask that it answers, and its own. */
  readonly ask: string
  readonly by: string
  /** ISO 8601 UTC. */
  readonly at: string
  readonly entry: EgressAllow
}

/** State that must survive a crash and is not in the file or the world. JSON; unknown keys are kept. */
export interface BottleRecord {
  readonly version: 1
  readonly uid: string
  readonly name: string
  readonly identity: string
  /** Path of its document, relative to the root. */
  readonly file: string
  /** Base folder of the spec's relative paths, relative to the root; a later move of the file changes nothing. */
  readonly base?: string
  /** Changes of spec so far, from 1. */
  readonly generation: number
  /** Of the spec last judged. */
  readonly specHash: string
  /** The last valid spec as written; undefined before the first. */
  readonly spec?: unknown
  /** What people allowed beside the file, where it can't be written; oldest first. */
  readonly grants?: readonly Grant[]
  /** Hash of the last valid spec. */
  readonly goodHash?: string
  /** The spec that was last applied completely; `spec` may be ahead of it. Absent in records of older versions. */
  readonly applied?: { readonly generation: number; readonly hash: string; readonly spec: unknown }
  /** Canonical /24, chosen once. */
  readonly subnet?: string
  /** True from the moment the network was first seen: from then on the subnet is fixed. */
  readonly networkExisted?: boolean
  /** Id of the network on which a killed Engine may have left a task of a bundle. */
  readonly hauntedNetwork?: string
  /** What a restart last applied to the VM, or is about to. */
  readonly machine?: {
    readonly envKeys: readonly string[]
    readonly restartHash: string
    readonly workspaceCopied: boolean
    /** Absent: a VM. */
    readonly runtime?: 'container'
    /** A start whose end was not seen: something may be booting that no list shows. */
    readonly starting?: boolean
    /** ISO 8601 UTC: its process lives, and its guest was silent then and at every look since. */
    readonly silentSince?: string
    /** Our own copy that its disk was made from; undefined for a bare guest. */
    readonly source?: string
    /** What smolvm of that version reported of it when it was new: what differs since was changed by others. */
    readonly given?: MachineGiven
    /** The host folder that it was made with, canonical; absent in records of older versions. */
    readonly mount?: string
    /** The host folder that it has as `/etc/bottled`, or is about to; absent without `egress`. */
    readonly guestFolder?: string
    /** Names of the secrets that it was made to read at each start; absent in records of older versions. */
    readonly secretKeys?: readonly string[]
  }
  /** The host paths that its parts were started with, and may have as long as they aren't stopped or removed. */
  readonly reach?: { readonly bundle?: unknown; readonly machine?: unknown }
  readonly everReady?: boolean
  /** Set when a deletion is decided: then only the record knows what to tear down. */
  readonly deleting?: { readonly since: string }
  /**
   * Its document is gone, and until then that can be undone, ISO 8601 UTC: its VM is stopped and keeps its disk. Stays
   * while it is deleted: a disk goes with it. `sinceBootMs` is `since` by the machine's monotonic clock, by which it ends;
   * absent in records of older versions.
   */
  readonly parked?: { readonly since: string; readonly until: string; readonly sinceBootMs?: number }
  /** `bottlectl delete --retain`: when the document goes, the rest stays, whatever the spec says. */
  readonly retainWhenGone?: boolean
  /** A person confirmed its deletion among many; until its document is back. */
  readonly deleteConfirmed?: boolean
  /** A person deleted it by name: there is no time to undo; until its document is back. */
  readonly deleteNow?: boolean
  /** Its deletion was held as one of many: until a person confirms it or its document is back. */
  readonly massHeld?: boolean
  /** Why nothing is deleted although its document is gone: what the controller said last. */
  readonly held?: { readonly reason: string; readonly message: string }
  /** True while the document is gone under `Retain`. */
  readonly retained?: boolean
  /** Failures in a row and when to try again, ISO 8601 UTC. */
  readonly backoff?: { readonly failures: number; readonly retryAt: string }
  /** The requested rollout, until applied: an opaque token. */
  readonly rollout?: string
  /** The last rollout that the object in an API server asked for, done or not. */
  readonly rolloutAsked?: string
  /** Number of restarts of the bundle. */
  readonly bundleRestarts?: number
  /** Begin of the run in which the bundle last answered on every port, ISO 8601 UTC as Docker says it. */
  readonly bundleAnswered?: string
  /** How the Engine made it otherwise than asked: no drift, as another one would be made likewise. */
  readonly bundleGiven?: { readonly id: string; readonly differences: readonly string[] }
  /** The end that the last start followed, ISO 8601 UTC as Docker says it, and the crashes in a row of that generation. */
  readonly bundleEnd?: { readonly at: string; readonly crashes: number; readonly generation: number }
  /** The status last decided; the file's is a copy of it. */
  readonly status?: unknown
}

export interface LostRecord {
  readonly identity: string
  /** Where its text is kept. */
  readonly path: string
  readonly why: string
}

export interface Records {
  /** All records, as last written: no disk access after the first call. */
  list(): Promise<readonly BottleRecord[]>
  /** Those that `list` could not read. Nothing is known of such a bottle but that it was there. */
  lost(): readonly LostRecord[]
  read(identity: string): BottleRecord | undefined
  /** Durable before it returns (fsync of file and folder); no write if nothing changes. */
  write(record: BottleRecord): Promise<void>
  /** Merges top-level keys into the record; a key whose value is undefined is dropped. Throws `NotFound`. */
  update(identity: string, change: Partial<{ [K in keyof BottleRecord]: BottleRecord[K] | undefined }>): Promise<void>
  /** The folder with its content. */
  remove(identity: string): Promise<void>
  readMetadata(identity: string): Promise<Metadata | undefined>
  writeMetadata(metadata: Metadata): Promise<void>
  /** Returns the absolute path. Written only if the text differs. */
  writeSmolfile(identity: string, text: string): Promise<string>
  /** Writes what memory holds where the disk lost it. Returns how many records were missing or different. */
  restore(): Promise<number>
}

// ------------------------------------------------------------------------------------------------ engine

export interface Daemon {
  /** `info.ID`: another one means another world behind the socket. */
  readonly id: string
  /** `info.DockerRootDir`. Before Engine 23 every daemon of a host has the same id, and only this tells them apart. */
  readonly dataRoot: string
  readonly version: string
  readonly apiVersion: string
  readonly operatingSystem: string
  readonly rootless: boolean
}

export interface Engine {
  /** Throws `Unavailable`, `VersionUnsupported`. Answers within 5 s. */
  ping(signal?: AbortSignal): Promise<Daemon>
  /**
   * A hint to list again whenever a network or a container may have changed: the id of a container that was updated or has
   * another run, which no list shows, else undefined. Ends (returns or throws `Unavailable`) when the stream breaks: the caller lists
   * again and reconnects.
   */
  events(signal: AbortSignal): AsyncIterable<string | undefined>
}

export interface Drivers {
  readonly engine: Engine
  readonly networks: Networks
  readonly containers: Containers
  readonly images: Images
  readonly machines: Machines
  readonly archives: Archives
  readonly probes: Probes
  readonly host: Host
  readonly firewall: Firewall
  readonly seals: Seals
  readonly paths: Paths
  readonly secrets: Secrets
  readonly authorities: Authorities
  readonly bundles: Bundles
  readonly records: Records
}
