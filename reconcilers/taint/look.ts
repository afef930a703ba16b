import { isDriverError } from '../../drivers/errors.ts'
import type { Paths, Place } from '../../drivers/paths.ts'
import type { UsedPath } from '../derive/used-paths.ts'
import { pathsUpFrom } from './overlap.ts'
import type { Use } from './overlap.ts'
import type { Own, OwnPath } from './ours.ts'

/** Looks at what bottles use, and at what is ours: as few questions as can be, however many paths. */
export const lookAtUses = async (
  used: readonly UsedPath[],
  paths: Paths,
  signal?: AbortSignal,
): Promise<readonly Use[]> => (await lookAtMany([used], { paths, orElse: orThrow }, signal))[0] ?? []

/** The same for what many bottles declare: what can't be looked at is where it is said to be. */
export const lookAtDeclared = async (
  lists: readonly (readonly UsedPath[])[],
  paths: Paths,
  signal?: AbortSignal,
): Promise<readonly (readonly Use[])[]> => {
  try {
    return await lookAtMany(lists, { paths, orElse: asWritten }, signal)
  } catch (error) {
    // One that doesn't answer holds up no other.
    if (lists.length > 1)
      return Promise.all(lists.map(async (one) => (await lookAtDeclared([one], paths, signal))[0] ?? []))
    return lists.map((one) => one.map((each) => ({ ...each, place: asWritten(each.path)(error), mounts: [] })))
  }
}

const lookAtMany = async (
  lists: readonly (readonly UsedPath[])[],
  { paths, orElse }: { readonly paths: Paths; readonly orElse: (path: string) => (error: unknown) => Place },
  signal?: AbortSignal,
): Promise<readonly (readonly Use[])[]> => {
  const lookAt = async (wanted: readonly string[]): Promise<ReadonlyMap<string, Place>> => {
    const unique = [...new Set(wanted)]
    const found = await paths.lookAll(unique, signal)
    return new Map(
      unique.map((path, at) => {
        const place = found[at]
        return [path, place === undefined || 'code' in place ? orElse(path)(place) : place]
      }),
    )
  }
  const all = lists.flat()
  if (all.length === 0) return lists.map(() => [])
  const [places, below] = await Promise.all([
    lookAt(all.map(({ path }) => path)),
    paths.mountPoints(signal).then(indexBelow),
  ])
  const pointsIn = (path: string): readonly string[] => below.get(places.get(path)?.canonical ?? '') ?? []
  const points = await lookAt(all.flatMap(({ path }) => pointsIn(path)))
  return lists.map((list) =>
    list.map((each) => ({
      ...each,
      place: places.get(each.path) ?? orElse(each.path)(undefined),
      mounts: pointsIn(each.path).flatMap((point) => points.get(point) ?? []),
    })),
  )
}

/** Mount points by each folder above them. */
const indexBelow = (points: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>()
  for (const point of points)
    for (const above of pathsUpFrom(point)) {
      if (above === point) continue
      const known = found.get(above)
      if (known === undefined) found.set(above, [point])
      else known.push(point)
    }
  return found
}

const orThrow =
  () =>
  (error: unknown): never => {
    throw error
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

const asWritten =
  (path: string) =>
  (error: unknown): Place => {
    if (!isDriverError(error) || isDriverError(error, 'Aborted')) throw error
    const nothing = { kind: 'missing', device: '', inode: '', owner: 0, mode: 0, links: 0, above: [], via: [] } as const
    return { ...nothing, canonical: path }
  }
