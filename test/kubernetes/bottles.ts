import { isApiError } from '../../drivers/kubernetes/api-error.ts'
import type { Connection } from '../../drivers/kubernetes/connection.ts'
import { isRecord, valueAt } from '../../drivers/json.ts'

/** What a person does with kubectl, by the same requests. */
export interface Bottles {
  create(name: string, spec?: Readonly<Record<string, unknown>>, namespace?: string): Promise<unknown>
  /** Undefined: it is gone. */
  get(name: string, namespace?: string): Promise<unknown>
  merge(name: string, change: object): Promise<void>
  delete(...names: readonly string[]): Promise<void>
  /** Type, status, reason and message of its condition. */
  condition(name: string, type: string): Promise<Readonly<Record<string, unknown>>>
  /** Reasons of the events that are about it. */
  events(name: string): Promise<readonly string[]>
}

const pathOf = (namespace: string, name = ''): string =>
  `/apis/bottled.dev/v1alpha1/namespaces/${namespace}/bottles${name === '' ? '' : `/${name}`}`

export const bottlesAt = (connection: Connection, node: string): Bottles => {
  const get: Bottles['get'] = async (name, namespace = 'default') => {
    try {
      return await connection.json({ method: 'GET', path: pathOf(namespace, name) })
    } catch (error) {
      if (isApiError(error, 404)) return undefined
      throw error
    }
  }
  return {
    get,
    create: (name, spec = {}, namespace = 'default') =>
      connection.json({
        method: 'POST',
        path: pathOf(namespace),
        body: {
          apiVersion: 'bottled.dev/v1alpha1',
          kind: 'Bottle',
          metadata: { name },
          spec: { agent: 'claude', nodeName: node, ...spec },
        },
      }),
    merge: async (name, change) => {
      await connection.json({
        method: 'PATCH',
        path: pathOf('default', name),
        contentType: 'application/merge-patch+json',
        body: change,
      })
    },
    delete: async (...names) => {
      for (const name of names) await connection.json({ method: 'DELETE', path: pathOf('default', name) })
    },
    condition: async (name, type) => {
      const conditions = valueAt(await get(name), ['status', 'conditions'])
      const found: unknown = Array.isArray(conditions)
        ? conditions.find((each: unknown) => valueAt(each, ['type']) === type)
        : undefined
      return isRecord(found) ? found : {}
    },
    events: async (name) => {
      const list = await connection.json({
        method: 'GET',
        path: '/apis/events.k8s.io/v1/namespaces/default/events',
        query: { fieldSelector: `regarding.name=${name}` },
      })
      const items = valueAt(list, ['items'])
      return Array.isArray(items) ? items.map((item: unknown) => String(valueAt(item, ['reason']))) : []
    },
  }
}
