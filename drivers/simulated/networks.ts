import type { Endpoint, Network, Networks } from '../ports.ts'
import { type Context, refuse } from './context.ts'
import { createIndex, type Indexes } from './index-by.ts'
import { holdsAddress, type SimulatedNetwork } from './world.ts'

/** Docker's bridge networks: refuses a name twice and subnets that overlap, as its address pool does. */
export const createSimulatedNetworks = (
  context: Context,
  { networksByName: byName, networksByGateway, containersByNetwork }: Indexes,
): Networks => {
  const { world } = context
  /** Among thousands, only those of the same /16 can overlap. */
  const byPrefix = createIndex<SimulatedNetwork>({
    table: () => world.networks,
    rowKeyOf: ({ id }) => id,
    keyOf: ({ subnets }) => prefixOf(subnets),
  })
  const blocks = createBlockCache()

  const endpointsOf = (id: string): Endpoint[] =>
    containersByNetwork
      .get(id)
      .filter(holdsAddress)
      .map(({ id: containerId, name, ip }) => ({ containerId, containerName: name, ip }))

  const toNetwork = ({ id, name, driver, labels, subnets }: SimulatedNetwork): Network => ({
    id,
    name,
    driver,
    labels: { ...labels },
    subnets: [...subnets],
    endpoints: [],
  })

  return {
    list: (signal) =>
      context.read({ port: 'networks', verb: 'list', target: '', operation: 'list networks' }, signal, () =>
        Object.values(world.networks).map(toNetwork),
      ),

    find: (name, signal) =>
      context.read({ port: 'networks', verb: 'find', target: name, operation: `find network ${name}` }, signal, () =>
        byName.get(name).map((network) => ({ ...toNetwork(network), endpoints: endpointsOf(network.id) })),
      ),

    create: (request, signal) => {
      const { name, subnet, gateway, labels } = request
      const operation = `create network ${name}`
      return context.change({ port: 'networks', verb: 'create', target: name, operation }, signal, () => {
        const block = parseBlock(subnet)
        if (block === undefined) throw refuse('InvalidRequest', operation, `invalid subnet ${subnet}`)
        if (byName.get(name).length > 0)
          throw refuse('NameTaken', operation, `network with name ${name} already exists`)
        const near =
          prefixOf([subnet]) === ''
            ? Object.values(world.networks)
            : [...byPrefix.get(prefixOf([subnet])), ...byPrefix.get('')]
        const taker = near.find((other) => blocks(other).some((each) => overlap(each, block)))
        if (taker !== undefined) {
          throw refuse(
            'AddressTaken',
            operation,
            'invalid pool request: Pool overlaps with other one on this address space',
          )
        }
        const id = context.newId()
        const network: SimulatedNetwork = {
          id,
          name,
          driver: 'bridge',
          labels: { ...labels },
          subnets: [subnet],
          gateway,
        }
        world.networks[id] = network
        byName.added(network)
        networksByGateway.added(network)
        byPrefix.added(network)
        context.emit('hint')
        return { id }
      })
    },

    remove: (id, signal) => {
      const operation = `remove network ${id.slice(0, 12)}`
      return context.change({ port: 'networks', verb: 'remove', target: id, operation }, signal, () => {
        const network = world.networks[id]
        if (network === undefined) return
        if (endpointsOf(id).length > 0) {
          throw refuse(
            'Busy',
            operation,
            `error while removing network: network ${network.name} id ${id} has active endpoints`,
          )
        }
        delete world.networks[id]
        context.emit('hint')
      })
    },
  }
}

/** The /16 that holds the one subnet; '' where there are several or it is wider. */
const prefixOf = ([subnet = '', ...more]: readonly string[]): string =>
  more.length > 0 ? '' : (/^(\d+\.\d+)\.\d+\.\d+\/(?:1[6-9]|2\d|3[0-2])$/.exec(subnet)?.[1] ?? '')

interface Block {
  readonly first: number
  readonly last: number
}

const createBlockCache = (): ((network: SimulatedNetwork) => readonly Block[]) => {
  const cache = new WeakMap<SimulatedNetwork, readonly Block[]>()
  return (network) => {
    let blocks = cache.get(network)
    if (blocks === undefined) {
      blocks = network.subnets.flatMap((subnet) => parseBlock(subnet) ?? [])
      cache.set(network, blocks)
    }
    return blocks
  }
}

const overlap = (a: Block, b: Block): boolean => a.first <= b.last && b.first <= a.last

/** First and last address of an IPv4 CIDR; undefined for IPv6 and nonsense. */
export const parseBlock = (cidr: string): Block | undefined => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr)
  if (match === null) return undefined
  const numbers = match.slice(1).map(Number)
  const length = numbers.pop() ?? 33
  if (length > 32 || numbers.some((octet) => octet > 255)) return undefined
  const first = numbers.reduce((sum, octet) => sum * 256 + octet, 0)
  const size = 2 ** (32 - length)
  return first % size === 0 ? { first, last: first + size - 1 } : undefined
}

export const addressIn = (ip: string, subnet: string): boolean => {
  const address = parseBlock(`${ip}/32`)
  const block = parseBlock(subnet)
  return address !== undefined && block !== undefined && overlap(address, block)
}
