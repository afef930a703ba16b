import type { Connection } from './connection.ts'
import type { DockerNetwork } from './network-shapes.ts'
import { chooseTwin, exactName, networkBody, toNetwork } from './network-shapes.ts'
import type { Network, NetworkRequest, Networks } from '../ports.ts'
import { DriverError, isDriverError } from '../errors.ts'

/**
 * Flow: one HTTP call per verb; `find` inspects each network of the name, `create` looks for twins afterwards.
 * Guarantees: a network is removed by id only. After two creates of one name at once, all askers keep the same network.
 * Assumptions: labels tell one bottle's request from another's.
 * Caveats: `list` leaves endpoints empty: the Engine reports them only on inspect.
 */
export const createDockerNetworks = (connection: Connection): Networks => {
  const list = async (signal?: AbortSignal): Promise<readonly Network[]> => {
    const networks = await connection.json<readonly DockerNetwork[]>(
      { operation: 'list networks', doing: 'read', method: 'GET', path: '/networks' },
      signal,
    )
    return networks.map((network) => ({ ...toNetwork(network), endpoints: [] }))
  }

  const inspect = async (id: string, signal?: AbortSignal): Promise<Network | undefined> => {
    const operation = `inspect network ${id.slice(0, 12)}`
    const { status, body } = await connection.request(
      { operation, doing: 'read', method: 'GET', path: `/networks/${id}`, accept: [404] },
      signal,
    )
    return status === 404 ? undefined : toNetwork(JSON.parse(body.toString()) as DockerNetwork)
  }

  const find = async (name: string, signal?: AbortSignal): Promise<readonly Network[]> => {
    const found = await connection.json<readonly DockerNetwork[]>(
      {
        operation: `find network ${name}`,
        doing: 'read',
        method: 'GET',
        path: '/networks',
        query: { filters: { name: [exactName(name)] } },
      },
      signal,
    )
    const exact = found.filter((network) => network.Name === name)
    const inspected = await Promise.all(exact.map((network) => inspect(network.Id, signal)))
    return inspected.filter((network) => network !== undefined)
  }

  const create = async (request: NetworkRequest, signal?: AbortSignal): Promise<{ readonly id: string }> => {
    const operation = `create network ${request.name}`
    const made = await connection.json<{ readonly Id: string }>(
      { operation, doing: 'create', method: 'POST', path: '/networks/create', body: networkBody(request) },
      signal,
    )
    const twins = await find(request.name, signal)
    if (twins.length < 2) return { id: made.Id }
    const { keep, ours } = chooseTwin(twins, request.labels)
    for (const twin of ours) if (twin.id !== keep?.id) await remove(twin.id, signal)
    if (keep !== undefined && ours.includes(keep)) return { id: keep.id }
    throw new DriverError({ code: 'NameTaken', operation, detail: `network with name ${request.name} already exists` })
  }

  const drop = (id: string, signal?: AbortSignal): Promise<unknown> =>
    connection.request(
      {
        operation: `remove network ${id.slice(0, 12)}`,
        doing: 'remove',
        method: 'DELETE',
        path: `/networks/${id}`,
        accept: [404],
      },
      signal,
    )

  const remove = async (id: string, signal?: AbortSignal): Promise<void> => {
    try {
      await drop(id, signal)
    } catch (error) {
      if (!isDriverError(error, 'Busy') || !(await disconnectLeftovers(id, signal))) throw error
      await drop(id, signal)
    }
  }

  /**
   * Only running containers hold a network, but endpoints of containers that are gone or stopped can be left behind
   * (a daemon that was killed). True if any was disconnected.
   */
  const disconnectLeftovers = async (id: string, signal?: AbortSignal): Promise<boolean> => {
    const network = await inspect(id, signal)
    let some = false
    for (const endpoint of network?.endpoints ?? []) {
      if (await isRunning(endpoint.containerId, signal)) continue
      const operation = `disconnect ${endpoint.containerName} from network ${id.slice(0, 12)}`
      const body = { Container: endpoint.containerName, Force: true }
      await connection.request(
        { operation, doing: 'remove', method: 'POST', path: `/networks/${id}/disconnect`, body, accept: [404] },
        signal,
      )
      some = true
    }
    return some
  }

  const isRunning = async (id: string, signal?: AbortSignal): Promise<boolean> => {
    const path = `/containers/${encodeURIComponent(id)}/json`
    const { status, body } = await connection.request(
      { operation: `inspect container ${id.slice(0, 12)}`, doing: 'read', method: 'GET', path, accept: [404] },
      signal,
    )
    if (status === 404) return false
    const { State } = JSON.parse(body.toString()) as { readonly State?: { readonly Status?: string } }
    return State?.Status === 'running' || State?.Status === 'paused' || State?.Status === 'restarting'
  }

  return { list, find, create, remove }
}
