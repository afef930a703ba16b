import { isRecord, valueAt } from '../json.ts'

/** An object of an API server, as far as every one is alike. Pure. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly resourceVersion: string
    readonly generation: number
    /** Its deletion was asked for, and waits for its finalizers. */
    readonly deletionTimestamp?: string | undefined
    readonly finalizers: readonly string[]
    readonly annotations: Readonly<Record<string, unknown>>
  }
  readonly apiVersion: unknown
  readonly kind: unknown
  readonly spec: unknown
  readonly status: unknown
}

/** Undefined if it isn't the object of a namespace. What nobody here reads, as `managedFields`, is dropped. */
export const objectOf = (value: unknown): ApiObject | undefined => {
  const metadata = valueAt(value, ['metadata'])
  if (!isRecord(value) || !isRecord(metadata)) return undefined
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp, finalizers, annotations } = metadata
  const isWhole = [name, namespace, uid, resourceVersion].every((each) => typeof each === 'string' && each !== '')
  if (!isWhole) return undefined
  return {
    apiVersion: value['apiVersion'],
    kind: value['kind'],
    spec: value['spec'],
    status: value['status'],
    metadata: {
      name: String(name),
      namespace: String(namespace),
      uid: String(uid),
      resourceVersion: String(resourceVersion),
      generation: typeof generation === 'number' ? generation : 0,
      ...(typeof deletionTimestamp === 'string' ? { deletionTimestamp } : {}),
      finalizers: Array.isArray(finalizers) ? finalizers.map(String) : [],
      annotations: isRecord(annotations) ? annotations : {},
    },
  }
}
