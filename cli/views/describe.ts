import type { BottleEvent } from '../../controller/report/event-log.ts'
import type { Grant } from '../../drivers/ports.ts'
import type { NamedAsk } from '../bottles/asks.ts'
import type { BottleView } from '../bottles/bottles.ts'
import { compileRepositories } from '../../egress/git/compile.ts'
import type { Policy } from '../../egress/policy.ts'
import type { Denials } from '../egress/record.ts'
import { ageOf } from '../print/age.ts'
import { cell, visible } from '../print/cell.ts'
import { alignLines, GUTTER } from '../print/columns.ts'
import { askLine } from './ask-table.ts'
import { describedEvents } from './event-table.ts'
import { denialLines } from './egress-record.ts'
import { grantLines } from './grants.ts'
import { reachSummary } from './reach.ts'
import { undoLine } from './undo-line.ts'
import { sorted } from '../print/json.ts'
import { unverifiedLine } from './unverified.ts'
import type { BottleObject } from '../bottles/object.ts'

/** A bottle as `kubectl describe` lays it out; problems come before the details. Pure. */
export const describeBottle = (given: {
  readonly view: BottleView
  readonly object: BottleObject
  readonly events: readonly BottleEvent[]
  readonly now: number
  /** Of a Bottle with `egress`. */
  readonly egress?: Policy | undefined
  /** Beside its file. */
  readonly grants?: readonly Grant[] | undefined
  readonly denials?: Denials | undefined
  /** Of a Bottle with `supervise`, oldest first. */
  readonly asks?: readonly NamedAsk[] | undefined
}): string => {
  const { view, object, events, now, egress, grants, denials, asks } = given
  const { status } = view
  const { conditions: _conditions, ...rest } = (status ?? {}) as Readonly<Record<string, unknown>>
  const { name: _name, labels: _labels, annotations: _annotations, ...metadata } = object.metadata
  const lines = [
    `Name:\t${view.name}`,
    ...pairs('Labels', view.metadata.labels),
    ...pairs('Annotations', view.metadata.annotations),
    `API Version:\t${String(object['apiVersion'])}`,
    `Kind:\t${String(object['kind'])}`,
    `File:\t${view.file === undefined ? `<none>: the document is gone (${view.left ?? ''})` : `${cell(view.file)}:${view.line}`}`,
    ...block('Metadata', metadata),
    ...block('Spec', view.spec),
    ...(status === undefined ? ['Status:\t<none>'] : block('Status', rest)),
    ...unverified(view),
    ...heldLine(view, events),
    ...goingLine(view, now),
    ...(view.stale
      ? [`Stale:\tTrue, ${view.hidden === true ? HIDDEN : 'the spec changed after this status was written'}`]
      : []),
    ...complaints(view),
    ...conditionLines(status?.conditions ?? [], now),
    ...(egress === undefined ? [] : [`Egress:\t${reachSummary(egress)}`]),
    ...grantLines(grants, view.spec.egress?.allow?.length).map(
      (line, index) => `${index === 0 ? 'Granted:' : ''}\t${line}`,
    ),
    ...repositoryLines(view.spec),
    ...(asks === undefined ? [] : askBlock(asks, now)),
    ...(denials === undefined ? [] : denialBlock(denials, now)),
    ...describedEvents(events, now),
  ]
  return `${alignLines(lines, GUTTER).join('\n')}\n`
}

/** What the git gate serves, as its bundle is told it. */
const repositoryLines = ({ git }: BottleView['spec']): readonly string[] => {
  if (typeof git !== 'object') return []
  const compiled = compileRepositories(git.repositories)
  if (!compiled.ok || compiled.repositories.length === 0) return []
  return compiled.repositories.map(({ name, url, fetch, push, review }, index) => {
    const may = [
      ...(fetch ? ['read'] : []),
      ...(push.length === 0 ? [] : [`push ${push.join(', ')}${review ? ' (each by approval)' : ''}`]),
    ]
    return `${index === 0 ? 'Git:' : ''}\t${cell(name)}: ${may.join('; ')} ${cell(url)}`
  })
}

const askBlock = (asks: readonly NamedAsk[], now: number): readonly string[] => {
  const open = asks.filter(({ ask }) => ask.state === 'open')
  const decided = (['approved', 'denied', 'expired'] as const).flatMap((state) => {
    const count = asks.filter(({ ask }) => ask.state === state).length
    return count === 0 ? [] : [`${count} ${state}`]
  })
  const rest = decided.length === 0 ? '' : `; in the last day ${decided.join(', ')}`
  if (open.length === 0) return [`Asks:\t<none>${rest}`]
  return [
    `Asks:\t${open.length} for you: bottlectl approve ID, or deny${rest}`,
    ...open.map((each) => `  ${askLine(each, now)}`),
  ]
}

const MOST_DENIALS = 10

const denialBlock = (denials: Denials, now: number): readonly string[] => {
  if ('unknown' in denials) return [`Denied:\tnot checked: ${cell(denials.unknown)}`]
  const lines = denialLines(denials.records, now)
  if (lines.length === 0) return ['Denied:\t<none> in the last hour']
  return [
    'Denied in the last hour:',
    '  Reason\tAge\tRequest',
    '  ------\t---\t-------',
    ...lines.slice(0, MOST_DENIALS).map((line) => `  ${line}`),
    ...(lines.length > MOST_DENIALS ? [`  … and ${lines.length - MOST_DENIALS} more`] : []),
  ]
}

const HIDDEN = "the file can't be read: the last valid spec is shown and stays in force"

/** Why nothing is deleted although the document is gone. */
const heldLine = ({ left, held }: BottleView, events: readonly BottleEvent[]): readonly string[] => {
  if (left !== 'Held') return []
  // A record that an older bottled wrote has no reason.
  const why = held ?? events.findLast(({ reason }) => reason === 'MassDeletion' || reason === 'GitAtWork')
  return [`Held:\t${why === undefined ? 'not deleted yet: no controller has decided on it' : cell(why.message)}`]
}

const goingLine = (view: BottleView, now: number): readonly string[] => {
  const line = undoLine(view, now)
  return line === undefined ? [] : [`Terminating:\t${line}`]
}

const unverified = (view: BottleView): readonly string[] => {
  const line = unverifiedLine(view)
  return line === undefined ? [] : [`Unverified:\t${cell(line)}`]
}

const pairs = (title: string, map: Readonly<Record<string, string>> | undefined): readonly string[] => {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return [`${title}:\t<none>`]
  const separator = title === 'Labels' ? '=' : ': '
  return entries.map(
    ([key, value], index) => `${index === 0 ? `${title}:` : ''}\t${visible(key)}${separator}${cell(value)}`,
  )
}

const complaints = ({ complaints: found }: BottleView): readonly string[] =>
  found.length === 0
    ? []
    : [
        'Problems:',
        ...found.map(
          ({ path, line, col, message, suggestion }) =>
            `  ${cell(path)}:${line}:${col}: ${cell(message)}${suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`}`,
        ),
      ]

const block = (title: string, value: Readonly<Record<string, unknown>>): readonly string[] => {
  const inner = nested(sorted(value), 1)
  return inner.length === 0 ? [] : [`${title}:`, ...inner]
}

const nested = (value: unknown, level: number): readonly string[] => {
  const indent = '  '.repeat(level)
  if (Array.isArray(value))
    return value.flatMap((each) => (isObject(each) ? nested(each, level) : [`${indent}${cell(each)}`]))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, each]) => {
    const title = `${indent}${titleOf(key, level)}:`
    if (!isObject(each)) return [`${title}\t${cell(each)}`]
    const inner = nested(each, level + 1)
    return inner.length === 0 ? [] : [title, ...inner]
  })
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** `observedGeneration` → `Observed Generation`, as kubectl does; `guestPath` too, but not a key that a person chose. */
const titleOf = (key: string, level: number): string => {
  if (level > 1 && !/^[a-z]+([A-Z][a-z]*)*$/.test(key)) return visible(key)
  if (key === 'uid' || key === 'ip' || key === 'id') return key.toUpperCase()
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
  return `${words.charAt(0).toUpperCase()}${visible(words.slice(1))}`
}

const conditionLines = (
  conditions: NonNullable<BottleView['status']>['conditions'],
  now: number,
): readonly string[] => {
  if (conditions.length === 0) return []
  return [
    'Conditions:',
    '  Type\tStatus\tReason\tAge\tMessage',
    '  ----\t------\t------\t---\t-------',
    ...conditions.map(
      ({ type, status, reason, message, lastTransitionTime }) =>
        `  ${[type, status, reason, ageOf(lastTransitionTime, now), message].map(cell).join('\t')}`,
    ),
  ]
}
