import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import type {
  Container,
  ContainerRequest,
  Containers,
  Engine,
  Images,
  Network,
  NetworkRequest,
  Networks,
} from '../../../drivers/ports.ts'
import type { DriverErrorCode } from '../../../drivers/errors.ts'
import { DriverError } from '../../../drivers/errors.ts'

/** The workplace of the Docker ports' conformance suite: uniquely named objects, and their removal. */

export interface World {
  readonly networks: Networks
  readonly containers: Containers
  readonly images: Images
  readonly engine: Engine
  cleanup(): Promise<void>
}

export interface Subnet {
  readonly subnet: string
  readonly gateway: string
  readonly ipRange: string
  readonly ip: string
  at(last: number): string
}

/** Creates uniquely named objects and removes them again, whatever the test did to them. */
export interface Bench extends World {
  readonly image: string
  readonly tag: string
  subnet(): Subnet
  network(change?: Partial<NetworkRequest>): Promise<Network & { readonly at: Subnet }>
  container(network: { readonly id: string; readonly at: Subnet }, change?: Partial<ContainerRequest>): Promise<string>
  request(network: { readonly id: string; readonly at: Subnet }, change?: Partial<ContainerRequest>): ContainerRequest
  byId(id: string): Promise<Container | undefined>
}

/** Adds a test with its own bench. */
export type Check = (title: string, body: (bench: Bench) => Promise<void>) => void

export const createBench = (world: World, image: string): Bench => {
  const tag = `bottle-t-${randomBytes(5).toString('hex')}`
  const request: Bench['request'] = (network, change) => ({
    name: `${tag}-bundle`,
    image,
    labels: { 'dev.bottled.test': tag },
    networkId: network.id,
    ip: network.at.ip,
    env: { BOTTLE_NAME: tag },
    command: undefined,
    user: undefined,
    mounts: [],
    tmpfs: [],
    readOnlyRoot: true,
    memoryMiB: 64,
    cpus: undefined,
    pids: 64,
    ...change,
  })
  return {
    ...world,
    image,
    tag,
    subnet,
    request,
    network: async (change) => {
      const at = subnet()
      const asked = { name: tag, mtu: undefined, labels: { 'dev.bottled.test': tag }, ...without(at), ...change }
      const { id } = await world.networks.create(asked)
      const made = (await world.networks.find(asked.name)).find((network) => network.id === id)
      if (made === undefined) throw new Error(`network ${asked.name} was created but isn't found`)
      return { ...made, at: asked.subnet === at.subnet ? at : subnetOf(asked.subnet) }
    },
    container: async (network, change) => (await world.containers.create(request(network, change))).id,
    byId: async (id) => (await world.containers.list()).find((container) => container.id === id),
  }
}

/** By name, not by notes: this finds objects of failed calls as well. */
export const clear = async (bench: Bench): Promise<void> => {
  for (const { id, name } of await bench.containers.list())
    if (name.startsWith(bench.tag)) await bench.containers.remove(id)
  for (const { id, name } of await bench.networks.list())
    if (name.startsWith(bench.tag)) await bench.networks.remove(id)
}

/** From a part of 10/8 that Docker's own pools don't use; wide enough for several suites at once. */
/** Files that run in parallel count from different starts. */
let place = process.pid * 64
const subnet = (): Subnet => {
  place += 1
  return subnetOf(`10.${200 + (Math.floor(place / 256) % 50)}.${place % 256}.0/24`)
}

const subnetOf = (cidr: string): Subnet => {
  const at = (last: number): string => cidr.replace(/\.\d+\/\d+$/, `.${last}`)
  return { subnet: cidr, gateway: at(1), ipRange: `${at(128)}/25`, ip: at(2), at }
}

export const without = ({
  subnet: cidr,
  gateway,
  ipRange,
}: Subnet): Pick<NetworkRequest, 'subnet' | 'gateway' | 'ipRange'> => ({
  subnet: cidr,
  gateway,
  ipRange,
})

/** Asserts that the call fails with the code; returns the error for further checks. */
export const refuses = async (code: DriverErrorCode, call: () => Promise<unknown>): Promise<DriverError> => {
  let error: unknown
  try {
    await call()
  } catch (caught) {
    error = caught
  }
  assert.instance(
    error,
    DriverError,
    error === undefined
      ? `nothing was refused, ${code} was expected`
      : `expected ${code}, got ${error instanceof Error ? error.message : typeof error}`,
  )
  assert.is((error as DriverError).code, code, String(error))
  return error as DriverError
}
