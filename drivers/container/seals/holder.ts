import type { SealRequest } from '../seals.ts'
import { HOLDING } from './programs.ts'
import { closedRules } from './rules.ts'

/**
 * The holder as a container. Pure.
 *
 * Guarantees: whoever starts it, its first process loads rules that let nothing out; only the controller opens it to the bundle, and
 *   looks. So a `docker start` of everything, after a reboot say, gives an agent without a network and no open one.
 */
export const ROLE = 'dev.bottled.role'
export const OWNER = 'dev.bottled.owner'
export const HOLDER_ROLE = 'seal'

/** Of the agent's labels all but the hash of its spec: an edit doesn't make a holder another. */
export const holderLabels = (of: SealRequest['labels']): SealRequest['labels'] => {
  const { 'dev.bottled.hash': _, ...labels } = of
  return { ...labels, [ROLE]: HOLDER_ROLE }
}

export const holderName = (machine: string): string => `${machine}${SUFFIX}`
/** The inverse; undefined for other names. */
export const machineOf = (holder: string): string | undefined =>
  holder.endsWith(SUFFIX) && holder.length > SUFFIX.length ? holder.slice(0, -SUFFIX.length) : undefined
const SUFFIX = '-seal'

/** What an inspect must show of it (`ContainerFacts`), beside its image, its network and its labels. */
export const HOLDER = {
  user: '0:0',
  command: ['/bin/sh', '-c', HOLDING, 'holding', closedRules()],
  dropsCapabilities: true,
  noNewPrivileges: true,
  readOnlyRoot: true,
  mounts: [],
  tmpfs: [],
  restartPolicy: 'no',
  extras: ['the capability NET_ADMIN'],
} as const

const MEMORY = 128 * 1024 * 1024

export const holderBody = (seal: SealRequest, kernelHasIPv6: boolean): object => ({
  Image: seal.image,
  Labels: holderLabels(seal.labels),
  // Not what the image has: that would serve.
  Entrypoint: [],
  Cmd: HOLDER.command,
  User: HOLDER.user,
  StopTimeout: 10,
  Healthcheck: { Test: ['NONE'] },
  HostConfig: {
    // The id, never the name: a name would join whatever bears it at the next start.
    NetworkMode: seal.networkId,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    // Process 1 of a namespace takes no notice of TERM by itself.
    Init: true,
    Privileged: false,
    CapDrop: ['ALL'],
    CapAdd: ['NET_ADMIN'],
    SecurityOpt: ['no-new-privileges=true'],
    ReadonlyRootfs: true,
    Memory: MEMORY,
    MemorySwap: MEMORY,
    PidsLimit: 64,
    LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
    IpcMode: 'private',
    // The agent has the holder's resolv.conf: where 127.0.0.11 forwards would be the host's resolver.
    Dns: [seal.bundleIp],
    ...(kernelHasIPv6 ? { Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '1' } } : {}),
  },
  NetworkingConfig: { EndpointsConfig: { [seal.networkId]: { IPAMConfig: { IPv4Address: seal.ip } } } },
})
