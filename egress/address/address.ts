import ipaddr from 'ipaddr.js'
import { embeddedIn } from './embedded.ts'
import { parseIp } from './ip.ts'
import type { Ip } from './ip.ts'

/**
 * Which of a name's addresses may be connected to. Pure.
 *
 * Guarantees: never throws; what can't be read is refused. An IPv6 address that leads to an IPv4 one (mapped, NAT64, 6to4, Teredo,
 *   ISATAP) is judged by both. What is usable is written in one way.
 * Assumptions: `own` holds the bottle's network, and whatever else must not be reached. The caller resolves once, and connects to
 *   what is usable, to nothing else.
 */
export interface Judged {
  /** In the order given, without repeats. */
  readonly usable: readonly string[]
  readonly refused: readonly RefusedAddress[]
}

export interface RefusedAddress {
  readonly address: string
  readonly why: string
  /** `private: true` on the entry would let it through. */
  readonly private: boolean
}

export const judgeAddresses = ({
  addresses,
  own,
  private: allowed,
}: {
  readonly addresses: readonly string[]
  /** CIDRs. */
  readonly own: readonly string[]
  readonly private: boolean
}): Judged => {
  const usable = new Set<string>()
  const refused: RefusedAddress[] = []
  const networks = own.map(parseNetwork)
  for (const text of addresses) {
    const address = parseAddress(text)
    const found = address === undefined ? { never: true, why: 'it is no address' } : rangeOf(address, networks)
    if (address !== undefined && (found === undefined || (allowed && !found.never))) usable.add(address.toString())
    else if (found !== undefined) refused.push({ address: text, why: found.why, private: !found.never })
  }
  return { usable: [...usable], refused }
}

/** undefined: it can't be read, and holds everything. */
type Network = readonly [Ip, number] | undefined
interface Range {
  readonly never: boolean
  readonly why: string
}

const parseAddress = (text: string): Ip | undefined => {
  const ip = parseIp(text)
  return ip instanceof ipaddr.IPv6 && ip.isIPv4MappedAddress() ? ip.toIPv4Address() : ip
}

const parseNetwork = (cidr: string): Network => (ipaddr.isValidCIDR(cidr) ? ipaddr.parseCIDR(cidr) : undefined)

const isIn = (address: Ip, network: Network): boolean =>
  network === undefined || (address.kind() === network[0].kind() && address.match(network[0], network[1]))

/** The strictest that holds for it, or for an address in it; undefined: the public Internet. */
const rangeOf = (address: Ip, own: readonly Network[]): Range | undefined => {
  const found = [address, ...embeddedIn(address)].flatMap((each) => {
    if (own.some((network) => isIn(each, network))) return [{ never: true, why: "it is in the bottle's own network" }]
    const range = RANGES.find(({ network }) => isIn(each, network))
    if (range !== undefined) return [range]
    return each.kind() === 'ipv6' && !GLOBAL.some((network) => isIn(each, network))
      ? [{ never: false, why: 'it is not on the public Internet' }]
      : []
  })
  return found.find(({ never }) => never) ?? found[0]
}

/** Global unicast, and NAT64, where the IPv4 address in it decides. */
const GLOBAL = ['2000::/3', '64:ff9b::/96'].map(parseNetwork)

const ranges = (never: boolean, table: Readonly<Record<string, string>>): readonly (Range & { network: Network })[] =>
  Object.entries(table).map(([cidr, name]) => ({ network: parseNetwork(cidr), never, why: `it is ${name}` }))

/** The first that holds counts. Clouds serve credentials to their guests at some addresses outside 169.254. */
const RANGES = [
  ...ranges(true, {
    '0.0.0.0/8': 'unspecified',
    '127.0.0.0/8': 'loopback',
    '169.254.0.0/16': 'link-local, where clouds keep metadata',
    '192.0.0.0/24': 'reserved for protocols, and metadata',
    '224.0.0.0/4': 'multicast',
    '255.255.255.255/32': 'broadcast',
    '100.100.100.200/32': "a cloud's metadata",
    '168.63.129.16/32': "a cloud's metadata",
    '::/128': 'unspecified',
    '::1/128': 'loopback',
    '::/96': 'an IPv4 address in a form out of use',
    '100::/64': 'for discarding',
    'fe80::/10': 'link-local',
    'ff00::/8': 'multicast',
    'fd00:ec2::/32': "a cloud's metadata",
    'fd00:c1::a9fe:a9fe/128': "a cloud's metadata",
    'fd00:42::42/128': "a cloud's metadata",
    'fd00:a9fe:a9fe::1/128': "a cloud's metadata",
    'fd00:100::100:200/128': "a cloud's metadata",
    'fd20:ce::254/128': "a cloud's metadata",
  }),
  ...ranges(false, {
    '10.0.0.0/8': 'private',
    '172.16.0.0/12': 'private',
    '192.168.0.0/16': 'private',
    '100.64.0.0/10': 'shared',
    '198.18.0.0/15': 'for benchmarks',
    '240.0.0.0/4': 'reserved',
    'fc00::/7': 'unique-local',
    'fec0::/10': 'site-local',
    // A translator of the site's own: it may lead anywhere inside.
    '64:ff9b:1::/48': 'for local translation',
  }),
]
