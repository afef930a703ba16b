import type { ContainerFacts } from '../ports.ts'

/**
 * What an inspected container is, out of the many ways in which engines say the same. Pure.
 *
 * Assumptions: Engine 20.10 to 29. Caveats: what an engine changes of a request by itself (a limit that the kernel lacks) is
 *   told as it stands; whether that is drift is not decided here.
 */
export interface ConfigFacts {
  readonly User?: string
  readonly Env?: readonly string[] | null
  readonly Cmd?: readonly string[] | null
}

export interface HostFacts {
  readonly Privileged?: boolean
  readonly CapAdd?: readonly string[] | null
  readonly CapDrop?: readonly string[] | null
  readonly SecurityOpt?: readonly string[] | null
  readonly ReadonlyRootfs?: boolean
  readonly Tmpfs?: Readonly<Record<string, string>> | null
  readonly Memory?: number
  readonly NanoCpus?: number
  readonly CpuQuota?: number
  readonly CpuPeriod?: number
  readonly PidsLimit?: number | null
  readonly RestartPolicy?: { readonly Name?: string } | null
  readonly PidMode?: string
  readonly IpcMode?: string
  readonly UTSMode?: string
  readonly UsernsMode?: string
  readonly Devices?: readonly { readonly PathOnHost?: string }[] | null
  readonly DeviceRequests?: readonly unknown[] | null
  readonly GroupAdd?: readonly string[] | null
  readonly PublishAllPorts?: boolean
  readonly PortBindings?: Readonly<Record<string, readonly unknown[] | null>> | null
}

export interface MountFact {
  readonly Type?: string
  readonly Name?: string
  readonly Source?: string
  readonly Destination?: string
  readonly RW?: boolean
}

interface Inspected {
  readonly config: ConfigFacts
  readonly host: HostFacts
  readonly mounts: readonly MountFact[]
}

const MIB = 1024 * 1024

export const factsOf = ({ config, host, mounts }: Inspected): ContainerFacts => ({
  user: config.User ?? '',
  env: Object.fromEntries((config.Env ?? []).map(keyAndValue)),
  command: config.Cmd ?? [],
  dropsCapabilities: (host.CapDrop ?? []).some((name) => /^(CAP_)?ALL$/i.test(name)),
  noNewPrivileges: (host.SecurityOpt ?? []).some((option) => /^no-new-privileges([:=]true)?$/.test(option)),
  readOnlyRoot: host.ReadonlyRootfs ?? false,
  mounts: mounts.filter(isForeign).map(({ Name, Source, Destination, RW }) => ({
    source: Name === undefined || Name === '' ? (Source ?? '') : Name,
    target: Destination ?? '',
    readOnly: RW === false,
  })),
  tmpfs: Object.keys(host.Tmpfs ?? {}),
  memoryMiB: (host.Memory ?? 0) / MIB,
  cpus: cpusOf(host),
  // -1, 0 and null are one.
  pids: Math.max(0, host.PidsLimit ?? 0),
  restartPolicy: host.RestartPolicy?.Name || 'no',
  extras: extrasOf(host),
})

const keyAndValue = (entry: string): readonly [string, string] => {
  const at = entry.indexOf('=')
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
}

/** Volumes that the image declares get a name of 64 digits and go with the container. */
const isForeign = ({ Type, Name }: MountFact): boolean =>
  Type === 'bind' || (Type === 'volume' && !/^[0-9a-f]{64}$/.test(Name ?? ''))

/** `--cpus` is kept as asked, `--cpu-quota` as its two parts. */
const cpusOf = ({ NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0 }: HostFacts): number =>
  NanoCpus > 0 ? NanoCpus / 1e9 : CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : 0

const WEAKER = /^((seccomp|apparmor|systempaths)[:=]unconfined|label[:=]disable)$/

const extrasOf = (host: HostFacts): readonly string[] => [
  ...(host.Privileged === true ? ['all privileges'] : []),
  ...(host.CapAdd ?? []).map((name) => `the capability ${name.replace(/^CAP_/i, '').toUpperCase()}`),
  ...(host.SecurityOpt ?? []).filter((option) => WEAKER.test(option)).map((option) => `the security option ${option}`),
  ...(['PidMode', 'IpcMode', 'UTSMode', 'UsernsMode'] as const)
    .filter((key) => isShared(host[key]))
    .map((key) => `${key.replace('Mode', '').toLowerCase()} namespace "${host[key]}"`),
  ...(host.Devices ?? []).map(({ PathOnHost }) => `the device ${PathOnHost}`),
  ...((host.DeviceRequests ?? []).length > 0 ? ['devices of its own'] : []),
  ...(host.GroupAdd ?? []).map((group) => `the group ${group}`),
  ...(host.PublishAllPorts === true ? ['all its ports published'] : []),
  ...Object.keys(host.PortBindings ?? {}).map((port) => `port ${port} published`),
]

/** The host's, or another container's. */
const isShared = (mode: string | undefined): boolean => mode === 'host' || mode?.startsWith('container:') === true
