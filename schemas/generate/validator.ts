import { Ajv } from 'ajv'
import standaloneModule from 'ajv/dist/standalone/index.js'
import type { SchemaNode } from '../schema-node.ts'

// ajv is CommonJS: TypeScript types the default export as the module.
const standalone = standaloneModule as unknown as (ajv: Ajv, exports: Record<string, string>) => string

/**
 * The validator as code that needs nothing of ajv but its string length. `validateBottle` skips `status`: it belongs to
 * the controller, and a bad one must not invalidate the spec. `validateStatus` checks it.
 */
export const generateValidator = (schema: SchemaNode): string => {
  const { status = {}, ...rest } = schema.properties ?? {}
  return validatorsOf(
    { validateBottle: { ...schema, properties: { ...rest, status: {} } }, validateStatus: status },
    'bottle.schema.json',
  )
}

/** One function for each schema, by its name. */
export const validatorsOf = (schemas: Readonly<Record<string, SchemaNode>>, source: string): string => {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, code: { source: true, esm: true, lines: true } })
  const ids = Object.entries(schemas).map(([name, schema]) => {
    const id = name.replace(/^validate/, '').toLowerCase()
    const required = schema['x-required']
    ajv.addSchema({ ...checked(schema), $id: id, ...(required === undefined ? {} : { required }) })
    return [name, id] as const
  })
  const code = standalone(ajv, Object.fromEntries(ids)).replace(/^"use strict";\s*/, '')
  return [
    '// @ts-nocheck',
    `/** Generated from ${source} by \`npm run schemas\`; do not edit. */`,
    // ajv writes ES modules that call require.
    "import { createRequire } from 'node:module'",
    'const require = createRequire(import.meta.url)',
    `${code.trim()}\n`,
  ].join('\n')
}

/** The keywords that ajv checks: texts and our own keywords would only lengthen the code. */
const checked = (node: SchemaNode): SchemaNode => {
  const kept = Object.entries(node).filter(([keyword]) => !/^([$]|x-|title$|description$|default$)/.test(keyword))
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (keyword === 'items' || (keyword === 'additionalProperties' && typeof value === 'object'))
        return [keyword, checked(value)]
      if (keyword !== 'properties') return [keyword, value]
      return [
        keyword,
        Object.fromEntries(
          Object.entries(value as Record<string, SchemaNode>).map(([key, child]) => [key, checked(child)]),
        ),
      ]
    }),
  )
}
