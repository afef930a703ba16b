import ipaddr from 'ipaddr.js'
import type { Endpoint, Network, NetworkRequest } from '../ports.ts'

/** The Engine's words for networks and ours. Pure, for every API version from 1.41 to 1.55. */

export interface DockerNetwork {
  readonly Id: string
  readonly Name: string
  readonly Driver?: string
  readonly Labels?: Readonly<Record<string, string>> | null
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null } | null
  /** Only from an inspect, and only running containers. */
  readonly Containers?: Readonly<Record<string, { readonly Name?: string; readonly IPv4Address?: string }>> | null
}

export const toNetwork = (network: DockerNetwork): Network => ({
  id: network.Id,
  name: network.Name,
  driver: network.Driver ?? '',
  labels: network.Labels ?? {},
  subnets: (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [canonicalCidr(Subnet)] : [])),
  endpoints: Object.entries(network.Containers ?? {}).map(([containerId, { Name, IPv4Address }]): Endpoint => ({
    containerId,
    containerName: Name ?? '',
    ip: (IPv4Address ?? '').replace(/\/\d+$/, ''),
  })),
})

/** Old engines keep a subnet verbatim, host bits and all. Text that isn't a CIDR is returned unchanged. */
export const canonicalCidr = (cidr: string): string => {
  try {
    const [address, prefix] = ipaddr.parseCIDR(cidr)
    const network =
      address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr)
    return `${network.toString()}/${prefix}`
  } catch {
    return cidr
  }
}

export const networkBody = (request: NetworkRequest): object => ({
  Name: request.name,
  CheckDuplicate: true,
  Driver: 'bridge',
  EnableIPv6: false,
  Internal: false,
  Attachable: false,
  IPAM: {
    Driver: 'default',
    Config: [{ Subnet: request.subnet, Gateway: request.gateway, IPRange: request.ipRange }],
  },
  Options: {
    'com.docker.network.bridge.enable_icc': String(request.joined === true),
    ...(request.mtu === undefined ? {} : { 'com.docker.network.driver.mtu': String(request.mtu) }),
  },
  Labels: request.labels,
})

/** For a list filter, which takes a regular expression. */
export const exactName = (name: string): string => `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`

/**
 * Old engines may make several networks of one name when asked at once. All askers must keep the same one:
 * the one in use, else the one with the lowest id. `ours` are those that carry every label of the request.
 */
export const chooseTwin = (
  networks: readonly Network[],
  labels: Readonly<Record<string, string>>,
): { readonly keep: Network | undefined; readonly ours: readonly Network[] } => {
  const [keep] = [...networks].sort(
    (one, other) => other.endpoints.length - one.endpoints.length || (one.id < other.id ? -1 : 1),
  )
  const ours = networks.filter((network) =>
    Object.entries(labels).every(([key, value]) => network.labels[key] === value),
  )
  return { keep, ours }
}
