import { NO_SMOLVM } from '../seals.ts'
import type { Port, SealProof } from '../ports.ts'
import { simulatedParts } from './seals.ts'
import { breakMachine, type MachineBreak } from './machine-breaks.ts'
import { askInside, pushInside } from './asked.ts'
import { alterContainer, type ContainerBreak, type Echo, isContainerBreak, kill } from './container-breaks.ts'
import { type Fault, holdsAddress, type SimulatedContainer, type World } from './world.ts'

export type { Echo } from './container-breaks.ts'

/**
 * Changes to the world by a person, the kernel or a neighbour, without asking us. Pure but for the given world.
 *
 * Guarantees: a missing target changes nothing; every change moves `revision`; tables that get rows are replaced,
 *   so that indexes notice. Returns what Docker's event stream brings of it.
 */
export type Break =
  | { readonly do: 'killContainer'; readonly name: string; readonly exitCode?: number; readonly oom?: boolean }
  /** As an Engine killed at the wrong moment leaves it: it has ended, and no start brings it back. */
  | { readonly do: 'wedgeContainer'; readonly name: string; readonly words?: string }
  | { readonly do: 'removeContainer'; readonly name: string }
  /** Bundles of the image don't know the control command; `false`: they do. */
  | { readonly do: 'mute'; readonly image: string; readonly isMute: boolean }
  /** The agent beside the bundle of that name asks; it asks again until the bundle was told of it. */
  | { readonly do: 'ask'; readonly name: string; readonly content: object }
  /** The agent beside it pushes what a person may have approved. */
  | { readonly do: 'push'; readonly name: string; readonly content: object }
  | { readonly do: 'closePort'; readonly name: string; readonly port: Port }
  | { readonly do: 'openPort'; readonly name: string; readonly port: Port }
  /** As `docker network rm -f` does: running containers lose it. */
  | { readonly do: 'removeNetwork'; readonly name: string }
  /** A network that isn't ours. Nothing checks for overlap. */
  | { readonly do: 'addNetwork'; readonly name: string; readonly subnet: string }
  /** A running holder dies, and a stranger's container takes its address. */
  | { readonly do: 'stealAddress'; readonly network: string; readonly ip: string }
  /** `first`: of a table that is asked before the one of the bridges. */
  | { readonly do: 'addRoute'; readonly cidr: string; readonly device: string; readonly first?: true }
  | { readonly do: 'removeRoute'; readonly cidr: string }
  | { readonly do: 'removeImage'; readonly reference: string }
  | MachineBreak
  /** A version that reports more of each machine. */
  | { readonly do: 'upgradeSmolvm'; readonly version: string; readonly reports: Readonly<Record<string, string>> }
  /** The rules of the firewall are flushed, or those of one bundle. */
  | { readonly do: 'flushEdges'; readonly identity?: string }
  /** Rules can't be set from now on; undefined: they can. */
  | { readonly do: 'refuseEdges'; readonly why: string | undefined }
  /** A guest tried the seal, with what is installed then, and reached this; undefined: the record of it is lost. */
  | { readonly do: 'trySeal'; readonly leaks: readonly string[] | undefined; readonly from?: 'container' }
  | { readonly do: 'daemonDown' | 'daemonUp' | 'daemonRestarted' }
  /** Another daemon behind the socket, with its own objects. */
  | { readonly do: 'daemonChanged'; readonly id: string; readonly cleanly?: true }
  | { readonly do: 'lose' | 'restore'; readonly path: string }
  /** Someone makes the path a symbolic link; without a target, a folder again. */
  | { readonly do: 'turn'; readonly path: string; readonly target?: string }
  | { readonly do: 'rebuild'; readonly path: string }
  | { readonly do: 'fail'; readonly fault: Fault }
  | ContainerBreak

const proofOf = ({ from }: { readonly from?: 'container' }): 'proof' | 'containerProof' =>
  from === 'container' ? 'containerProof' : 'proof'

const aProof = (
  world: World,
  { leaks, from }: { readonly leaks: readonly string[]; readonly from?: 'container' },
  now: number,
): SealProof => ({
  at: new Date(now).toISOString(),
  host: 'simulated',
  bottled: 'simulated',
  parts: { ...simulatedParts(world), ...(from === undefined ? {} : NO_SMOLVM) },
  edges: world.edgesRefused === undefined ? 'closed' : 'open',
  rows: 40,
  leaks,
})

export const applyBreak = (world: World, change: Break, now: number): readonly Echo[] => {
  world.revision += 1
  if (isContainerBreak(change)) return alterContainer(world, change, now)
  switch (change.do) {
    case 'killContainer':
      return kill(world.containers[change.name], { now, exitCode: change.exitCode ?? 137, oom: change.oom ?? false })
    case 'wedgeContainer': {
      const container = world.containers[change.name]
      if (container !== undefined) container.wedged = change.words ?? `task ${container.id}: already exists`
      const network = world.networks[container?.networkId ?? '']
      if (network !== undefined) network.haunted = true
      return kill(container, { now, exitCode: 137, oom: false })
    }
    case 'removeContainer':
      return removeContainer(world, change.name, now)
    case 'mute':
      world.mute = [...world.mute.filter((image) => image !== change.image), ...(change.isMute ? [change.image] : [])]
      return []
    case 'ask':
      askInside(world, change)
      return []
    case 'push':
      pushInside(world, change)
      return []
    case 'closePort':
    case 'openPort': {
      const container = world.containers[change.name]
      if (container === undefined) return []
      const others = container.closed.filter((port) => port !== change.port)
      container.closed = change.do === 'closePort' ? [...others, change.port] : others
      return []
    }
    case 'removeNetwork':
      return removeNetwork(world, change.name)
    case 'addNetwork': {
      const id = strangeId(world)
      world.networks = {
        ...world.networks,
        [id]: { id, name: change.name, driver: 'bridge', labels: {}, subnets: [change.subnet] },
      }
      return ['hint']
    }
    case 'stealAddress':
      return stealAddress(world, change, now)
    case 'addRoute':
      world.routes = [
        ...world.routes,
        { cidr: change.cidr, device: change.device, ...(change.first === true ? { first: true } : {}) },
      ]
      return []
    case 'removeRoute':
      world.routes = world.routes.filter(({ cidr }) => cidr !== change.cidr)
      return []
    case 'removeImage':
      world.images = world.images.filter((reference) => reference !== change.reference)
      return []
    case 'stopMachine':
    case 'killMachine':
    case 'hangMachine':
    case 'wakeMachine':
    case 'deleteMachine':
    case 'openMachine':
      breakMachine(world, change)
      return []
    case 'flushEdges':
      world.edges = Object.fromEntries(
        Object.entries(world.edges).filter(
          ([identity]) => change.identity !== undefined && identity !== change.identity,
        ),
      )
      return []
    case 'refuseEdges':
      if (change.why === undefined) delete world.edgesRefused
      else world.edgesRefused = change.why
      return []
    case 'upgradeSmolvm':
      world.smolvm = { version: change.version, reports: { ...world.smolvm.reports, ...change.reports } }
      return []
    case 'trySeal':
      if (change.leaks === undefined) delete world[proofOf(change)]
      else world[proofOf(change)] = aProof(world, { ...change, leaks: change.leaks }, now)
      return []
    case 'daemonDown':
    case 'daemonUp':
    case 'daemonRestarted':
    case 'daemonChanged':
      return breakDaemon(world, change, now)
    case 'lose':
      world.missing = [...world.missing.filter((path) => path !== change.path), change.path]
      return []
    case 'restore':
      world.missing = world.missing.filter((path) => path !== change.path)
      return []
    case 'turn': {
      const { [change.path]: _, ...others } = world.links
      world.links = change.target === undefined ? others : { ...others, [change.path]: change.target }
      return []
    }
    case 'rebuild':
      world.rebuilt = { ...world.rebuilt, [change.path]: (world.rebuilt[change.path] ?? 0) + 1 }
      return []
    case 'fail':
      world.faults = [...world.faults, { ...change.fault }]
      return []
  }
}

const removeContainer = (world: World, name: string, now: number): readonly Echo[] => {
  const container = world.containers[name]
  if (container === undefined) return []
  kill(container, { now, exitCode: 137, oom: false })
  delete world.containers[name]
  return ['hint']
}

const removeNetwork = (world: World, name: string): readonly Echo[] => {
  const echoes: Echo[] = []
  for (const { id } of Object.values(world.networks).filter((network) => network.name === name)) {
    delete world.networks[id]
    const torn = Object.values(world.containers).filter((each) => each.networkId === id && holdsAddress(each))
    if (torn.length > 0) world.containers = { ...world.containers }
    for (const container of torn) Object.assign(container, { networkId: '', ip: '' })
    echoes.push('hint')
  }
  return echoes
}

const stealAddress = (
  world: World,
  { network, ip }: { readonly network: string; readonly ip: string },
  now: number,
): readonly Echo[] => {
  const target = Object.values(world.networks).find(({ name }) => name === network)
  if (target === undefined) return []
  const holders = Object.values(world.containers).filter((each) => each.networkId === target.id && each.ip === ip)
  for (const holder of holders) kill(holder, { now, exitCode: 137, oom: false })
  const id = strangeId(world)
  const name = `thief-${world.serial}`
  const startedAt = new Date(now).toISOString()
  const thief: SimulatedContainer = {
    id,
    name,
    image: 'thief',
    labels: {},
    state: 'running',
    networkId: target.id,
    ip,
    env: {},
    exitCode: 0,
    oomKilled: false,
    startedAt,
    readyAt: now,
    closed: [],
  }
  world.containers = { ...world.containers, [name]: thief }
  return ['hint']
}

type DaemonBreak = Extract<Break, { readonly do: 'daemonDown' | 'daemonUp' | 'daemonRestarted' | 'daemonChanged' }>

const breakDaemon = (world: World, change: DaemonBreak, now: number): readonly Echo[] => {
  if (change.do === 'daemonUp') {
    world.daemonUp = true
    return []
  }
  if (change.do === 'daemonDown') world.daemonUp = false
  if (change.do === 'daemonRestarted')
    for (const each of Object.values(world.containers)) kill(each, { now, exitCode: 137, oom: false })
  if (change.do === 'daemonChanged' && change.id !== world.daemonId) {
    const { networks, containers, images } = world
    const next = world.elsewhere[change.id] ?? { networks: {}, containers: {}, images: [] }
    world.elsewhere = { ...world.elsewhere, [world.daemonId]: { networks, containers, images } }
    Object.assign(world, next)
    world.daemonId = change.id
  }
  return [change.do === 'daemonChanged' && change.cleanly === true ? 'close' : 'end']
}

const strangeId = (world: World): string => {
  world.serial += 1
  return world.serial.toString(16).padStart(64, 'f')
}
