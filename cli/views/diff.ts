import type { SpecChange } from '../../controller/document/spec-changes.ts'
import type { ReachChanges } from '../egress/reach.ts'
import { cell } from '../print/cell.ts'
import type { Paint } from '../print/colour.ts'
import { alignLines, GUTTER } from '../print/columns.ts'
import { reachChangeLines } from './reach.ts'

/** What an edit changes, field by field, with its cost. Pure. */
export interface BottleDiff {
  readonly name: string
  readonly where: string
  readonly isNew: boolean
  readonly updatePolicy: 'Recreate' | 'OnDelete'
  /** Why an accepted change is not applied yet. */
  readonly pending: string | undefined
  readonly changes: readonly (SpecChange & { readonly refused: string | undefined })[]
  /** What the edit adds to what may be reached, and takes away. undefined: nothing. */
  readonly reach: ReachChanges | undefined
}

export const diffText = (diff: BottleDiff, paint: Paint): string =>
  [`bottle/${diff.name} (${diff.where})`, ...diffLines(diff, paint), ''].join('\n')

/** The same without its first line. */
export const diffLines = (
  { name, isNew, updatePolicy, changes, pending, reach }: BottleDiff,
  paint: Paint,
): readonly string[] => {
  if (isNew)
    return [`  ${paint('+ new', 'good')}`, ...(pending === undefined ? [] : [paint(`  ! ${cell(pending)}`, 'bad')])]
  const lines = changes.map(({ field, before, after, machine, bundle, refused }) => {
    const sign = before === undefined ? '+' : after === undefined ? '-' : '~'
    const cost = refused !== undefined ? 'refused' : costOf(machine, bundle)
    return `  ${sign} spec.${field}\t${field === 'egress' ? (reach === undefined ? 'the same may be reached' : 'see below') : `${shown(before)} → ${shown(after)}`}\t${refused === undefined && cost === 'live' ? cost : paint(cost, 'busy')}`
  })
  const notes = [
    ...(pending === undefined ? [] : [`  ! ${cell(pending)}`]),
    ...changes.flatMap(({ refused }) => (refused === undefined ? [] : [`  ! ${cell(refused)}`])),
    ...(changes.some(({ machine, refused }) => machine === 'recreate' && refused === undefined)
      ? [
          updatePolicy === 'Recreate'
            ? '  ! the VM is recreated now; its disk is lost'
            : `  ! the VM must be recreated, and its disk is lost: applied by bottlectl rollout ${name}`,
        ]
      : []),
  ]
  const reached = reach === undefined ? [] : reachChangeLines(reach, paint)
  return [
    ...alignLines(lines, GUTTER),
    ...(reached.length === 0 ? [] : ['  what may be reached:', ...reached.map((line) => `  ${line}`)]),
    ...notes.map((note) => paint(note, 'bad')),
  ]
}

const costOf = (machine: string, bundle: string): string => {
  if (machine === 'immutable' || bundle === 'immutable') return 'immutable'
  const costs = [
    ...(machine === 'live' ? [] : [`machine: ${machine}`]),
    ...(bundle === 'live' ? [] : [`bundle: ${bundle}`]),
  ]
  return costs.length === 0 ? 'live' : costs.join(', ')
}

const shown = (value: unknown): string => (value === undefined ? '<none>' : cell(JSON.stringify(value)))
