import type { Connection } from '../docker/connection.ts'
import { removeContainer, stopContainer } from '../docker/ending.ts'
import { isAgent, NEXT } from './agent.ts'
import type { InspectedAgent } from './agent.ts'
import { AGENT, ROLE } from './body.ts'

/** Calls to Docker about agents' containers, by name or id: only those that carry the role are seen, changed or removed. */
export interface Agents {
  /** Of any owner, with the containers that others of ours share the network of. */
  list(signal?: AbortSignal): Promise<readonly ListedAgent[]>
  /** The one of exactly this name; else the one that is being made in its place. */
  find(name: string, signal?: AbortSignal): Promise<InspectedAgent | undefined>
  next(name: string, signal?: AbortSignal): Promise<InspectedAgent | undefined>
  create(name: string, body: object, signal?: AbortSignal): Promise<string>
  start(id: string, operation: string, signal?: AbortSignal): Promise<void>
  stop(id: string, operation: string, signal?: AbortSignal): Promise<void>
  remove(id: string, operation: string, signal?: AbortSignal): Promise<void>
  post(path: string, asked: Posted, signal?: AbortSignal): Promise<void>
}

export interface Posted {
  readonly operation: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: object
  readonly deadlineMs?: number
}

export interface ListedAgent {
  readonly id: string
  /** Of the machine. */
  readonly name: string
  readonly state: string
  readonly networkMode: string
}

interface Listed {
  readonly Id: string
  readonly Names?: readonly string[] | null
  readonly State: string
  readonly HostConfig?: { readonly NetworkMode?: string } | null
}

export const createAgents = (connection: Connection): Agents => {
  const inspect = async (name: string, signal?: AbortSignal): Promise<InspectedAgent | undefined> => {
    // No container has such a name, and the Engine reads some of them as another path.
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return undefined
    const path = `/containers/${encodeURIComponent(name)}/json`
    const asked = { operation: `find container ${name}`, doing: 'read', method: 'GET', path, accept: [404] } as const
    const { status, body } = await connection.request(asked, signal)
    if (status === 404) return undefined
    const found = JSON.parse(body.toString()) as InspectedAgent
    // The Engine also takes the beginning of an id for a name.
    return found.Name === `/${name}` && isAgent(found.Config.Labels) ? found : undefined
  }
  const next = (name: string, signal?: AbortSignal): Promise<InspectedAgent | undefined> =>
    inspect(`${name}${NEXT}`, signal)

  return {
    list: async (signal) => {
      const query = { all: true, filters: { label: [`${ROLE}=${AGENT}`] } }
      const found = await connection.json<readonly Listed[]>(
        { operation: 'list agents', doing: 'read', method: 'GET', path: '/containers/json', query },
        signal,
      )
      const all = found.map(({ Id, Names, State, HostConfig }) => ({
        id: Id,
        name: (Names?.[0] ?? '').replace(/^\//, ''),
        state: State,
        networkMode: HostConfig?.NetworkMode ?? '',
      }))
      const names = new Set(all.map(({ name }) => name))
      return all
        .filter(({ name }) => !name.endsWith(NEXT) || !names.has(name.slice(0, -NEXT.length)))
        .map((each) => (each.name.endsWith(NEXT) ? { ...each, name: each.name.slice(0, -NEXT.length) } : each))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    },
    find: async (name, signal) => (await inspect(name, signal)) ?? (await next(name, signal)),
    next,
    create: async (name, body, signal) => {
      const { Id } = await connection.json<{ readonly Id: string }>(
        {
          operation: `create container ${name}`,
          doing: 'create',
          method: 'POST',
          path: '/containers/create',
          query: { name },
          body,
        },
        signal,
      )
      return Id
    },
    start: async (id, operation, signal) => {
      const path = `/containers/${id}/start`
      await connection.request({ operation, doing: 'start', method: 'POST', path, accept: [304] }, signal)
    },
    stop: (id, operation, signal) => stopContainer(connection, { id, operation }, signal),
    remove: (id, operation, signal) => removeContainer(connection, { id, operation }, signal),
    post: async (path, asked, signal) => {
      await connection.request({ doing: 'create', method: 'POST', path, ...asked }, signal)
    },
  }
}
