import { isRootUser } from '../root-user.ts'
import type { Container, ContainerRequest, ContainerState } from '../ports.ts'
import { factsOf } from './container-facts.ts'
import type { ConfigFacts, HostFacts, MountFact } from './container-facts.ts'

/** The Engine's words for containers and ours. Pure, for every API version from 1.41 to 1.55. */

export interface DockerEndpoint {
  readonly NetworkID?: string
  readonly IPAddress?: string
  readonly IPAMConfig?: { readonly IPv4Address?: string } | null
}

export interface DockerNetworkSettings {
  readonly Networks?: Readonly<Record<string, DockerEndpoint | null>> | null
}

export interface ListedContainer {
  readonly Id: string
  readonly Names?: readonly string[] | null
  readonly Image: string
  readonly Labels?: Readonly<Record<string, string>> | null
  readonly State: string
  readonly Status?: string
  /** From API 1.52. */
  readonly Health?: { readonly Status?: string } | null
  readonly NetworkSettings?: DockerNetworkSettings | null
  readonly HostConfig?: { readonly NetworkMode?: string } | null
}

export interface InspectedContainer {
  readonly Id: string
  readonly Name: string
  readonly Config: ConfigFacts & {
    readonly Image?: string
    readonly Labels?: Readonly<Record<string, string>> | null
  }
  readonly State: {
    readonly Status: string
    readonly Pid?: number
    readonly ExitCode?: number
    readonly OOMKilled?: boolean
    readonly StartedAt?: string
    readonly FinishedAt?: string
    readonly Health?: { readonly Status?: string } | null
  }
  readonly NetworkSettings?: DockerNetworkSettings | null
  readonly HostConfig?: (HostFacts & { readonly NetworkMode?: string }) | null
  readonly Mounts?: readonly MountFact[] | null
}

export const fromList = (container: ListedContainer): Container => ({
  id: container.Id,
  // A linked container has further names, `/other/alias`.
  name: ((container.Names ?? []).find((name) => !name.slice(1).includes('/')) ?? '').replace(/^\//, ''),
  image: container.Image,
  labels: container.Labels ?? {},
  state: container.State as ContainerState,
  health:
    container.State === 'running'
      ? healthOf(container.Health?.Status ?? healthWord(container.Status ?? ''))
      : undefined,
  attachments: attachmentsOf(container),
})

export const fromInspect = (container: InspectedContainer): Container => ({
  id: container.Id,
  name: container.Name.replace(/^\//, ''),
  image: container.Config.Image ?? '',
  labels: container.Config.Labels ?? {},
  state: container.State.Status as ContainerState,
  health: container.State.Status === 'running' ? healthOf(container.State.Health?.Status) : undefined,
  attachments: attachmentsOf(container),
  exitCode: container.State.ExitCode ?? 0,
  oomKilled: container.State.OOMKilled ?? false,
  startedAt: timeOf(container.State.StartedAt),
  finishedAt: timeOf(container.State.FinishedAt),
  // 0 while it doesn't run.
  ...(container.State.Status === 'running' && (container.State.Pid ?? 0) > 0 ? { pid: container.State.Pid } : {}),
  facts: factsOf({ config: container.Config, host: container.HostConfig ?? {}, mounts: container.Mounts ?? [] }),
})

/** Docker says "never" with the year 1, and gives nanoseconds. */
const timeOf = (text: string | undefined): string | undefined =>
  text === undefined || text === '' || text.startsWith('0001-') ? undefined : new Date(text).toISOString()

/** `Up 5 seconds (healthy)`, `Up 1 second (health: starting)`; the list shows health in no other state. */
const healthWord = (status: string): string | undefined =>
  /^Up .*\((?:health: )?(starting|healthy|unhealthy)\)$/.exec(status)?.[1]

const healthOf = (word: string | undefined): Container['health'] =>
  word === 'starting' || word === 'healthy' || word === 'unhealthy' ? word : undefined

const ID = /^[0-9a-f]{64}$/

interface Networked {
  readonly NetworkSettings?: DockerNetworkSettings | null
  readonly HostConfig?: { readonly NetworkMode?: string } | null
}

/**
 * Before the first start an endpoint has no NetworkID, and 20.10 keys it by the network's name whatever it was given:
 * the id asked for at create is then only in NetworkMode.
 */
const attachmentsOf = ({ NetworkSettings, HostConfig }: Networked): Container['attachments'] => {
  const endpoints = Object.entries(NetworkSettings?.Networks ?? {})
  const mode = HostConfig?.NetworkMode ?? ''
  const fallback = endpoints.length === 1 && ID.test(mode) ? mode : ''
  return endpoints.flatMap(([key, endpoint]) => {
    const networkId = endpoint?.NetworkID || (ID.test(key) ? key : fallback)
    return networkId === '' ? [] : [{ networkId, ip: endpoint?.IPAddress || endpoint?.IPAMConfig?.IPv4Address || '' }]
  })
}

/** Nobody: the user of a bundle whose image names none. */
const NOBODY = '65534:65534'

/** `imageUser` is the image's USER, needed only where the request names none. Undefined: leave it to the image. */
export const userOf = (asked: string | undefined, imageUser: string): string | undefined => {
  if (asked !== undefined) return asked
  return isRootUser(imageUser) ? NOBODY : undefined
}

export interface ContainerBody {
  readonly request: ContainerRequest
  readonly user: string | undefined
  /** The user it will finally run as: a folder in memory must belong to that user. */
  readonly runsAs: string
  /** False if the kernel has no IPv6: its sysctl would fail the start. */
  readonly kernelHasIPv6: boolean
}

const MIB = 1024 * 1024

export const containerBody = ({ request, user, runsAs, kernelHasIPv6 }: ContainerBody): object => ({
  Image: request.image,
  Labels: request.labels,
  Env: Object.entries(request.env)
    .map(([key, value]) => `${key}=${value}`)
    .sort(),
  ...(request.command === undefined ? {} : { Cmd: request.command }),
  ...(user === undefined ? {} : { User: user }),
  StopTimeout: 10,
  HostConfig: {
    // The id, never the name: a name would join whatever bears it at the next start.
    NetworkMode: request.networkId,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    // A bundle's image brings its own PID 1; some of those refuse to run under another.
    Init: false,
    Privileged: false,
    PublishAllPorts: false,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges=true'],
    ReadonlyRootfs: request.readOnlyRoot,
    Tmpfs: Object.fromEntries(
      request.tmpfs.map((path) => [path, `rw,noexec,nosuid,nodev,size=64m,mode=1777${ownerOf(runsAs)}`]),
    ),
    // Not `Binds`: that makes a missing source as an empty folder of root's.
    Mounts: request.mounts.map(({ source, target, readOnly }) => ({
      Type: 'bind',
      Source: source,
      Target: target,
      ReadOnly: readOnly,
    })),
    Memory: request.memoryMiB * MIB,
    MemorySwap: request.memoryMiB * MIB,
    ...(request.cpus === undefined ? {} : { NanoCpus: Math.round(request.cpus * 1e9) }),
    PidsLimit: request.pids,
    Ulimits: [
      { Name: 'nofile', Soft: 4096, Hard: 4096 },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    IpcMode: 'private',
    ...(kernelHasIPv6 ? { Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '1' } } : {}),
  },
  NetworkingConfig: { EndpointsConfig: { [request.networkId]: { IPAMConfig: { IPv4Address: request.ip } } } },
})

/** Some runtimes ignore `mode` where the folder is in the image. A user's name means something only inside. */
const ownerOf = (user: string): string => {
  const ids = /^(\d+)(?::(\d+))?$/.exec(user)
  return ids === null ? '' : `,uid=${ids[1]},gid=${ids[2] ?? '0'}`
}
