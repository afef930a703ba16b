import type { Container, Network, Route } from '../drivers/ports.ts'
import { bundleIpOf, gatewayOf, ipRangeOf, overlaps, parseBlock } from './derive/cidr.ts'
import {
  HASH,
  OWNER,
  UID,
  bundleName,
  claim,
  configHash,
  conflictMessage,
  labelsOf,
  networkName,
} from './derive/names.ts'
import { runsInContainer } from './derive/runtime.ts'
import { leadsOverBridge } from './contract/way.ts'
import { takenMessage } from './derive/subnet.ts'
import { change, defineReconciler, settled, wait, whyGone } from './contract/reconciler.ts'
import type { Plan, Situation, Step } from './contract/reconciler.ts'

/**
 * The bottle's own bridge network.
 *
 * Flow: the subnet is reserved in the record before the network is created; a refusal before the network ever existed
 *   releases it, and the next pass reserves the next candidate.
 * Guarantees: while the network isn't ours by id, a stranger holds `.2`, or the route there leaves over another device,
 *   everything after it is down: the VM's one allowed address is only safe while our bridge owns it. If a killed Engine may
 *   have left a task at `.2`, the network is recreated, which detaches the task.
 * Assumptions: labels identify the owner. Caveats: old engines allow several networks of one name.
 */
export const network = defineReconciler<Observed>({
  name: 'network',

  observe: async ({ identity, goal, record, owner, uid }, { networks, containers, host }, signal) => {
    const [found, bundle] = await Promise.all([
      networks.find(networkName(identity), signal),
      containers.find(bundleName(identity), signal),
    ])
    const lost = goal === 'up' && found.length === 0 && record.networkExisted === true
    const subnet = goal === 'up' && found.length > 0 ? record.subnet : undefined
    const astray = subnet !== undefined && !(await leadsOverBridge(host, subnet))
    const isHeld = found.some(({ endpoints }) => endpoints.some(({ containerId }) => containerId !== bundle?.id))
    const [all, routes, mtu, device, carrying] = await Promise.all([
      lost ? networks.list(signal) : [],
      lost || astray ? host.routes(signal) : [],
      goal === 'up' && found.length === 0 ? host.mtu(signal) : undefined,
      astray ? host.device(bundleIpOf(subnet), signal) : undefined,
      goal === 'up' && isHeld ? containers.carrying({ [OWNER]: owner, [UID]: uid }, signal) : [],
    ])
    return { found, bundle, all, routes, mtu, astray, device, carrying }
  },

  plan: (situation, observed) => {
    if (situation.goal === 'gone') return planGone(situation, observed)
    if (situation.goal === 'down') return settled(outputsOf(situation, observed.found.find(ours(situation))))
    return planUp(situation, observed)
  },
})

interface Observed {
  readonly found: readonly Network[]
  readonly bundle: Container | undefined
  /** Read only if a network that existed is lost. */
  readonly all: readonly Network[]
  readonly routes: readonly Route[]
  readonly mtu: number | undefined
  /** The way from this host to the bundle doesn't leave over our own bridge, but over `device`. */
  readonly astray: boolean
  readonly device: string | undefined
  /** Containers that carry our labels, read only where another than the bundle is on the network. */
  readonly carrying: readonly Container[]
}

const planUp = (situation: Situation, observed: Observed): Plan => {
  const { identity, record, allocation } = situation
  const stranger = observed.found.find(({ labels }) => claim(labels, situation) === 'stranger')
  if (stranger !== undefined) {
    return unsafe('NameConflict', conflictMessage(`network ${stranger.name}`, stranger.labels))
  }
  const leftover = observed.found.find(({ labels }) => claim(labels, situation) === 'leftover')
  if (leftover !== undefined) return replace(remove(leftover, 'it belongs to an earlier bottle of this name'))
  const [current, duplicate] = byUse(observed.found)
  if (duplicate !== undefined) return replace(remove(duplicate, 'another network has the same name'))

  if (current === undefined) {
    if ('reason' in allocation) return unsafe(allocation.reason, allocation.message)
    const taker = takerOf(allocation.subnet, observed)
    if (taker !== undefined) return unsafe('SubnetTaken', takenMessage(allocation.subnet, taker))
    return replace(create(situation, allocation.subnet, observed.mtu))
  }
  if (record.networkExisted !== true || record.subnet === undefined) {
    return change(adopt(identity, current))
  }
  if (current.labels[HASH] !== hashOf(situation, record.subnet) || !isAsAsked(current, record.subnet)) {
    return replace(remove(current, `it is not the network that ${record.subnet} was reserved for`))
  }
  const holder = current.endpoints.find(({ ip }) => ip === bundleIpOf(record.subnet ?? ''))
  const isOurs = [observed.bundle, ...observed.carrying].some((one) => one?.id === holder?.containerId)
  if (holder !== undefined && !isOurs) {
    return unsafe('AddressTaken', `container ${holder.containerName} holds ${holder.ip} on ${current.name}; remove it`)
  }
  if (observed.bundle !== undefined && holder !== undefined && observed.bundle.labels[OWNER] !== situation.owner) {
    return unsafe('NameConflict', conflictMessage(`container ${observed.bundle.name}`, observed.bundle.labels))
  }
  if (current.id === record.hauntedNetwork) {
    return replace(
      remove(current, 'a killed Docker Engine left a task on it, which may hold the address of the bundle'),
    )
  }
  // Where this host has no bridge of ours at all, the bundle says so.
  if (observed.astray && observed.routes.some(({ cidr }) => cidr === record.subnet)) {
    const over = observed.device ?? 'another device'
    return unsafe(
      'SubnetTaken',
      `the route to ${bundleIpOf(record.subnet)} leaves over ${over} and not over the bridge of ${current.name}; remove the route or rule that takes ${record.subnet}`,
    )
  }
  return settled(outputsOf(situation, current))
}

const isAsAsked = ({ driver, subnets }: Network, subnet: string): boolean =>
  driver === 'bridge' && subnets.length === 1 && subnets[0] === subnet

const planGone = (situation: Situation, { found, bundle }: Observed): Plan => {
  const mine = found.filter(({ labels }) => labels[OWNER] === situation.owner)
  const guests = mine.flatMap(({ endpoints }) => endpoints).filter(({ containerId }) => containerId !== bundle?.id)
  const [guest] = guests
  if (guest !== undefined) {
    return wait(
      'NetworkInUse',
      `container ${guest.containerName} is attached to ${networkName(situation.identity)}; stop it`,
      2_000,
    )
  }
  return mine.length === 0 ? settled() : change(...mine.map((one) => remove(one, whyGone(situation))))
}

/** The VM stops before its network is removed or recreated. */
const replace = (step: Step): Plan => ({ verdict: 'change', steps: [step], downstreamFirst: true })

const unsafe = (reason: string, message: string): Plan => ({ verdict: 'stuck', reason, message, downstreamFirst: true })

const ours =
  (situation: Situation) =>
  ({ labels }: Network): boolean =>
    claim(labels, situation) === 'ours'

/** The one in use first, else the lowest id, so that every controller picks the same. */
const byUse = (found: readonly Network[]): readonly Network[] =>
  found.toSorted((a, b) => b.endpoints.length - a.endpoints.length || (a.id < b.id ? -1 : 1))

/** Of a VM's network as it always was. */
const hashOf = (situation: Situation, subnet: string): string => configHash({ subnet, ...joinedIn(situation) })

/** An agent in a container reaches its bundle over the bridge itself. One that is there counts, until a rollout takes it. */
const joinedIn = (situation: Situation): { readonly joined?: true } =>
  runsInContainer(situation) ? { joined: true } : {}

const takerOf = (subnet: string, { all, routes }: Observed): string | undefined => {
  const block = parseBlock(subnet)
  if (block === undefined) return undefined
  const clashes = (cidr: string): boolean => {
    const other = parseBlock(cidr)
    return other !== undefined && overlaps(block, other)
  }
  const taker = all.find(({ subnets }) => subnets.some(clashes))
  if (taker !== undefined) return `network ${taker.name}`
  const route = routes.find(({ cidr }) => clashes(cidr))
  return route === undefined ? undefined : `the route ${route.cidr} over ${route.device}`
}

const create = (situation: Situation, subnet: string, mtu: number | undefined): Step => ({
  verb: 'create',
  target: `network/${networkName(situation.identity)}`,
  because: situation.record.networkExisted === true ? 'it is gone' : 'it does not exist',
  run: async ({ networks, records }, signal) => {
    await networks.create(
      {
        name: networkName(situation.identity),
        subnet,
        gateway: gatewayOf(subnet),
        ipRange: ipRangeOf(subnet),
        mtu,
        ...joinedIn(situation),
        labels: labelsOf(situation, hashOf(situation, subnet)),
      },
      signal,
    )
    await records.update(situation.identity, { subnet, networkExisted: true, hauntedNetwork: undefined })
  },
})

const adopt = (identity: string, { name, subnets }: Network): Step => ({
  verb: 'adopt',
  target: `network/${name}`,
  because: 'it carries our labels',
  run: ({ records }) => records.update(identity, { subnet: subnets[0], networkExisted: true }),
})

const remove = ({ id, name }: Network, because: string): Step => ({
  verb: 'remove',
  target: `network/${name}`,
  because,
  run: ({ networks }, signal) => networks.remove(id, signal),
})

const outputsOf = (situation: Situation, current: Network | undefined): Readonly<Record<string, unknown>> => {
  const subnet = situation.record.subnet
  if (current === undefined || subnet === undefined) return {}
  return { id: current.id, name: current.name, subnet, gateway: gatewayOf(subnet), bundleIp: bundleIpOf(subnet) }
}
