import { columns } from '../../schemas/fields.ts'
import type { Column } from '../../schemas/schema-node.ts'
import type { BottleView } from '../bottles/bottles.ts'
import { ageOf } from '../print/age.ts'
import { cell } from '../print/cell.ts'
import { toneOf } from '../print/colour.ts'
import type { Paint } from '../print/colour.ts'
import { valueAt } from '../../drivers/json.ts'

/** The rows of `get bottles`. Pure. */
export interface TableOptions {
  readonly wide: boolean
  readonly showLabels: boolean
  /** `-L`: a column per label. */
  readonly labelColumns: readonly string[]
  /** `--output-watch-events`. */
  readonly watchEvents: boolean
  readonly now: number
  readonly paint: Paint
}

export const headerOf = ({ wide, showLabels, labelColumns, watchEvents }: TableOptions): string =>
  [
    ...(watchEvents ? ['EVENT'] : []),
    ...columnsOf(wide).map(({ name }) => name),
    ...(wide ? ['FILE'] : []),
    ...labelColumns.map((key) => (key.split('/').at(-1) ?? key).toUpperCase()),
    ...(showLabels ? ['LABELS'] : []),
  ].join('\t')

export const rowOf = (bottle: BottleView, options: TableOptions, event = ''): string => {
  const { wide, showLabels, labelColumns, watchEvents, now, paint } = options
  const { metadata } = bottle
  const { ready, phase, reason } = summaryOf(bottle)
  const tone = toneOf(phase)
  // These columns come from summaryOf, which does not trust a stale status.
  const summary: Readonly<Record<string, string>> = { READY: ready, STATUS: phase, REASON: reason }
  const valueOf = ({ name, path, type }: Column): unknown => {
    const value = summary[name] ?? fieldOf(bottle, path)
    return type === 'date' && typeof value === 'string' ? ageOf(value, now) : value
  }
  return [
    ...(watchEvents ? [event] : []),
    ...columnsOf(wide).map(valueOf),
    ...(wide ? [bottle.file === undefined ? '' : `${bottle.file}:${bottle.line}`] : []),
    ...labelColumns.map((key) => metadata.labels?.[key]),
    ...(showLabels ? [labelsText(metadata.labels)] : []),
  ]
    .map((value, column) =>
      column === (watchEvents ? 3 : 2) && tone !== undefined ? paint(cell(value), tone) : cell(value),
    )
    .join('\t')
}

/** The schema's `x-columns`: those of a wide table last. */
const columnsOf = (wide: boolean): readonly Column[] => columns.filter((column) => wide || column.wide !== true)

/** `.spec.agent`: plain names only; columns with a filter come from `summary`. */
const fieldOf = (bottle: BottleView, path: string): unknown => valueAt(bottle, path.split('.').slice(1))

/** READY, STATUS and REASON; a stale status is marked as such, one that doesn't count isn't shown. */
export const summaryOf = ({
  status,
  stale,
  valid,
  left,
  held,
  hidden,
  undoUntil,
  unverified,
}: BottleView): { readonly ready: string; readonly phase: string; readonly reason: string } => {
  const ready = status?.conditions.find(({ type }) => type === 'Ready')
  if (left === 'Held' && held === undefined)
    return { ready: ready?.status ?? 'Unknown', phase: 'Deleting', reason: 'DocumentGone' }
  if (left === 'Retained' || left === 'Held')
    return { ready: ready?.status ?? 'Unknown', phase: left, reason: held?.reason ?? 'DocumentGone' }
  if (left === 'Terminating')
    return { ready: 'False', phase: left, reason: undoUntil === undefined ? (ready?.reason ?? '') : 'Parked' }
  if (hidden === true) return { ready: 'Unknown', phase: `${status?.phase ?? ''} (stale)`.trim(), reason: 'Unreadable' }
  if (!valid && (status === undefined || stale)) return { ready: 'False', phase: 'Invalid', reason: 'Invalid' }
  if (unverified !== undefined) return { ready: 'Unknown', phase: 'Unverified', reason: 'NotFromThisRoot' }
  if (status === undefined) return { ready: '', phase: '', reason: '' }
  if (stale) return { ready: 'Unknown', phase: `${status.phase ?? ''} (stale)`, reason: 'SpecChanged' }
  return { ready: ready?.status ?? '', phase: status.phase ?? '', reason: ready?.reason ?? '' }
}

export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string => {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',')
}
