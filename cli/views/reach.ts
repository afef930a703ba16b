import type { AllowRule, DenyRule, Policy } from '../../egress/policy.ts'
import type { ReachChanges } from '../egress/reach.ts'
import { visible } from '../print/cell.ts'
import type { Paint } from '../print/colour.ts'
import { alignLines, GUTTER } from '../print/columns.ts'

/** What may be reached, and what an edit changes about it, as text. Pure. */

/** A policy with its presets filled in, an entry per line. */
export const reachLines = (policy: Policy): readonly string[] => {
  const lines = [
    ...(policy.mode === 'audit' ? [`  ${EVERYTHING}`] : []),
    ...policy.deny.map((rule) => `  never ${termsOf(rule)}\t${rule.rule}`),
    ...policy.allow.map((rule) => `  ${termsOf(rule)}\t${[rule.rule, ...extrasOf(rule)].join(', ')}`),
  ]
  if (lines.length === 0) return ['  nothing']
  return short(alignLines(lines, GUTTER))
}

/** `enforce, 9 hosts: api.anthropic.com, …`. */
export const reachSummary = ({ mode, allow, deny }: Policy): string => {
  const hosts = [...new Set(allow.map(({ host }) => host))]
  const some = hosts.slice(0, MOST_HOSTS).map(visible).join(', ')
  const more = hosts.length > MOST_HOSTS ? ` and ${hosts.length - MOST_HOSTS} more` : ''
  const forbidden =
    deny.length === 0
      ? ''
      : `; never ${[...new Set(deny.map(({ host }) => visible(host)))].slice(0, MOST_HOSTS).join(', ')}`
  const what = mode === 'audit' ? 'everything; enforce would allow ' : ''
  return `${mode}, ${what}${hosts.length === 0 ? 'nothing' : `${hosts.length} host${hosts.length === 1 ? '' : 's'}: ${some}${more}`}${forbidden}`
}

/** `+ host  GET  /path  allow[0]`, aligned; none for no change. */
export const reachChangeLines = (changes: ReachChanges, paint: Paint): readonly string[] => {
  const { mode, added, removed, denied, undenied, credentials } = changes
  const plus = [
    ...added.map((rule) => `+ ${termsOf(rule)}\t${[rule.rule, ...extrasOf(rule)].join(', ')}`),
    ...undenied.map((rule) => `+ no longer forbidden: ${termsOf(rule)}\t`),
  ]
  const minus = [
    ...removed.map((rule) => `- ${termsOf(rule)}\t${extrasOf(rule).join(', ')}`),
    ...denied.map((rule) => `- never ${termsOf(rule)}\t${rule.rule}`),
  ]
  const keys = credentials.map(
    ({ host, header, before, after }) =>
      `~ ${visible(host)}: ${visible(header)} ${after === undefined ? 'is no longer set' : `is set from the secret ${visible(after.secret)}`}${before === undefined ? '' : after === undefined || before.secret !== after.secret ? ` (was ${visible(before.secret)})` : ', in another format'}`,
  )
  const aligned = alignLines([...plus, ...minus], GUTTER).map((line) => line.trimEnd())
  return [
    ...(mode === undefined ? [] : [`~ ${modeWords(mode)}`]),
    ...short(aligned.slice(0, plus.length)).map((line) => paint(line, 'busy')),
    ...short(aligned.slice(plus.length)).map((line) => paint(line, 'good')),
    ...short(keys),
  ].map((line) => `  ${line}`)
}

const EVERYTHING = 'everything: mode audit lets it through, and records what enforce would deny'

const modeWords = ({ before, after }: NonNullable<ReachChanges['mode']>): string => {
  if (after === undefined) return "there is no spec.egress any more: the bundle image's own rules count"
  const now = after === 'audit' ? EVERYTHING : 'mode enforce: only what follows, and what stays, may be reached'
  return before === undefined ? `spec.egress is new, until now the bundle image's own rules counted; ${now}` : now
}

const MOST_LINES = 40
const MOST_HOSTS = 8
const MOST_PATHS = 4

const short = (lines: readonly string[]): readonly string[] =>
  lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} more`]

/** Host, methods and paths as cells. A `deny` without ports is about all of them. */
const termsOf = ({ host, ports, methods, paths }: DenyRule): string =>
  [
    `${host}${ports === undefined || ports.join() === '443' ? '' : `:${ports.join(',')}`}`,
    methods === undefined ? 'any method' : methods.join(', '),
    paths === undefined
      ? 'any path'
      : `${paths.slice(0, MOST_PATHS).join(', ')}${paths.length > MOST_PATHS ? ` and ${paths.length - MOST_PATHS} more` : ''}`,
  ]
    .map(visible)
    .join('\t')

const extrasOf = ({ push, tls, websocket, private: inward, until, credential }: AllowRule): readonly string[] => [
  ...(push ? ['git push'] : []),
  ...(tls === 'passthrough' ? ['passed through, not looked into'] : []),
  ...(websocket ? ['WebSocket only'] : []),
  ...(inward ? ['may be private'] : []),
  ...(until === undefined ? [] : [`until ${until}`]),
  ...(credential === undefined ? [] : [`${visible(credential.header)} from ${visible(credential.secret)}`]),
]
