import { isApiError } from '../../drivers/kubernetes/api-error.ts'
import type { ApiObject } from '../../drivers/kubernetes/objects.ts'
import type { PatchOperation, Resource } from '../../drivers/kubernetes/resource.ts'

/** Keeps an object there until nothing of its bottle is left on the node. */
export const FINALIZER = 'bottled.dev/teardown'

/** Who else changes the object meanwhile makes a try vain. */
const TRIES = 5

type Patching = Pick<Resource, 'get' | 'patch'>

/** The object with our finalizer; undefined if it is gone, or another object has its name. One that is being deleted is as it is. */
export const claim = (resource: Patching, object: ApiObject): Promise<ApiObject | undefined> =>
  change(resource, object, ({ metadata }) => {
    const { finalizers, deletionTimestamp, resourceVersion } = metadata
    if (finalizers.includes(FINALIZER) || deletionTimestamp !== undefined) return undefined
    return [
      // The list is written as a whole where there is none: it must still be the one that was seen.
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      finalizers.length === 0
        ? { op: 'add', path: '/metadata/finalizers', value: [FINALIZER] }
        : { op: 'add', path: '/metadata/finalizers/-', value: FINALIZER },
    ]
  })

/** Takes our finalizer off. Repeating it is harmless. */
export const release = async (resource: Patching, object: ApiObject): Promise<void> => {
  await change(resource, object, ({ metadata }) => {
    const at = metadata.finalizers.indexOf(FINALIZER)
    if (at === -1) return undefined
    const path = `/metadata/finalizers/${at}`
    return [
      { op: 'test', path, value: FINALIZER },
      { op: 'remove', path },
    ]
  })
}

/** Patches this very object, and none that has its name by now. `edit`: undefined, nothing is to be changed. */
const change = async (
  resource: Patching,
  first: ApiObject,
  edit: (object: ApiObject) => readonly PatchOperation[] | undefined,
): Promise<ApiObject | undefined> => {
  const { uid } = first.metadata
  let object = first
  for (let tries = 1; ; tries++) {
    const operations = edit(object)
    if (operations === undefined) return object
    try {
      return await resource.patch(object.metadata, [{ op: 'test', path: '/metadata/uid', value: uid }, ...operations])
    } catch (error) {
      if (isApiError(error, 404)) return undefined
      if (!isApiError(error, 409, 422) || tries === TRIES) throw error
    }
    const now = await resource.get(object.metadata)
    if (now?.metadata.uid !== uid) return undefined
    object = now
  }
}
