import type { Place } from '../../drivers/paths.ts'
import type { UsedPath } from '../derive/used-paths.ts'

/**
 * How places lie to each other. Pure.
 *
 * Guarantees: a folder is known by what it is (device and inode) and by its canonical path: bind mounts give it several
 *   paths, and a hard link gives a file two.
 */

/** A path of a bottle, looked at. */
export interface Use extends UsedPath {
  readonly place: Place
  /** What is mounted below it: whoever gets the folder gets that too. */
  readonly mounts: readonly Place[]
}

type Spot = Pick<Place, 'canonical' | 'device' | 'inode'>

/** The parts of the tree that whoever gets the place can get at. */
export const areasOf = ({ place, mounts }: Pick<Use, 'place' | 'mounts'>): readonly Place[] => [place, ...mounts]

/** '' for what is missing. */
export const idOf = ({ device, inode }: Pick<Place, 'device' | 'inode'>): string =>
  device === '' ? '' : `${device}:${inode}`

export const isSame = (a: Spot, b: Spot): boolean =>
  a.canonical === b.canonical || (a.device !== '' && a.device === b.device && a.inode === b.inode)

export const isBelow = (place: Pick<Place, 'canonical' | 'above'>, area: Spot): boolean =>
  place.canonical !== area.canonical &&
  (place.canonical.startsWith(area.canonical === '/' ? '/' : `${area.canonical}/`) || place.above.includes(idOf(area)))

/** The entry of its way that stands in the area, and so can be turned by whoever writes there. */
export const turnIn = (place: Place, area: Spot): string | undefined =>
  place.via.find(({ path, above }) => isBelow({ canonical: path, above }, area))?.path

/** Each name under which an area could contain or be the place, or turn its way: paths and ids. For an index. */
export const namesAbove = ({ canonical, device, inode, above, via }: Place): ReadonlySet<string> =>
  new Set([
    ...pathsUpFrom(canonical),
    ...(device === '' ? [] : [idOf({ device, inode })]),
    ...above,
    ...via.flatMap((turn) => [...pathsUpFrom(turn.path), ...turn.above]),
  ])

export const pathsUpFrom = (path: string): readonly string[] => {
  const parts = path.split('/').slice(1)
  return path === '/' ? ['/'] : ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)]
}
