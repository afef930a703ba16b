import { isDeepStrictEqual } from 'node:util'
import { createTurns } from '../../drivers/calls/turns.ts'
import { DriverError } from '../../drivers/errors.ts'
import { valueAt } from '../../drivers/json.ts'
import { isApiError } from '../../drivers/kubernetes/api-error.ts'
import { messageOf } from '../../drivers/message.ts'
import type { ApiObject } from '../../drivers/kubernetes/objects.ts'
import type { Resource } from '../../drivers/kubernetes/resource.ts'
import type { StoredDocument } from '../feed/store.ts'
import type { OpenSource } from '../source/source.ts'
import type { Timer } from '../time/clock.ts'
import { CONFIRM, declaredOf, nameOf, revisionOf } from './declared.ts'
import { FINALIZER, claim, release } from './finalizer.ts'
import { createFollower } from './follow.ts'
import { createStatusWriter } from './object-status.ts'
import type { ObjectEvents } from './object-events.ts'

/**
 * The Bottles of an API server that are bound to this node, as a source.
 *
 * Flow: an object is followed → it gets our finalizer → the store has its document. A deletion that was asked for takes the
 *   document out of the store; once nothing of the bottle is left, the finalizer goes, and with it the object.
 * Guarantees: nothing is made for an object without our finalizer, so its going is always told; an object that is gone without
 *   that counts as lost, and its bottle is held; what the API server doesn't answer changes nothing.
 * Assumptions: an object never leaves the node that it is bound to (the definition says so).
 */
export const kubernetesSource =
  (options: {
    readonly resource: Resource
    readonly events: ObjectEvents
    readonly node: string
    /** Folders of the node that bottles may name. */
    readonly hostPaths: readonly string[]
    readonly random: () => number
  }): OpenSource =>
  (parts) => {
    const { resource, events, node, hostPaths, random } = options
    const { store, clock, log, onNames, onUnanswered, onFree } = parts
    /** As last seen, by name. */
    const latest = new Map<string, ApiObject>()
    /** Names whose deletion was asked for, in order; until they are there again. */
    const deletions = new Set<string>()
    /** Names that are tried again soon: one timer each, however often they are looked at meanwhile. */
    const again = new Map<string, Timer>()
    const turns = createTurns()
    let reporting = 0

    const deleted = (name: string): void => {
      deletions.delete(name)
      deletions.add(name)
      // What is forgotten is held rather than deleted.
      const [oldest = name] = deletions
      if (deletions.size > MOST_DELETIONS) deletions.delete(oldest)
    }

    /** Brings the store to what is known of an object. Returns names whose documents changed. */
    const settleNow = async (name: string): Promise<ReadonlySet<string>> => {
      const seen = latest.get(name)
      if (seen === undefined) return store.drop(name)
      if (isLeaving(seen)) {
        deleted(name)
        store.drop(name)
        return new Set([name])
      }
      const object = await claim(resource, seen)
      if (object === undefined || isLeaving(object)) {
        // It was deleted in between: its event says so, and comes.
        if (object !== undefined && latest.get(name) === seen) latest.set(name, object)
        return object === undefined ? new Set() : settleNow(name)
      }
      deletions.delete(name)
      const revision = revisionOf(object)
      // Each status comes back as an event, and each list has all: what is known is not parsed again.
      if (store.sha256(name) !== revision) return store.put(name, declaredOf(object, hostPaths))
      const [document] = store.documentsIn(name)
      if (!isDeepStrictEqual(document?.status, object.status)) store.noteStatus(name, 0, object.status, revision)
      return new Set()
    }

    const settle = async (name: string): Promise<ReadonlySet<string>> => {
      try {
        return await turns.take(name, () => settleNow(name))
      } catch (error) {
        log.warn(`its object can't be taken up, and is tried again: ${messageOf(error)}`, { bottle: name })
        tryAgain(name)
        return new Set()
      }
    }

    const tryAgain = (name: string): void => {
      if (again.has(name)) return
      const timer = clock.setTimer(AGAIN_MS, () => {
        again.delete(name)
        void report(name)
      })
      again.set(name, timer)
    }

    const report = async (name: string): Promise<void> => {
      reporting += 1
      try {
        const names = await settle(name)
        if (names.size > 0) await onNames(names)
      } finally {
        reporting -= 1
      }
    }

    const follower = createFollower({
      resource,
      clock,
      random,
      onList: async (objects) => {
        const listed = new Map(objects.filter(isOurs).map((object) => [nameOf(object), object]))
        const names = new Set([...latest.keys(), ...listed.keys()])
        latest.clear()
        for (const [name, object] of listed) latest.set(name, object)
        const waiting = [...names]
        const changed = new Set<string>()
        while (waiting.length > 0)
          for (const each of await Promise.all(waiting.splice(0, AT_ONCE).map(settle)))
            for (const name of each) changed.add(name)
        if (changed.size > 0) await onNames(changed)
      },
      onEvent: ({ type, object }) => {
        if (!isOurs(object)) return
        const name = nameOf(object)
        if (type === 'DELETED') {
          if (isLeaving(object)) deleted(name)
          latest.delete(name)
        } else latest.set(name, object)
        void report(name)
      },
      onTrouble: (why) => {
        onUnanswered(why && `the API server does not answer: ${why}; what runs goes on, and nothing is deleted`)
        if (why === undefined) for (const name of status.takeUnwritten()) onFree(name)
      },
    })

    const stop = async (): Promise<void> => {
      await follower.stop()
      for (const timer of again.values()) timer.cancel()
    }

    const isOurs = ({ spec }: ApiObject): boolean => valueAt(spec, ['nodeName']) === node

    const status = createStatusWriter({ resource, store, objectOf: (name) => latest.get(name) })

    return {
      sweep: follower.relist,
      reread: async (paths) => {
        for (const path of paths) await report(path)
      },
      refresh: () => void follower.relist(),
      watch: async () => ({ close: stop }),
      idle: () => reporting === 0 && follower.idle(),
      accept: async () => false,
      surroundings: {
        gitAtWork: async () => undefined,
        writerOf: async () => undefined,
        unseen: (name) => (deletions.has(name) ? undefined : UNSEEN),
        isConfirmed: (name) => {
          const { uid, annotations } = latest.get(name)?.metadata ?? {}
          return uid !== undefined && annotations?.[CONFIRM] === uid
        },
        confirmBy: (key) => {
          const { namespace, name, uid } = latest.get(key)?.metadata ?? {}
          return uid === undefined ? undefined : `kubectl annotate bottle -n ${namespace} ${name} ${CONFIRM}=${uid}`
        },
      },
      status: {
        statusWriter: status.writer,
        gitCare: { around: (_, write) => write(), stop: async () => undefined },
        stop,
      },
      leaving: (name): StoredDocument | undefined => {
        const object = latest.get(name)
        if (object === undefined || !isLeaving(object)) return undefined
        const [document] = declaredOf(object, hostPaths).parsed.documents
        return document === undefined ? undefined : { ...document, path: name }
      },
      released: async (name) => {
        const object = latest.get(name)
        if (object === undefined || !isLeaving(object) || !object.metadata.finalizers.includes(FINALIZER)) return
        await events.settled()
        await release(resource, object).catch(refused)
      },
      tell: (event) => {
        const name = event.object.replace(/^bottle\//, '')
        const object = latest.get(name)
        if (object !== undefined) events.post(object, event, clock.now())
      },
    }
  }

const AT_ONCE = 8
const AGAIN_MS = 5_000
const MOST_DELETIONS = 10_000
const UNSEEN =
  'its object is gone from the API server, and nobody was seen to delete it (an old backup, a finalizer forced off)'

/** For people: a policy may forbid it to whoever isn't the account of agents. */
const refused = (error: unknown): never => {
  throw new DriverError({
    code: 'Failed',
    operation: `take ${FINALIZER} off`,
    detail: messageOf(error),
    ...(isApiError(error, 403)
      ? { hint: 'run the agent with a token of the account bottled-agent that is bound to its Node' }
      : {}),
    cause: error,
  })
}

const isLeaving = ({ metadata }: ApiObject): boolean => metadata.deletionTimestamp !== undefined
