import type { Drivers, MachineMounts } from '../../drivers/ports.ts'
import type { Situation } from '../contract/reconciler.ts'
import type { MachineShape } from './shape.ts'

/**
 * What a VM is to have of the host's folders.
 *
 * Guarantees: its workspace is the folder that was judged; where it trusts an authority, what it trusts is there, and as it must be,
 *   when this returns: no VM is created, changed or started before.
 */
export const hostFolders = async (
  { identity }: Situation,
  { request, workspace }: { readonly request: MachineShape['request']; readonly workspace: string | undefined },
  { authorities }: Pick<Drivers, 'authorities'>,
  signal: AbortSignal,
): Promise<MachineMounts> => {
  if (request.trusts) await authorities.ensure(identity, signal)
  return {
    mount: request.mount === undefined || workspace === undefined ? undefined : { ...request.mount, source: workspace },
    ...(request.trusts ? { guestFolder: authorities.guestFolder(identity) } : {}),
  }
}

/** For the record. */
export const noted = ({
  mount,
  guestFolder,
}: MachineMounts): { readonly mount?: string; readonly guestFolder?: string } => ({
  ...(mount === undefined ? {} : { mount: mount.source }),
  ...(guestFolder === undefined ? {} : { guestFolder }),
})
