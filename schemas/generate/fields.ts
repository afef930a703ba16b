import type { SchemaNode, UpdateClass, UpdateRule } from '../schema-node.ts'

/** Every field of the contract as a row of plain data, for `explain`, `diff` and defaults. */
export const generateFields = (schema: SchemaNode): string => {
  return [
    '/** Generated from bottle.schema.json by `npm run schemas`; do not edit. */',
    "import type { Column, Field } from './schema-node.ts'",
    '',
    `export const columns: readonly Column[] = ${JSON.stringify(schema['x-columns'], undefined, 2)}`,
    '',
    '/** In the order of the schema; a parent comes before its children. */',
    `export const fields: readonly Field[] = ${fieldRows(schema)}\n`,
  ].join('\n')
}

/** The rows as a list in TypeScript. */
export const fieldRows = (schema: SchemaNode): string => {
  const rows = Object.entries(schema.properties ?? {}).flatMap(([key, node]) =>
    rowsOf(node, { path: key, required: (schema.required ?? []).includes(key), update: 'live' }),
  )
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)},`).join('\n')}\n]`
}

/** `update` is the parent's, for a field without its own: the members of a mount, the values of a map. */
const rowsOf = (node: SchemaNode, at: { path: string; required: boolean; update: UpdateRule }): readonly object[] => {
  if (node['x-ignored'] === true) return []
  const rule = node['x-update'] ?? at.update
  const inner = node.items ?? (typeof node.additionalProperties === 'object' ? node.additionalProperties : node)
  const required = node['x-required'] ?? inner.required ?? []
  const row = {
    path: at.path,
    type: typeOf(node),
    required: at.required,
    description: node.description ?? '',
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node.enum === undefined ? {} : { enum: node.enum }),
    ...(at.path.startsWith('spec.') && (inner.properties === undefined || node['x-update'] !== undefined)
      ? { update: bothOf(rule) }
      : {}),
    ...(node['x-grow-only'] === true ? { growOnly: true } : {}),
    ...(inner['x-must'] === undefined ? {} : { must: inner['x-must'] }),
    ...(node['x-keys-must'] === undefined ? {} : { keysMust: node['x-keys-must'] }),
  }
  const children = Object.entries(inner.properties ?? {}).flatMap(([key, child]) =>
    rowsOf(child, { path: `${at.path}.${key}`, required: required.includes(key), update: rule }),
  )
  return [row, ...children]
}

const bothOf = (rule: UpdateRule): Readonly<Record<'machine' | 'bundle', UpdateClass>> =>
  typeof rule === 'string'
    ? { machine: rule, bundle: rule }
    : { machine: rule.machine ?? 'live', bundle: rule.bundle ?? 'live' }

/** As `kubectl explain` writes types. */
const typeOf = (node: SchemaNode): string => {
  if (node.items !== undefined) return `[]${typeOf(node.items)}`
  if (typeof node.additionalProperties === 'object') return `map[string]${typeOf(node.additionalProperties)}`
  return [node.type ?? 'object']
    .flat()
    .map((each) => (each === 'object' ? 'Object' : each))
    .join(' | ')
}
