import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../../drivers/json.ts'

/** Bottles as an API server keeps them, without their schema. */
export interface Stored {
  readonly apiVersion: unknown
  readonly kind: unknown
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly resourceVersion: string
    readonly generation: number
    readonly deletionTimestamp?: string
    readonly finalizers?: readonly string[]
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: unknown
  readonly status?: unknown
}

export interface Failure {
  readonly status: number
  readonly reason: string
  readonly message?: string
  /** Seconds. */
  readonly retryAfter?: number
}

type Change = 'ADDED' | 'MODIFIED' | 'DELETED'
type At = { readonly namespace: string; readonly name: string }
type Listener = (type: Change, object: Stored) => void

export interface MemoryObjects {
  all(): readonly Stored[]
  version(): number
  get(at: At): Stored | Failure
  create(namespace: string, body: unknown): Stored | Failure
  patch(at: At, body: unknown, how: { readonly isStatus: boolean; readonly isMerge: boolean }): Stored | Failure
  delete(at: At): Stored | Failure
  /** Undefined: the version is forgotten. */
  watch(version: number, listener: Listener): (() => void) | undefined
  compact(): void
}

const MISSING: Failure = { status: 404, reason: 'NotFound' }
const invalid = (message: string): Failure => ({ status: 422, reason: 'Invalid', message })

export const createObjects = (newUid: () => string): MemoryObjects => {
  const objects = new Map<string, Stored>()
  const listeners = new Set<Listener>()
  let history: { readonly at: number; readonly type: Change; readonly object: Stored }[] = []
  let version = 1
  let forgotten = 0

  const keyOf = ({ namespace, name }: At): string => `${namespace}/${name}`

  const note = (type: Change, changed: Stored): Stored => {
    version += 1
    const object = { ...changed, metadata: { ...changed.metadata, resourceVersion: String(version) } }
    if (type === 'DELETED') objects.delete(keyOf(object.metadata))
    else objects.set(keyOf(object.metadata), object)
    history.push({ at: version, type, object })
    for (const listener of listeners) listener(type, object)
    return object
  }

  const update = (before: Stored, after: Stored): Stored | Failure => {
    const [was, is] = [before.metadata, after.metadata]
    const added = (is.finalizers ?? []).filter((each) => was.finalizers?.includes(each) !== true)
    if (was.deletionTimestamp !== undefined && added.length > 0)
      return invalid('no new finalizers can be added if the object is being deleted')
    const [node, now] = [before, after].map(({ spec }) => (spec as { readonly nodeName?: unknown }).nodeName)
    if (node !== undefined && node !== now) return invalid('spec.nodeName is immutable once set')
    if (isDeepStrictEqual(before, after)) return before
    const generation = was.generation + (isDeepStrictEqual(before.spec, after.spec) ? 0 : 1)
    const changed = { ...after, metadata: { ...is, generation } }
    const isLast = was.deletionTimestamp !== undefined && (is.finalizers ?? []).length === 0
    return note(isLast ? 'DELETED' : 'MODIFIED', changed)
  }

  const get = (at: At): Stored | Failure => objects.get(keyOf(at)) ?? MISSING

  return {
    all: () => [...objects.values()],
    version: () => version,
    get,
    create: (namespace, body) => {
      const { metadata, apiVersion, kind, spec } = body as Stored
      if (objects.has(keyOf({ namespace, name: metadata.name }))) return { status: 409, reason: 'AlreadyExists' }
      // A status that comes along is dropped.
      const own = { namespace, uid: newUid(), generation: 1, resourceVersion: '' }
      return note('ADDED', { apiVersion, kind, spec: withoutUndefined(spec), metadata: { ...metadata, ...own } })
    },
    patch: (at, body, { isStatus, isMerge }) => {
      const before = objects.get(keyOf(at))
      if (before === undefined) return MISSING
      const wanted = (body as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion
      if (isMerge && wanted !== undefined && wanted !== before.metadata.resourceVersion)
        return { status: 409, reason: 'Conflict' }
      const patched = (isMerge ? merged(before, body) : patchedBy(before, body)) as Stored | undefined
      if (patched === undefined) return invalid('the server rejected our request due to an error in our request')
      const { status: _, ...rest } = patched
      if (isStatus) return update(before, { ...before, ...('status' in patched ? { status: patched.status } : {}) })
      return update(before, { ...rest, ...('status' in before ? { status: before.status } : {}) })
    },
    delete: (at) => {
      const before = objects.get(keyOf(at))
      if (before === undefined) return MISSING
      const { metadata } = before
      if ((metadata.finalizers ?? []).length === 0) return note('DELETED', before)
      if (metadata.deletionTimestamp !== undefined) return before
      const deletionTimestamp = new Date().toISOString()
      return note('MODIFIED', {
        ...before,
        metadata: { ...metadata, deletionTimestamp, generation: metadata.generation + 1 },
      })
    },
    watch: (from, listener) => {
      if (from < forgotten) return undefined
      for (const { at, type, object } of history) if (at > from) listener(type, object)
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    compact: () => {
      history = []
      forgotten = version
    },
  }
}

const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

/** RFC 7386. */
const merged = (before: unknown, change: unknown): unknown => {
  if (!isRecord(change)) return change
  const result: Record<string, unknown> = isRecord(before) ? { ...before } : {}
  for (const [key, value] of Object.entries(change))
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  return result
}

/** RFC 6902, as far as it is used; undefined: a test failed, or a path leads nowhere. */
const patchedBy = (before: unknown, operations: unknown): unknown => {
  const root = structuredClone(before)
  for (const { op, path, value } of operations as { op: string; path: string; value: unknown }[]) {
    const keys = path.split('/').slice(1)
    const last = keys.pop() ?? ''
    let at: unknown = root
    for (const key of keys) at = (at as Record<string, unknown> | undefined)?.[key]
    if (typeof at !== 'object' || at === null) return undefined
    const target = at as Record<string, unknown>
    if (op === 'test') {
      if (!isDeepStrictEqual(target[last], value)) return undefined
    } else if (Array.isArray(at)) {
      if (op === 'remove') at.splice(Number(last), 1)
      else at.splice(last === '-' ? at.length : Number(last), op === 'replace' ? 1 : 0, value)
    } else if (op === 'remove') delete target[last]
    else target[last] = value
  }
  return root
}
