import { isDeepStrictEqual } from 'node:util'
import type { BottleFeed } from './bottle-feed.ts'
import type { BottleView } from './bottles.ts'

/**
 * Changes of bottles, as a feed shows them.
 *
 * Guarantees: the first batch is everything (unless skipped); ends when the session is interrupted.
 */
export interface Change {
  readonly event: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly bottle: BottleView
}

// oxlint-disable-next-line func-style
export async function* watchBottles(options: {
  readonly feed: BottleFeed
  readonly signal: AbortSignal
  readonly select: (bottle: BottleView) => boolean
  readonly skipFirst: boolean
}): AsyncGenerator<readonly Change[]> {
  const { feed, signal, select, skipFirst } = options
  let before: ReadonlyMap<string, BottleView> | undefined
  while (!signal.aborted) {
    const now = new Map(
      (await feed.look()).bottles.filter(select).map((bottle) => [`${bottle.name}\0${bottle.file ?? ''}`, bottle]),
    )
    const changes = before === undefined && skipFirst ? [] : changesOf(before ?? new Map(), now)
    if (changes.length > 0 || before === undefined) yield changes
    before = now
    await feed.changed()
  }
}

const changesOf = (
  before: ReadonlyMap<string, BottleView>,
  now: ReadonlyMap<string, BottleView>,
): readonly Change[] => [
  ...[...now].flatMap(([key, bottle]): Change[] => {
    const old = before.get(key)
    if (old === bottle || isDeepStrictEqual(old, bottle)) return []
    return [{ event: old === undefined ? 'ADDED' : 'MODIFIED', bottle }]
  }),
  ...[...before].flatMap(([key, bottle]): Change[] => (now.has(key) ? [] : [{ event: 'DELETED', bottle }])),
]
