import { valueAt } from '../../drivers/json.ts'
import { validateBottle } from '../../schemas/validate.ts'
import type { FieldFault } from './fault.ts'
import { bottleFields } from './fields.ts'
import type { FieldIndex } from './fields.ts'
import { nearest } from './nearest.ts'
import { formatPath } from './path.ts'
import type { Path } from './path.ts'

interface SchemaError {
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly propertyName?: string
}

/** A schema as `npm run schemas` generates it. */
export interface Contract {
  /** A function of ajv's, which TypeScript doesn't see as one. */
  readonly validate: unknown
  readonly fields: FieldIndex
}

type Validate = ((value: unknown) => boolean) & { errors?: readonly SchemaError[] | null }

const BOTTLE: Contract = { validate: validateBottle, fields: bottleFields }

/**
 * Faults of a document against its schema, that of a Bottle if none is given. Pure.
 *
 * Guarantees: a null in a mapping counts as absent, as on a Kubernetes API server, but its key must be known.
 *   No message quotes a value from `env` or `secrets`.
 */
export const schemaFaults = (value: unknown, nulls: boolean, contract = BOTTLE): readonly FieldFault[] => {
  if (!nulls) return faultsIn(value, contract)
  const unknown = faultsIn(value, contract).filter(({ code }) => code === 'UnknownField')
  const rest = faultsIn(withoutNulls(value), contract).filter(({ code }) => code !== 'UnknownField')
  return [...unknown, ...rest]
}

export const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNulls(each)]])),
  )
}

const faultsIn = (value: unknown, contract: Contract): readonly FieldFault[] => {
  const validate = contract.validate as Validate
  if (validate(value)) return []
  return (validate.errors ?? []).flatMap((error) => {
    // A second error about the same property name has the path of its map.
    if (error.propertyName !== undefined) return []
    // Of each branch of a oneOf; the oneOf itself has an error, too.
    if (error.schemaPath.includes('/oneOf/')) return []
    const path = pathIn(value, error.instancePath)
    return [faultOf(error, { path, value: valueAt(value, path), fields: contract.fields })]
  })
}

const faultOf = (
  { keyword, params }: SchemaError,
  { path, value, fields }: { readonly path: Path; readonly value: unknown; readonly fields: FieldIndex },
): FieldFault => {
  const name = formatPath(path)
  const field = fields.fieldAt(path)
  const bad = (message: string, suggestion?: string): FieldFault => ({
    code: 'BadValue',
    path,
    at: 'value',
    message: `${name} ${message}`,
    suggestion,
  })
  switch (keyword) {
    case 'required': {
      const missing = [...path, String(params['missingProperty'])]
      return { code: 'Missing', path, at: 'key', message: `${formatPath(missing)} is missing` }
    }
    case 'additionalProperties': {
      const key = String(params['additionalProperty'])
      return {
        code: 'UnknownField',
        path: [...path, key],
        at: 'key',
        message: `unknown field ${formatPath([...path, key])}${mergeHint(key)}`,
        suggestion: nearest(key, fields.namesBelow(path)),
      }
    }
    case 'propertyNames': {
      const key = String(params['propertyName'])
      return {
        code: 'BadValue',
        path: [...path, key],
        at: 'key',
        message: `${formatPath([...path, key])} must ${field?.keysMust ?? 'have another name'}${mergeHint(key)}`,
      }
    }
    case 'type': {
      const wanted = String(params['type'])
      const [hint, suggestion] = hintFor(wanted, value)
      return {
        code: 'WrongType',
        path,
        at: 'value',
        message: `${name} must be ${article(wanted)}, not ${describe(value)}${hint}`,
        suggestion,
      }
    }
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly string[]) ?? []
      return bad(`must be ${allowed.join(' or ')}`, typeof value === 'string' ? nearest(value, allowed) : undefined)
    }
    case 'pattern':
      return bad(`must ${field?.must ?? 'have another form'}`)
    case 'minimum':
    case 'maximum':
      return bad(`must be ${keyword === 'minimum' ? 'at least' : 'at most'} ${String(params['limit'])}`)
    case 'minLength':
      return bad('must not be empty')
    case 'maxLength':
      return bad(`must not be longer than ${String(params['limit'])} characters`)
    case 'uniqueItems':
      return bad(`has the same item twice: ${String(params['j'])} and ${String(params['i'])}`)
    case 'oneOf':
      return bad('must have exactly one of fromEnv and fromFile')
    case 'maxProperties':
      return bad(`must not have more than ${String(params['limit'])} entries`)
    case 'maxItems':
      return bad(`must not have more than ${String(params['limit'])} items`)
    default:
      return bad(`breaks the schema (${keyword})`)
  }
}

const mergeHint = (key: string): string => (key === '<<' ? ': merge keys are not part of YAML 1.2' : '')

/** Of one type, or of several joined by commas. */
const article = (types: string): string => types.split(',').map(oneArticle).join(' or ')

const oneArticle = (type: string): string =>
  type === 'boolean'
    ? 'true or false'
    : type === 'object'
      ? 'a mapping'
      : type === 'array'
        ? 'a list'
        : type === 'integer'
          ? 'a whole number'
          : `a ${type}`

const describe = (value: unknown): string =>
  value === null
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a mapping'
        : typeof value === 'boolean'
          ? 'true or false'
          : `a ${typeof value}`

const hintFor = (wanted: string, value: unknown): readonly [string, string?] => {
  if (wanted === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return [': put it in quotes']
  if (wanted.startsWith('boolean') && typeof value === 'string') {
    const word = value.toLowerCase()
    return ['yes', 'on', 'true', 'y'].includes(word)
      ? ['', 'true']
      : ['no', 'off', 'false', 'n'].includes(word)
        ? ['', 'false']
        : ['']
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  return /integer|number/.test(wanted) && Number.isFinite(number) ? ['', String(number)] : ['']
}

/** Segments of a JSON pointer; indices of lists are numbers. */
const pathIn = (root: unknown, pointer: string): Path => {
  let value = root
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~')
      const inList = Array.isArray(value)
      value = (value as Record<string, unknown> | undefined)?.[key]
      return inList ? Number(key) : key
    })
}
