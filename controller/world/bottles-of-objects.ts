import type { Records } from '../../drivers/ports.ts'
import { identitiesOfObject } from '../../reconcilers/derive/names.ts'

/** Names of the bottles that own the networks, bundles and machines with these names. Pure. */
export const bottlesOfObjects = (
  objectNames: ReadonlySet<string>,
  records: Pick<Records, 'read'>,
): ReadonlySet<string> =>
  new Set(
    [...objectNames].flatMap((objectName) =>
      identitiesOfObject(objectName).flatMap((identity) => records.read(identity)?.name ?? []),
    ),
  )
