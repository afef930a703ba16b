import { isDriverError } from '../../drivers/errors.ts'
import type { Paths, Place } from '../../drivers/paths.ts'
import type { UsedPath } from '../derive/used-paths.ts'
import { isBelow } from './overlap.ts'
import type { Use } from './overlap.ts'
import type { Own, OwnPath } from './ours.ts'

/** Looks at what a bottle uses, and at what is ours. */
export const lookAtUses = async (
  used: readonly UsedPath[],
  paths: Paths,
  signal?: AbortSignal,
): Promise<readonly Use[]> => {
  if (used.length === 0) return []
  const points = await paths.mountPoints(signal)
  return Promise.all(
    used.map(async (each) => {
      const place = await paths.look(each.path, signal)
      const below = points.filter((point) => isBelow({ canonical: point, above: [] }, place))
      return { ...each, place, mounts: await Promise.all(below.map((point) => paths.look(point, signal))) }
    }),
  )
}

/**
 * What can't be looked at is where it is said to be: a doubt must not make it nobody's. Where there is no answer at all, as with a
 * file system that hangs, nothing is judged.
 */
export const lookAtOwn = async (
  own: readonly OwnPath[],
  paths: Paths,
  signal?: AbortSignal,
): Promise<readonly Own[]> => {
  const found = await paths.lookAll(
    own.map(({ path }) => path),
    signal,
  )
  return own.map((each, at) => {
    const place = found[at]
    return { ...each, place: place === undefined || 'code' in place ? asWritten(each.path)(place) : place }
  })
}

/** The same, each for itself: another root's file system may hang without keeping ours from being started. */
export const lookAtOthers = (others: readonly OwnPath[], paths: Paths, signal?: AbortSignal): Promise<readonly Own[]> =>
  Promise.all(
    others.map(async (each) => ({ ...each, place: await paths.look(each.path, signal).catch(asWritten(each.path)) })),
  )

/** The same for what a bottle declares. */
export const lookAtDeclared = (
  used: readonly UsedPath[],
  paths: Paths,
  signal?: AbortSignal,
): Promise<readonly Use[]> =>
  lookAtUses(used, paths, signal).catch((error: unknown) =>
    used.map((each) => ({ ...each, place: asWritten(each.path)(error), mounts: [] })),
  )

const asWritten =
  (path: string) =>
  (error: unknown): Place => {
    if (!isDriverError(error) || isDriverError(error, 'Aborted')) throw error
    const nothing = { kind: 'missing', device: '', inode: '', owner: 0, mode: 0, links: 0, above: [], via: [] } as const
    return { ...nothing, canonical: path }
  }
