import { isDeepStrictEqual } from 'node:util'
import { isApiError } from '../../drivers/kubernetes/api-error.ts'
import type { ApiObject } from '../../drivers/kubernetes/objects.ts'
import type { Resource } from '../../drivers/kubernetes/resource.ts'
import { messageOf } from '../../drivers/message.ts'
import type { Store } from '../feed/store.ts'
import type { StatusWriter } from '../status/status-writer.ts'

/**
 * Writes a status into its object.
 *
 * Guarantees: an object that was deleted and made again under its name never gets the status of the one before; no write if
 *   nothing changed. Caveats: what can't be written is written when the API server answers again.
 */
export const createStatusWriter = (options: {
  readonly resource: Pick<Resource, 'get' | 'patch'>
  readonly store: Pick<Store, 'sha256' | 'noteStatus'>
  /** As last seen. */
  readonly objectOf: (name: string) => ApiObject | undefined
}): {
  readonly writer: StatusWriter
  /** Names whose status could not be written, once. */
  takeUnwritten(): readonly string[]
} => {
  const { resource, store, objectOf } = options
  const unwritten = new Set<string>()
  return {
    takeUnwritten: () => {
      const names = [...unwritten]
      unwritten.clear()
      return names
    },
    writer: {
      stands: async ({ document, status }) => isDeepStrictEqual(document.status, status),
      write: async ({ document, status }) => {
        const { name = '', path, object } = document
        if (isDeepStrictEqual(document.status, status)) return { kind: 'unchanged' }
        const at = objectOf(name)?.metadata
        if (at === undefined || at.uid !== object?.uid) return { kind: 'gone' }
        try {
          await resource.patch(
            at,
            [
              { op: 'test', path: '/metadata/uid', value: at.uid },
              { op: 'add', path: '/status', value: status },
            ],
            'status',
          )
        } catch (error) {
          if (isApiError(error, 404)) return { kind: 'gone' }
          if (isApiError(error, 422) && (await isGone(resource, at))) return { kind: 'gone' }
          unwritten.add(name)
          return { kind: 'unwritable', why: messageOf(error) }
        }
        unwritten.delete(name)
        const known = store.sha256(path)
        if (known !== undefined) store.noteStatus(path, 0, status, known)
        return { kind: 'written' }
      },
    },
  }
}

/** A failed test of the uid and an invalid status are answered alike. */
const isGone = async (resource: Pick<Resource, 'get'>, at: ApiObject['metadata']): Promise<boolean> => {
  try {
    return (await resource.get(at))?.metadata.uid !== at.uid
  } catch {
    return false
  }
}
