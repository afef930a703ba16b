import { parsePattern } from '../../egress/host-pattern.ts'

/**
 * What keeps a value from being a compiled policy; undefined: it is one. Pure.
 *
 * Guarantees: what `decide` reads has the type that it expects, so that nothing it makes of nonsense is an allowance.
 */
export const policyNonsense = (value: unknown): string | undefined => {
  if (!isRecord(value)) return 'policy must be an object'
  const { version, mode, allow, deny, ...more } = value
  if (version !== 1) return 'policy.version must be 1'
  if (mode !== 'enforce' && mode !== 'audit') return 'policy.mode must be enforce or audit'
  return (
    unknownKeys('policy', more) ?? listNonsense('policy.allow', allow, ALLOW) ?? listNonsense('policy.deny', deny, DENY)
  )
}

type Check = (value: unknown) => boolean
interface Field {
  readonly is: Check
  readonly required?: true
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText: Check = (value) => typeof value === 'string' && value !== ''
const isFlag: Check = (value) => typeof value === 'boolean'
const isListOf =
  (is: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every(is)
const isPort: Check = (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536
const isPattern: Check = (value) => {
  if (typeof value !== 'string') return false
  const parsed = parsePattern(value)
  return 'name' in parsed && parsed.name === value
}
const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isCredential: Check = (value) =>
  isRecord(value) &&
  Object.keys(value).length === 3 &&
  ['secret', 'header', 'format'].every((key) => isText(value[key]))

const DENY: Readonly<Record<string, Field>> = {
  rule: { is: isText, required: true },
  host: { is: isPattern, required: true },
  ports: { is: isListOf(isPort) },
  methods: { is: isListOf(isText) },
  paths: { is: isListOf(isText) },
}

const ALLOW: Readonly<Record<string, Field>> = {
  ...DENY,
  ports: { is: isListOf(isPort), required: true },
  credential: { is: isCredential },
  push: { is: isFlag, required: true },
  tls: { is: (value) => value === 'terminate' || value === 'passthrough', required: true },
  websocket: { is: isFlag, required: true },
  private: { is: isFlag, required: true },
  until: { is: isTime },
}

const listNonsense = (at: string, list: unknown, fields: Readonly<Record<string, Field>>): string | undefined => {
  if (!Array.isArray(list)) return `${at} must be a list`
  for (const [index, rule] of (list as readonly unknown[]).entries()) {
    const where = `${at}[${index}]`
    if (!isRecord(rule)) return `${where} must be an object`
    for (const [key, { is, required }] of Object.entries(fields)) {
      const value = rule[key]
      if (value === undefined ? required : !is(value)) return `${where}.${key} is missing or not what it must be`
    }
    const more = Object.entries(rule).filter(([key]) => !Object.hasOwn(fields, key))
    const unknown = unknownKeys(where, Object.fromEntries(more))
    if (unknown !== undefined) return unknown
  }
  return undefined
}

/** A field that isn't known here may narrow an entry. */
const unknownKeys = (at: string, more: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(more).length === 0 ? undefined : `${at} has a field that this bundle doesn't know`
