/**
 * A schema with each `{"$ref": "egress.schema.json#/a/b"}` replaced by what stands there; keywords beside `$ref` win. Pure.
 *
 * Assumptions: `policy` is egress.schema.json, the only schema that others take something from.
 */
export const inlined = (node: unknown, policy: unknown): unknown => {
  if (Array.isArray(node)) return node.map((each) => inlined(each, policy))
  if (typeof node !== 'object' || node === null) return node
  const { $ref: reference, ...beside } = node as Readonly<Record<string, unknown>>
  const own = Object.fromEntries(Object.entries(beside).map(([key, value]) => [key, inlined(value, policy)]))
  if (typeof reference !== 'string') return own
  const [, path = ''] = reference.split('#')
  const taken = path
    .split('/')
    .filter((key) => key !== '')
    .reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], policy)
  return { ...withoutNames(taken as object), ...own }
}

/** They are those of a whole document. */
const withoutNames = (schema: object): object =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !['$schema', '$id', '$comment'].includes(key)))
