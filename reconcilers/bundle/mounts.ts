import { DriverError } from '../../drivers/errors.ts'
import type { ContainerRequest, Drivers, Mount } from '../../drivers/ports.ts'

/** What was judged is what the container has: compared right before it starts, and looked at in it right after. */

/** A link was turned since it was created: the next look finds other mounts than are asked for, and recreates it. */
export const requireSameMounts = (name: string, found: readonly Mount[], judged: readonly Mount[]): void => {
  const other = judged.find(
    ({ source, target }) => !found.some((mount) => mount.source === source && mount.target === target),
  )
  if (other === undefined) return
  throw new DriverError({
    code: 'Busy',
    operation: `start container ${name}`,
    detail: `what it mounts at ${other.target} isn't ${other.source}, which the spec leads to now`,
    hint: 'it is recreated',
  })
}

/**
 * Docker resolves a source once more while it starts the container, and shows afterwards what it found. Who could turn it in
 * between is another user of this host: no bottle writes above a source.
 */
export const requireMounts = async (
  { containers, paths }: Drivers,
  { name, mounts }: Pick<ContainerRequest, 'name' | 'mounts'>,
  signal: AbortSignal,
): Promise<void> => {
  if (mounts.length === 0) return
  const found = await containers.find(name, signal)
  // It has ended: its next start is looked at again.
  if (found?.pid === undefined) return
  const there = await paths.mountsOf(found.pid, signal)
  const other = mounts.find(({ source, target }) => isOther(there?.get(target) ?? [], source))
  if (other === undefined) return
  await containers.stop(found.id, signal)
  throw new DriverError({
    code: 'Tainted',
    operation: `start container ${name}`,
    detail: `while it started, ${other.source} was replaced: it got ${there?.get(other.target)?.join(', ')} at ${other.target}; it is stopped`,
    hint: `see who may write above ${other.source}`,
  })
}

/** Of a target behind a link of the image's, or another machine's process, nothing is known. */
const isOther = (found: readonly string[], source: string): boolean => found.length > 0 && !found.includes(source)
