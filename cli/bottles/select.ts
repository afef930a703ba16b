import type { BottleView } from './bottles.ts'
import { CliError } from '../print/cli-error.ts'

/** `-l` and `--field-selector`, as kubectl reads them. */
export type Selector = (bottle: BottleView) => boolean

const USAGE = 2

export const labelSelector = (text: string): Selector => {
  const tests = split(text).map(labelTest)
  return ({ metadata }) => tests.every((test) => test(metadata.labels ?? {}))
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean

/** At commas outside of parentheses. */
const split = (text: string): readonly string[] =>
  text
    .split(/,(?![^()]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

const KEY = '[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?'
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`)
const EQUAL = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([A-Za-z0-9._-]*)$`)
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`)

const labelTest = (part: string): LabelTest => {
  const set = SET.exec(part)
  if (set !== null) {
    const values = (set[4] ?? '').split(',').map((value) => value.trim())
    const within = (labels: Readonly<Record<string, string>>): boolean => values.includes(labels[set[1] ?? ''] ?? '\0')
    return set[3] === 'in' ? within : (labels) => !within(labels)
  }
  const equal = EQUAL.exec(part)
  if (equal !== null) {
    const [, key = '', , operator, value] = equal
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value
  }
  const exists = EXISTS.exec(part)
  if (exists !== null) {
    const [, not, key = ''] = exists
    return (labels) => Object.hasOwn(labels, key) !== (not === '!')
  }
  throw new CliError(
    `unable to parse requirement "${part}"`,
    "write it like team=search, team!=search, 'team in (a,b)', team or '!team'",
    USAGE,
  )
}

const FIELDS: Readonly<Record<string, (bottle: BottleView) => string>> = {
  'metadata.name': ({ name }) => name,
  'metadata.namespace': () => 'default',
  'status.phase': ({ status, stale, left }) => (stale ? '' : (left ?? status?.phase ?? '')),
  'spec.agent': ({ spec }) => spec.agent ?? '',
  'spec.suspend': ({ spec }) => String(spec.suspend ?? false),
  'spec.bundle.image': ({ spec }) => spec.bundle?.image ?? '',
}

export const fieldSelector = (text: string): Selector => {
  const tests = split(text).map((part): Selector => {
    const [, field = '', operator, value] = /^([^=!]+?)(==|=|!=)(.*)$/.exec(part) ?? []
    const read = FIELDS[field]
    if (operator === undefined)
      throw new CliError(`invalid field selector "${part}"`, 'write it like status.phase=Ready', USAGE)
    if (read === undefined)
      throw new CliError(`field label not supported: ${field}`, `supported: ${Object.keys(FIELDS).join(', ')}`, USAGE)
    return (bottle) => (read(bottle) === value) !== (operator === '!=')
  })
  return (bottle) => tests.every((test) => test(bottle))
}
