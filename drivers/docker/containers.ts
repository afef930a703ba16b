import { existsSync } from 'node:fs'
import type { Connection } from './connection.ts'
import type { InspectedContainer, ListedContainer } from './container-shapes.ts'
import { containerBody, fromInspect, fromList, userOf } from './container-shapes.ts'
import type { Container, ContainerRequest, Containers, Labels } from '../ports.ts'
import { removeContainer, stopContainer } from './ending.ts'
import { refuseHiddenRoot } from './hidden-root.ts'

/**
 * Flow: one HTTP call per verb; `create` asks the image for its user first, unless the request names one.
 * Guarantees: containers are changed by id only; stop, start and remove may be repeated.
 * Assumptions: Docker runs on this host, so its kernel is ours.
 * Caveats: an address in use or a network that is gone shows at `start`, not at `create`.
 */
export const createDockerContainers = (connection: Connection, imageUser: ImageUser): Containers => {
  const list = async (signal?: AbortSignal): Promise<readonly Container[]> => {
    const containers = await connection.json<readonly ListedContainer[]>(
      { operation: 'list containers', doing: 'read', method: 'GET', path: '/containers/json', query: { all: true } },
      signal,
    )
    return containers.map(fromList)
  }

  const find = async (name: string, signal?: AbortSignal): Promise<Container | undefined> => {
    const path = `/containers/${encodeURIComponent(name)}/json`
    const { status, body } = await connection.request(
      { operation: `find container ${name}`, doing: 'read', method: 'GET', path, accept: [404] },
      signal,
    )
    if (status === 404) return undefined
    const found = fromInspect(JSON.parse(body.toString()) as InspectedContainer)
    // The Engine also takes the beginning of an id for a name.
    return found.name === name ? found : undefined
  }

  const carrying = async (labels: Labels, signal?: AbortSignal): Promise<readonly Container[]> => {
    const filters = { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) }
    const containers = await connection.json<readonly ListedContainer[]>(
      {
        operation: 'list containers by label',
        doing: 'read',
        method: 'GET',
        path: '/containers/json',
        query: { all: true, filters },
      },
      signal,
    )
    return containers.map(fromList)
  }

  const create = async (request: ContainerRequest, signal?: AbortSignal): Promise<{ readonly id: string }> => {
    const own = request.user === undefined ? await imageUser(request.image, signal) : ''
    const user = userOf(request.user, own)
    const made = await connection.json<{ readonly Id: string }>(
      {
        operation: `create container ${request.name}`,
        doing: 'create',
        method: 'POST',
        path: '/containers/create',
        query: { name: request.name },
        body: containerBody({ request, user, runsAs: user ?? own, kernelHasIPv6: existsSync('/proc/sys/net/ipv6') }),
      },
      signal,
    )
    return { id: made.Id }
  }

  const start = async (id: string, signal?: AbortSignal): Promise<void> => {
    await refuseUnsafe(id, signal)
    const path = `/containers/${id}/start`
    await connection.request(
      { operation: `start container ${id.slice(0, 12)}`, doing: 'start', method: 'POST', path, accept: [304] },
      signal,
    )
  }

  /**
   * 20.10 turns the network's id into its name when a container is created, so its first start would join whatever
   * bears that name by then. Later engines, and later starts, refuse by themselves.
   */
  const refuseUnsafe = async (id: string, signal?: AbortSignal): Promise<void> => {
    const operation = `start container ${id.slice(0, 12)}`
    const asked = { operation, doing: 'start', method: 'GET' } as const
    const container = await connection.json<InspectedContainer>({ ...asked, path: `/containers/${id}/json` }, signal)
    const network = container.State.Status === 'created' ? (container.HostConfig?.NetworkMode ?? '') : ''
    if (/^[0-9a-f]{64}$/.test(network)) await connection.request({ ...asked, path: `/networks/${network}` }, signal)
    await refuseHiddenRoot(connection, container, signal)
  }

  const stop = (id: string, signal?: AbortSignal): Promise<void> =>
    stopContainer(connection, { id, operation: `stop container ${id.slice(0, 12)}` }, signal)

  const remove = (id: string, signal?: AbortSignal): Promise<void> =>
    removeContainer(connection, { id, operation: `remove container ${id.slice(0, 12)}` }, signal)

  return { list, find, carrying, create, start, stop, remove }
}

/** USER of an image; throws `ImageNotFound`. */
export type ImageUser = (reference: string, signal?: AbortSignal) => Promise<string>
