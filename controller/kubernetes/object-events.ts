import type { ApiObject } from '../../drivers/kubernetes/objects.ts'
import type { Happening } from '../report/event-log.ts'

/** Tells of bottles as Events of the API server, which `kubectl describe` and `kubectl events` show. */
export interface ObjectEvents {
  /** Not waited for; may be lost. `at` is in milliseconds. */
  post(object: ApiObject, event: Happening, at: number): void
  /** Everything posted so far has been sent, or given up. */
  settled(): Promise<void>
}

/** Waiting to be sent: what is more is lost. */
const MOST = 200
const LONGEST_NOTE = 1_000

export const createObjectEvents = (options: {
  readonly create: (namespace: string, event: object) => Promise<unknown>
  readonly node: string
  /** Of eight hexadecimal digits or more. */
  readonly newId: () => string
  readonly onProblem: (error: unknown) => void
}): ObjectEvents => {
  const { create, node, newId, onProblem } = options
  let waiting = 0
  let last: Promise<void> = Promise.resolve()
  return {
    post: (object, event, at) => {
      if (waiting >= MOST) return
      waiting += 1
      const { namespace } = object.metadata
      last = last
        .then(() => create(namespace, eventOf(object, event, { at, node, id: newId() })))
        .then(() => undefined, onProblem)
        .finally(() => (waiting -= 1))
    },
    settled: () => last,
  }
}

/** Pure. */
const eventOf = (
  { apiVersion, kind, metadata: { namespace, name, uid } }: ApiObject,
  { type, reason, message }: Happening,
  { at, node, id }: { readonly at: number; readonly node: string; readonly id: string },
): object => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: `${name}.${id}`, namespace },
  // The server wants six digits.
  eventTime: new Date(at).toISOString().replace('Z', '000Z'),
  reportingController: 'bottled.dev/agent',
  reportingInstance: node,
  action: reason,
  reason,
  note: message.slice(0, LONGEST_NOTE),
  type,
  regarding: { apiVersion, kind, namespace, name, uid },
})
