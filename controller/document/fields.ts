import { fields } from '../../schemas/fields.ts'
import type { Field } from '../../schemas/schema-node.ts'
import type { Path } from './path.ts'

/** The fields of a schema, by the path of a document that leads to them. Pure. */
export interface FieldTable {
  fieldAt(path: Path): Field | undefined
  /** Names of the fields directly below. */
  fieldNamesBelow(path: Path): readonly string[]
}

export const createFieldTable = (rows: readonly Field[]): FieldTable => {
  const byPath: ReadonlyMap<string, Field> = new Map(rows.map((field) => [field.path, field]))

  /** Leaves out indices of lists and keys of maps: spec.secrets.TOKEN.fromEnv is spec.secrets.fromEnv. */
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
    fieldNamesBelow: (path) => {
      const parent = schemaPathOf(path)
      const prefix = parent === '' ? '' : `${parent}.`
      return rows.flatMap(({ path: each }) => {
        const name = each.startsWith(prefix) ? each.slice(prefix.length) : ''
        return name === '' || name.includes('.') ? [] : [name]
      })
    },
  }
}

/** Of a Bottle. */
export const bottleFields = createFieldTable(fields)
