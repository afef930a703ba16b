import type { Drivers, MachineSource } from '../../drivers/ports.ts'
import { isLocalImage } from '../derive/resolve.ts'
import type { ResolvedSpec } from '../derive/resolve.ts'

/** smolvm always gets our own copy, because it hard-links its source. */
export const keepSource = async (
  { machine: { artifact, image } }: ResolvedSpec,
  { archives, images }: Drivers,
  signal: AbortSignal,
): Promise<MachineSource> => {
  if (artifact !== undefined) return { kind: 'artifact', path: await archives.keepFile(artifact, signal) }
  if (image === undefined) return { kind: 'bare' }
  if (isLocalImage(image)) return { kind: 'archive', path: await archives.keepFile(image, signal) }
  if (!(await images.has(image, signal))) await images.pull(image, () => {}, signal)
  return { kind: 'archive', path: await archives.keepImage(image, signal) }
}
