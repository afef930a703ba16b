import type { ResolvedSpec } from './resolve.ts'

/** What an agent runs in, and what of a spec it can't have there. Pure. */
export type Runtime = 'microvm' | 'container' | 'gvisor'

/** `fallback` is the operator's, for bottles that name none. */
export const runtimeOf = (
  { machine }: { readonly machine: Pick<ResolvedSpec['machine'], 'runtime'> },
  fallback: Runtime | undefined,
): Runtime => machine.runtime ?? fallback ?? 'microvm'

/** What it runs in now, as the record has it; before that, what its spec asks for. */
export const runsInContainer = ({
  spec,
  settings,
  record: { machine },
}: {
  readonly spec: ResolvedSpec | undefined
  readonly settings: { readonly runtime?: Runtime | undefined }
  readonly record: { readonly machine?: { readonly runtime?: 'container' } }
}): boolean => (machine !== undefined ? machine.runtime : spec && runtimeOf(spec, settings.runtime)) === 'container'

/** The first field that a container can't have, with the reason and what to do. */
export const unfitFor = (
  { artifact, image, storageGiB }: Partial<Pick<ResolvedSpec['machine'], 'artifact' | 'image' | 'storageGiB'>>,
  runtime: Runtime,
): { readonly field: 'artifact' | 'storage' | 'runtime'; readonly message: string } | undefined => {
  if (runtime === 'microvm') return undefined
  if (artifact !== undefined)
    return {
      field: 'artifact',
      message: `spec.machine.artifact is a pack of a VM: with runtime ${runtime} use spec.machine.image`,
    }
  if (storageGiB !== undefined)
    return {
      field: 'storage',
      message: `spec.machine.storage is the disk of a VM, and Docker can't bound that of a container: leave it out with runtime ${runtime}`,
    }
  if (image === undefined)
    return {
      field: 'runtime',
      message: `spec.machine.runtime ${runtime} needs spec.machine.image: the bare guest is a VM's`,
    }
  return undefined
}
