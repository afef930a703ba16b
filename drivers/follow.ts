import { join } from 'node:path/posix'
import type { Place, PlaceKind, Turn } from './paths.ts'

/**
 * Follows a path as the kernel does, entry by entry, and notes what decides where it leads. Pure but for `entryAt`.
 *
 * Guarantees: each entry is looked at once and in the order of the way, below folders that are real.
 * Caveats: the tree may change meanwhile; what is found was true entry by entry.
 */
export type Entry =
  | { readonly kind: 'link'; readonly target: string }
  | (Omit<Place, 'canonical' | 'above' | 'via' | 'kind'> & { readonly kind: Exclude<PlaceKind, 'missing'> })

/** As in Linux. */
const MOST_LINKS = 40

export class TooManyLinksError extends Error {}

/** `path` is absolute; `entryAt` isn't to follow a link, and gives undefined for what doesn't exist. */
export const follow = async (path: string, entryAt: (path: string) => Promise<Entry | undefined>): Promise<Place> => {
  const via = new Map<string, Turn>()
  /** The folders that were entered, `/` first. */
  let way: readonly Step[] = [{ path: '/', entry: await entryAt('/') }]
  let left = partsOf(path)
  let followed = 0
  for (let [name, ...rest] = left; name !== undefined; [name, ...rest] = left) {
    left = rest
    const at = way.at(-1)?.path ?? '/'
    if (name === '..') {
      if (way.length > 1) via.set(at, { path: at, above: idsOf(way.slice(0, -1)) })
      way = way.length > 1 ? way.slice(0, -1) : way
      continue
    }
    const next = join(at, name)
    const entry = way.at(-1)?.entry === undefined ? undefined : await entryAt(next)
    if (entry?.kind !== 'link') {
      way = [...way, { path: next, entry }]
      continue
    }
    followed += 1
    if (followed > MOST_LINKS) throw new TooManyLinksError(`it leads over more than ${MOST_LINKS} symbolic links`)
    via.set(next, { path: next, above: idsOf(way) })
    left = [...partsOf(entry.target), ...rest]
    if (entry.target.startsWith('/')) way = way.slice(0, 1)
  }
  const { path: canonical = '/', entry } = way.at(-1) ?? {}
  const found = entry === undefined || entry.kind === 'link' ? MISSING : entry
  return { ...found, canonical, above: idsOf(way.slice(0, -1)), via: [...via.values()] }
}

interface Step {
  readonly path: string
  readonly entry: Entry | undefined
}

const MISSING = { kind: 'missing', device: '', inode: '', owner: 0, mode: 0, links: 0 } as const

/** Nearest first. */
const idsOf = (way: readonly Step[]): readonly string[] =>
  way
    .toReversed()
    .flatMap(({ entry }) => (entry === undefined || entry.kind === 'link' ? [] : [`${entry.device}:${entry.inode}`]))

/** `..` stays: behind a link it leaves another folder than the text says. */
const partsOf = (path: string): readonly string[] => path.split('/').filter((part) => part !== '' && part !== '.')
