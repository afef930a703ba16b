import { isDeepStrictEqual } from 'node:util'
import type { BottleView, Loaded } from './bottles.ts'
import type { Session } from './session.ts'

/**
 * Changes of bottles, by looking again: files that did not change are not read again.
 *
 * Guarantees: the first batch is everything (unless skipped); ends when the session is interrupted.
 */
export interface Change {
  readonly event: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly bottle: BottleView
}

export const LOOK_MS = 250

// oxlint-disable-next-line func-style
export async function* watchBottles(options: {
  readonly session: Session
  readonly read: () => Promise<Loaded>
  readonly select: (bottle: BottleView) => boolean
  readonly skipFirst: boolean
}): AsyncGenerator<readonly Change[]> {
  const { session, read, select, skipFirst } = options
  let before: ReadonlyMap<string, BottleView> | undefined
  while (!session.signal.aborted) {
    const now = new Map(
      (await read()).bottles.filter(select).map((bottle) => [`${bottle.name}\0${bottle.file ?? ''}`, bottle]),
    )
    const changes = before === undefined && skipFirst ? [] : changesOf(before ?? new Map(), now)
    if (changes.length > 0 || before === undefined) yield changes
    before = now
    await session.clock.sleep(LOOK_MS, session.signal).catch(() => undefined)
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
