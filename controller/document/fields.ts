import { fields } from '../../schemas/fields.ts'
import type { Field } from '../../schemas/schema-node.ts'
import type { Path } from './path.ts'

/** The fields of a schema, by paths of its documents. Pure. */
export interface FieldIndex {
  /** Indices of lists and keys of maps are left out: spec.secrets.TOKEN.fromEnv is spec.secrets.fromEnv. */
  fieldAt(path: Path): Field | undefined
  /** Names of the fields directly below. */
  namesBelow(path: Path): readonly string[]
}

export const createFieldIndex = (fields: readonly Field[]): FieldIndex => {
  const byPath: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.path, field]))
  const schemaPathOf = (path: Path): string => {
    let at = ''
    let inMap = false
    for (const segment of path) {
      if (!inMap && typeof segment === 'string') at = at === '' ? segment : `${at}.${segment}`
      inMap = !inMap && byPath.get(at)?.type.startsWith('map[') === true
    }
    return at
  }
  return {
    fieldAt: (path) => byPath.get(schemaPathOf(path)),
    namesBelow: (path) => {
      const parent = schemaPathOf(path)
      const prefix = parent === '' ? '' : `${parent}.`
      return fields.flatMap(({ path: each }) => {
        const name = each.startsWith(prefix) ? each.slice(prefix.length) : ''
        return name === '' || name.includes('.') ? [] : [name]
      })
    },
  }
}

/** Of a Bottle. */
export const bottleFields = createFieldIndex(fields)
