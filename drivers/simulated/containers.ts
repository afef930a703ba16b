import type { Container, ContainerFacts, ContainerRequest, Containers } from '../ports.ts'
import { type Context, refuse } from './context.ts'
import { indexContainer, type Indexes, UID } from './index-by.ts'
import { addressIn } from './networks.ts'
import { holdsAddress, type SimulatedContainer } from './world.ts'

const STOP_MS = 10_000

/** Docker's containers. As there, what is wrong with network or address shows at `start`; a stopped one reserves nothing. */
export const createSimulatedContainers = (context: Context, indexes: Indexes): Containers => {
  const { containersById, containersByNetwork, containersByUid } = indexes
  const { world } = context
  const timeNow = (): string => new Date(context.now()).toISOString()
  const call = (verb: string, target: string, operation: string) => ({ port: 'containers', verb, target, operation })
  const byId = (id: string): SimulatedContainer | undefined => containersById.get(id)[0]

  const failStart = (container: SimulatedContainer, refusal: Error): never => {
    container.exitCode = 128
    throw refusal
  }

  const attach = (container: SimulatedContainer, operation: string): void => {
    // As in Docker, one torn off its network starts without any.
    if (container.networkId === '') return
    const network = world.networks[container.networkId]
    if (network === undefined) {
      return failStart(container, refuse('NotFound', operation, `network ${container.networkId} not found`))
    }
    const { ip } = container
    if (!network.subnets.some((subnet) => addressIn(ip, subnet))) {
      return failStart(
        container,
        refuse(
          'InvalidRequest',
          operation,
          `invalid address ${ip}: it does not belong to any of this network's subnets`,
        ),
      )
    }
    const holder = containersByNetwork
      .get(network.id)
      .find((other) => other !== container && other.ip === ip && holdsAddress(other))
    if (holder !== undefined || network.gateway === ip) {
      return failStart(container, refuse('AddressTaken', operation, 'Address already in use'))
    }
  }

  return {
    list: (signal) =>
      context.read(call('list', '', 'list containers'), signal, () =>
        Object.values(world.containers).map((each) => toContainer(each)),
      ),

    find: (name, signal) =>
      context.read(call('find', name, `find container ${name}`), signal, () => {
        const container = world.containers[name]
        return container === undefined ? undefined : inspected(container)
      }),

    carrying: (labels, signal) =>
      context.read(call('carrying', '', 'list containers by label'), signal, () =>
        containersByUid
          .get(labels[UID] ?? '')
          .filter((each) => Object.entries(labels).every(([key, value]) => each.labels[key] === value))
          .map(toContainer),
      ),

    create: async (request, signal) => {
      const { name, image } = request
      const operation = `create container ${name}`
      for (const { source } of request.mounts) {
        if ((await context.realpath(source)) === undefined) {
          throw refuse('SourceUnavailable', operation, `bind source path does not exist: ${source}`)
        }
      }
      return await context.change(call('create', name, operation), signal, () => {
        if (!world.images.includes(image)) throw refuse('ImageNotFound', operation, `No such image: ${image}`)
        if (world.containers[name] !== undefined)
          throw refuse('NameTaken', operation, `the container name "/${name}" is already in use`)
        const id = context.newId()
        const container: SimulatedContainer = {
          id,
          name,
          image,
          labels: { ...request.labels },
          state: 'created',
          networkId: request.networkId,
          ip: request.ip,
          env: { ...request.env },
          facts: factsAsAsked(request),
          exitCode: 0,
          oomKilled: false,
          readyAt: 0,
          closed: [],
        }
        world.containers[name] = container
        indexContainer(indexes, container)
        context.emit('hint')
        return { id }
      })
    },

    start: async (id, signal) => {
      const operation = `start container ${id.slice(0, 12)}`
      const mounted: Record<string, string> = {}
      for (const { source, target } of byId(id)?.facts?.mounts ?? [])
        mounted[target] = (await context.realpath(source)) ?? source
      await context.change(call('start', id, operation), signal, () => {
        const container = byId(id)
        if (container === undefined) throw refuse('NotFound', operation, `No such container: ${id}`)
        if (holdsAddress(container)) return
        if (container.wedged !== undefined) failStart(container, refuse('StartFailed', operation, container.wedged))
        attach(container, operation)
        const isAnother = container.startedAt !== undefined
        container.state = 'running'
        container.pid = context.nextSerial()
        delete container.policy
        delete container.answers
        container.mounted = mounted
        container.exitCode = 0
        container.oomKilled = false
        container.startedAt = timeNow()
        delete container.finishedAt
        container.readyAt = context.now() + context.latencyOf('containers', 'ready')
        context.emit(isAnother ? { updated: container.id } : 'hint')
      })
    },

    stop: async (id, signal) => {
      if (byId(id)?.stubborn === true) await context.sleep(STOP_MS, signal)
      await context.change(call('stop', id, `stop container ${id.slice(0, 12)}`), signal, () => {
        const container = byId(id)
        if (container === undefined || !holdsAddress(container)) return
        container.state = 'exited'
        container.finishedAt = timeNow()
        delete container.policy
        delete container.answers
        context.emit({ updated: container.id })
      })
    },

    remove: (id, signal) =>
      context.change(call('remove', id, `remove container ${id.slice(0, 12)}`), signal, () => {
        const container = byId(id)
        if (container === undefined) return
        delete world.containers[container.name]
        context.emit('hint')
      }),
  }
}

const toContainer = ({ id, name, image, labels, state, networkId, ip, more = [] }: SimulatedContainer): Container => ({
  id,
  name,
  image,
  labels: { ...labels },
  state,
  health: undefined,
  attachments: [...(networkId === '' ? [] : [{ networkId, ip }]), ...more],
})

const inspected = (container: SimulatedContainer): Container => ({
  ...toContainer(container),
  exitCode: container.exitCode,
  oomKilled: container.oomKilled,
  startedAt: container.startedAt,
  finishedAt: container.finishedAt,
  ...(container.pid === undefined || !holdsAddress(container) ? {} : { pid: container.pid }),
  ...(container.facts === undefined ? {} : { facts: { ...container.facts, env: { ...container.env } } }),
})

/** As the Engine makes it of a request. */
const factsAsAsked = (request: ContainerRequest): Omit<ContainerFacts, 'env'> => ({
  user: request.user ?? '65534:65534',
  command: request.command ?? [],
  dropsCapabilities: true,
  noNewPrivileges: true,
  readOnlyRoot: request.readOnlyRoot,
  mounts: request.mounts,
  tmpfs: request.tmpfs,
  memoryMiB: request.memoryMiB,
  cpus: request.cpus ?? 0,
  pids: request.pids,
  restartPolicy: 'no',
  extras: [],
})
