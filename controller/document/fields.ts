import { fields } from '../../schemas/fields.ts'
import type { Field } from '../../schemas/schema-node.ts'
import type { Path } from './path.ts'

/** The field of the schema that a path of a document leads to. Pure. */
const byPath: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.path, field]))

/** Leaves out indices of lists and keys of maps: spec.secrets.TOKEN.fromEnv is spec.secrets.fromEnv. */
export const schemaPathOf = (path: Path): string => {
  let at = ''
  let inMap = false
  for (const segment of path) {
    if (!inMap && typeof segment === 'string') at = at === '' ? segment : `${at}.${segment}`
    inMap = !inMap && byPath.get(at)?.type.startsWith('map[') === true
  }
  return at
}

export const fieldAt = (path: Path): Field | undefined => byPath.get(schemaPathOf(path))

/** Names of the fields directly below. */
export const fieldNamesBelow = (path: Path): readonly string[] => {
  const parent = schemaPathOf(path)
  const prefix = parent === '' ? '' : `${parent}.`
  return fields.flatMap(({ path: each }) => {
    const name = each.startsWith(prefix) ? each.slice(prefix.length) : ''
    return name === '' || name.includes('.') ? [] : [name]
  })
}
