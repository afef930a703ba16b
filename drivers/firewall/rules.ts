import { createHash } from 'node:crypto'
import type { Edge } from '../edges.ts'

/**
 * The rules around the bundles of one root, as iptables-save prints them. Pure.
 *
 * Flow: a jump for all of Docker's bridges leads from INPUT, OUTPUT, FORWARD and Docker's chain for users to a chain of ours, where
 *   each bundle has a line by its bridge; that line leads to a decision that all bundles share.
 * Guarantees: nothing here accepts: what isn't refused goes on through everybody else's rules. A packet of no bridge meets
 *   one line at most; a line names owner and identity in its comment.
 * Caveats: root's processes and those of the controller's own user can't be told from the controller.
 */
export interface FirewallSettings {
  readonly owner: string
  /** The controller's: its processes, and VMs where it isn't root, may speak to bundles. */
  readonly userId: number
  /** What every bundle may reach although it is private or this host: `CIDR` or `CIDR:PORT`. */
  readonly reach: readonly string[]
  /** Where Docker forwards the names that bundles ask for. */
  readonly resolvers: readonly string[]
}

export type Way = 'HOST' | 'FROM' | 'TO' | 'LOCAL'

/** HOST: from a bundle to this host. FROM: to elsewhere. TO: from elsewhere to it. LOCAL: from this host to it. */
export const WAYS: readonly Way[] = ['HOST', 'FROM', 'TO', 'LOCAL']

/** At most 28 characters. */
export const chainOf = (owner: string, way: Way): string =>
  `${PREFIX}${createHash('sha256').update(owner).digest('hex').slice(0, 8)}-${way}`

export const decisionOf = (owner: string, way: Way): string => `${chainOf(owner, way)}-D`

/** Of all roots. */
export const PREFIX = 'BOTTLED-'

/** Not reached by a bundle: this network, private, shared, loopback, link-local, special, multicast, reserved; and the
 * addresses at which clouds answer with credentials, as far as no range holds them. */
const PRIVATE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const

/** As root smolvm gives each VM a user id of its own, from here on (recorded: smolvm-1.32 §1.19). */
const VM_USERS = '2000000-2999999'

const REFUSE = '-j REJECT --reject-with icmp-port-unreachable'

export const chainsFor = (
  settings: FirewallSettings,
  edges: readonly Edge[],
): ReadonlyMap<string, readonly string[]> => {
  const { owner } = settings
  const lines = edges.toSorted((a, b) => (a.identity < b.identity ? -1 : 1)).map((edge) => linesFor(owner, edge))
  return new Map(
    WAYS.flatMap((way) => [
      [chainOf(owner, way), lines.flatMap((each) => each[way])],
      [decisionOf(owner, way), decisions(settings)[way]],
    ]),
  )
}

export const commentOf = (owner: string, identity: string): string => `${owner}/${identity}`

/** Those of one bundle. */
export const linesFor = (
  owner: string,
  { identity, bridge, bundleIp, reach }: Edge,
): Readonly<Record<Way, readonly string[]>> => {
  const named = `-m comment --comment ${commentOf(owner, identity)}`
  const out = `-i ${bridge} ! -o ${bridge}`
  return {
    HOST: [`-i ${bridge} ${named} -j ${decisionOf(owner, 'HOST')}`],
    FROM: [
      ...reach.map((one) => `${toward(one, out)} ${named} -j RETURN`),
      `${out} ${named} -j ${decisionOf(owner, 'FROM')}`,
    ],
    TO: [`! -i ${bridge} -o ${bridge} ${named} -j ${decisionOf(owner, 'TO')}`],
    LOCAL: [`-d ${bundleIp}/32 -o ${bridge} ${named} -j ${decisionOf(owner, 'LOCAL')}`],
  }
}

const decisions = ({ userId, reach, resolvers }: FirewallSettings): Readonly<Record<Way, readonly string[]>> => {
  const allowed = [
    ...resolvers.flatMap((ip) =>
      ['udp', 'tcp'].map((kind) => `-d ${ip}/32 -p ${kind} -m ${kind} --dport 53 -j RETURN`),
    ),
    ...reach.map((one) => `${toward(one)} -j RETURN`),
  ]
  return {
    // Answers to this host's own questions, and nothing else: a bundle begins no conversation with it.
    HOST: ['-m conntrack --ctstate RELATED,ESTABLISHED --ctdir REPLY -j RETURN', ...allowed, REFUSE],
    // Without regard to conversations: one that was begun before the rules stood ends with them.
    FROM: [...allowed, ...PRIVATE.map((range) => `-d ${range} ${REFUSE}`)],
    TO: ['-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN', '-j DROP'],
    LOCAL: [
      '-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
      ...[String(userId), ...(userId === 0 ? [VM_USERS] : [])].map((id) => `-m owner --uid-owner ${id} -j RETURN`),
      REFUSE,
    ],
  }
}

const toward = (reach: string, devices = ''): string => {
  const [cidr = '', port] = reach.split(':')
  return [`-d ${cidr}`, devices, port === undefined ? '' : `-p tcp -m tcp --dport ${port}`]
    .filter((part) => part !== '')
    .join(' ')
}

/**
 * Where our chains hang: the chain of others, and the line in it. Where Docker's chain for users is there, they hang in it, too:
 * Docker keeps that one first; but at each network that it makes it takes it away for a moment.
 */
export const jumpsFor = (
  owner: string,
  hasUsersChain: boolean,
): readonly { readonly base: string; readonly line: string }[] => {
  const named = `-m comment --comment ${owner}`
  const forwards = hasUsersChain ? [FORWARD, DOCKER_USER] : [FORWARD]
  return [
    { base: 'INPUT', line: `-i br-+ ${named} -j ${chainOf(owner, 'HOST')}` },
    ...forwards.flatMap((base) => [
      { base, line: `-i br-+ ${named} -j ${chainOf(owner, 'FROM')}` },
      { base, line: `-o br-+ ${named} -j ${chainOf(owner, 'TO')}` },
    ]),
    { base: 'OUTPUT', line: `-o br-+ ${named} -j ${chainOf(owner, 'LOCAL')}` },
  ]
}

export const FORWARD = 'FORWARD'
export const DOCKER_USER = 'DOCKER-USER'
