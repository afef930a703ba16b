import type { Link } from './connection.ts'
import { toneOf } from './text.ts'
import type { Tone } from './text.ts'
import type { AskRow, Broken, Change, Head, Row } from './wire.ts'

/** What the page knows. Pure. */
export interface State {
  readonly link: Link
  readonly head: Head | undefined
  readonly rows: ReadonlyMap<string, Row>
  readonly asks: readonly AskRow[]
  readonly moreAsks: number
  readonly broken: readonly Broken[]
}

export const EMPTY: State = {
  link: 'connecting',
  head: undefined,
  rows: new Map(),
  asks: [],
  moreAsks: 0,
  broken: [],
}

export const withChange = (before: State, change: Change): State => {
  const rows = new Map(change.isFirst === true ? [] : before.rows)
  for (const key of change.gone ?? []) rows.delete(key)
  for (const row of change.rows ?? []) rows.set(row.key, row)
  return {
    link: 'live',
    head: change.head ?? before.head,
    rows,
    asks: change.asks ?? before.asks,
    moreAsks: change.moreAsks ?? before.moreAsks,
    broken: change.broken ?? before.broken,
  }
}

const ORDER: Readonly<Record<Tone, number>> = { bad: 0, busy: 1, good: 2, calm: 3 }

/** What is ill first, then by name. */
export const sorted = (rows: Iterable<Row>): readonly Row[] =>
  [...rows].sort((a, b) => ORDER[toneOf(a)] - ORDER[toneOf(b)] || byName.compare(a.name, b.name))

const byName = new Intl.Collator(undefined, { numeric: true })
