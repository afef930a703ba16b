import { isRecord, parseJson, valueAt } from '../json.ts'
import { ApiError, apiErrorOf, isApiError } from './api-error.ts'
import type { Connection } from './connection.ts'
import { objectOf } from './objects.ts'
import type { ApiObject } from './objects.ts'

/**
 * One kind of object in an API server.
 *
 * Guarantees: a list is whole or an error; a watch ends, with an error, at a line that can't be read; a patch that names the uid
 *   changes that object or none.
 */
export interface Resource {
  /** All that the selector names, in pages, and the version that a watch goes on from. */
  list(signal?: AbortSignal): Promise<{ readonly objects: readonly ApiObject[]; readonly version: string }>
  /** Changes since that version, until the server ends it. Status 410: list again. */
  watch(version: string, options: { readonly seconds: number; readonly signal: AbortSignal }): AsyncIterable<WatchEvent>
  /** Undefined if there is none of that name. */
  get(at: ObjectName): Promise<ApiObject | undefined>
  /** JSON patch (RFC 6902). Status 422 where a `test` fails. */
  patch(at: ObjectName, operations: readonly PatchOperation[], subresource?: 'status'): Promise<ApiObject>
}

export interface ObjectName {
  readonly namespace: string
  readonly name: string
}

export interface PatchOperation {
  readonly op: 'test' | 'add' | 'remove' | 'replace'
  readonly path: string
  readonly value?: unknown
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ApiObject; readonly version: string }
  /** Nothing has changed up to this version. */
  | { readonly type: 'BOOKMARK'; readonly version: string }

const PAGE = 500
/** etcd takes objects of 1.5 MiB. */
const MOST_LINE = 8 * 2 ** 20
/** Bookmarks come each minute: a connection that is silent for longer leads nowhere. */
const WATCH_SILENCE_MS = 75_000

export const createResource = (
  connection: Pick<Connection, 'json' | 'chunks'>,
  {
    group,
    plural,
    fieldSelector,
    page = PAGE,
    watchSilenceMs = WATCH_SILENCE_MS,
  }: {
    /** With its version: `bottled.dev/v1alpha1`. */
    readonly group: string
    readonly plural: string
    readonly fieldSelector: string
    /** Objects asked for at once. */
    readonly page?: number
    readonly watchSilenceMs?: number
  },
): Resource => {
  const everywhere = `/apis/${group}/${plural}`
  const pathOf = ({ namespace, name }: ObjectName): string =>
    `/apis/${group}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`

  return {
    list: async (signal) => {
      const objects: ApiObject[] = []
      for (let next: string | undefined; ;) {
        const answer = await connection.json({
          method: 'GET',
          path: everywhere,
          query: { fieldSelector, limit: String(page), ...(next === undefined ? {} : { continue: next }) },
          signal,
        })
        const items = valueAt(answer, ['items'])
        const [version, more] = [
          valueAt(answer, ['metadata', 'resourceVersion']),
          valueAt(answer, ['metadata', 'continue']),
        ]
        if (!Array.isArray(items) || typeof version !== 'string') throw strange(`GET ${everywhere}`, 'not a list')
        for (const item of items) objects.push(whole(item, `GET ${everywhere}`))
        if (typeof more !== 'string' || more === '') return { objects, version }
        next = more
      }
    },
    watch: async function* (version, { seconds, signal }) {
      const what = `watch ${everywhere}`
      const query = {
        fieldSelector,
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: version,
        timeoutSeconds: String(seconds),
      }
      let rest = ''
      const body = connection.chunks({ method: 'GET', path: everywhere, query, signal, silenceMs: watchSilenceMs })
      for await (const chunk of body) {
        const lines = `${rest}${chunk}`.split('\n')
        rest = lines.pop() ?? ''
        if (rest.length > MOST_LINE) throw strange(what, `a line is longer than ${MOST_LINE / 2 ** 20} MiB`)
        for (const line of lines) if (line.trim() !== '') yield eventOf(line, what)
      }
    },
    get: async (at) => {
      try {
        return whole(await connection.json({ method: 'GET', path: pathOf(at) }), `GET ${pathOf(at)}`)
      } catch (error) {
        if (isApiError(error, 404)) return undefined
        throw error
      }
    },
    patch: async (at, operations, subresource) => {
      const path = subresource === undefined ? pathOf(at) : `${pathOf(at)}/${subresource}`
      const contentType = 'application/json-patch+json'
      return whole(await connection.json({ method: 'PATCH', path, body: operations, contentType }), `PATCH ${path}`)
    },
  }
}

const eventOf = (line: string, what: string): WatchEvent => {
  const event = parseJson(line)
  const [type, value] = [valueAt(event, ['type']), valueAt(event, ['object'])]
  // An error comes as an event, in an answer whose own status is 200.
  if (type === 'ERROR')
    throw apiErrorOf({
      status: Number(valueAt(value, ['code'])) || 500,
      body: isRecord(value) ? JSON.stringify(value) : '',
      what,
    })
  if (type === 'BOOKMARK') {
    const version = valueAt(value, ['metadata', 'resourceVersion'])
    if (typeof version === 'string') return { type, version }
  }
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
    const object = whole(value, what)
    return { type, object, version: object.metadata.resourceVersion }
  }
  throw strange(what, 'a line is not an event')
}

const whole = (value: unknown, what: string): ApiObject => {
  const object = objectOf(value)
  if (object === undefined) throw strange(what, 'not an object of a namespace')
  return object
}

const strange = (what: string, why: string): ApiError =>
  new ApiError({ status: 0, reason: 'Strange', message: `${what}: the answer is strange: ${why}` })
