import type { OwnerState } from './owner.ts'
import { StateError } from './state-folder.ts'

/**
 * Notes the root that was listed, or refuses an empty one in its place: its file system may not be mounted, and each VM of
 * its bottles would be deleted.
 */
export const acceptRoot = async (
  owner: Pick<OwnerState, 'isOtherRoot' | 'rootId' | 'update'>,
  {
    root,
    isEmpty,
    allowMassDelete,
  }: {
    readonly root: string
    /** It holds none of the bottles that the state knows. */
    readonly isEmpty: boolean
    readonly allowMassDelete: boolean
  },
): Promise<void> => {
  if (owner.isOtherRoot && isEmpty && !allowMassDelete) {
    throw new StateError(
      'OtherRoot',
      `${root} holds no bottle and is not the folder that was listed last: nothing is deleted`,
      'mount or put back what was there; if all its bottles are to go: --allow-mass-delete',
    )
  }
  await owner.update({ rootId: owner.rootId })
}
