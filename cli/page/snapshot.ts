import { complaintMessage, formatComplaint } from '../../controller/document/complaint.ts'
import type { Complaint } from '../../controller/document/complaint.ts'
import { harmless } from '../../drivers/harmless.ts'
import type { AskRow, Broken, Change, Head, Row } from '../../page/wire.ts'
import type { NamedAsk } from '../bottles/asks.ts'
import type { BottleView, Loaded } from '../bottles/bottles.ts'
import { summaryOf } from '../views/bottle-table.ts'

/**
 * What all bottles are at a moment, and how two moments differ. Pure.
 *
 * Guarantees: bounded, whatever files and agents say; what is the same text is not sent again.
 */
export interface Snapshot {
  /** JSON of the rows by key, so that two are compared as texts. */
  readonly rows: ReadonlyMap<string, string>
  readonly asks: string
  readonly moreAsks: number
  readonly broken: string
  readonly head: string
}

export const NOTHING: Snapshot = { rows: new Map(), asks: '', moreAsks: 0, broken: '', head: '' }

const MOST_ROWS = 5_000
const MOST_ASKS = 200
const MOST_BROKEN = 100
const LONGEST = 600

export const snapshotOf = (
  { bottles, unparsed, unreadable }: Loaded,
  { asks, head }: { readonly asks: readonly NamedAsk[]; readonly head: Head },
): Snapshot => {
  const open = asks.filter(({ ask }) => ask.state === 'open')
  const broken = [
    ...unparsed.map(brokenOf),
    ...unreadable.map((path): Broken => ({ place: clipped(path), message: "this folder can't be read", frame: '' })),
  ]
  return {
    rows: new Map(bottles.slice(0, MOST_ROWS).map((view) => [keyOf(view), JSON.stringify(rowOf(view))])),
    asks: JSON.stringify(open.slice(0, MOST_ASKS).map(askRowOf)),
    moreAsks: Math.max(0, open.length - MOST_ASKS),
    broken: JSON.stringify(broken.slice(0, MOST_BROKEN)),
    head: JSON.stringify(head),
  }
}

/** undefined: nothing differs. */
export const changeOf = (before: Snapshot, now: Snapshot): Change | undefined => {
  const rows = [...now.rows].filter(([key, text]) => before.rows.get(key) !== text)
  const gone = [...before.rows.keys()].filter((key) => !now.rows.has(key))
  const change: Change = {
    ...(before === NOTHING && now !== NOTHING ? { isFirst: true } : {}),
    ...(before.head === now.head ? {} : { head: JSON.parse(now.head) as Head }),
    ...(rows.length === 0 ? {} : { rows: rows.map(([, text]) => JSON.parse(text) as Row) }),
    ...(gone.length === 0 ? {} : { gone }),
    ...(before.asks === now.asks && before.moreAsks === now.moreAsks
      ? {}
      : { asks: JSON.parse(now.asks) as readonly AskRow[], moreAsks: now.moreAsks }),
    ...(before.broken === now.broken ? {} : { broken: JSON.parse(now.broken) as readonly Broken[] }),
  }
  return Object.keys(change).length === 0 ? undefined : change
}

export const keyOf = ({ name, file, index }: BottleView): string => `${name} ${file ?? ''} ${index}`

export const rowOf = (view: BottleView): Row => {
  const { name, spec, status, file, line, valid, left, complaints, unverified } = view
  const { ready, phase, reason } = summaryOf(view)
  const [complaint] = complaints
  const condition = status?.conditions.find(({ type }) => type === 'Ready')
  return {
    key: keyOf(view),
    name: clipped(name),
    ready: clipped(ready),
    phase: clipped(phase),
    reason: clipped(reason),
    message: clipped(
      complaint === undefined
        ? (unverified ?? (condition?.status === 'True' ? '' : (condition?.message ?? '')))
        : formatComplaint(complaint).split('\n')[0],
    ),
    agent: clipped(spec.agent),
    ip: clipped(status?.bundle?.ip),
    ...(typeof status?.startedAt === 'string' ? { startedAt: clipped(status.startedAt) } : {}),
    ...(file === undefined ? {} : { file: clipped(file), line }),
    suspended: spec.suspend === true,
    isValid: valid,
    isLeft: left !== undefined,
  }
}

const askRowOf = ({ bottle, ask: { id, openedAt, content } }: NamedAsk): AskRow => ({ id, bottle, openedAt, content })

export const brokenOf = (complaint: Complaint): Broken => ({
  place: clipped(`${complaint.path}:${complaint.line}:${complaint.col}`),
  message: clipped(complaintMessage(complaint)),
  frame: clipped(complaint.frame),
})

/** What a person or an agent wrote, cut, with nothing in it that hides. */
export const clipped = (value: unknown): string => {
  const text = typeof value === 'string' ? value : ''
  return harmless(text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`)
}
