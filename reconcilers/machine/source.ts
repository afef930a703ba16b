import type { Drivers, MachineSource } from '../../drivers/ports.ts'
import { isLocalImage } from '../derive/resolve.ts'
import type { Runtime } from '../derive/runtime.ts'
import type { ResolvedSpec } from '../derive/resolve.ts'

/** smolvm always gets our own copy, because it hard-links its source; a container is made from the image where Docker has it. */
export const keepSource = async (
  { machine: { artifact, image } }: ResolvedSpec,
  runtime: Runtime,
  { archives, images }: Drivers,
  signal: AbortSignal,
): Promise<MachineSource> => {
  if (artifact !== undefined) return { kind: 'artifact', path: await archives.keepFile(artifact, signal) }
  if (image === undefined) return { kind: 'bare' }
  if (isLocalImage(image)) return { kind: 'archive', path: await archives.keepFile(image, signal) }
  if (!(await images.has(image, signal))) await images.pull(image, () => {}, signal)
  if (runtime !== 'microvm') return { kind: 'image', reference: image }
  return { kind: 'archive', path: await archives.keepImage(image, signal) }
}
