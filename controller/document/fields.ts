import { fields } from '../../schemas/fields.ts'
import type { Field } from '../../schemas/schema-node.ts'
import type { Path } from './raw-document.ts'

/** The table of fields, asked by the path of a value. Pure. */
const byPath: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.path, field]))

/** Without the indices of lists and the keys of maps: spec.secrets.TOKEN.fromEnv is spec.secrets.fromEnv. */
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

/** As a person writes it: spec.bundle.mounts[0].source. */
export const formatPath = (path: Path): string =>
  path.reduce<string>(
    (text, segment) =>
      typeof segment === 'number' ? `${text}[${segment}]` : text === '' ? segment : `${text}.${segment}`,
    '',
  )
