import type { SchemaNode } from '../schema-node.ts'
import { fieldRows } from './fields.ts'
import { typesOf } from './types.ts'
import { validatorsOf } from './validator.ts'

/** Text of every file generated from policy.schema.json, by its name in `schemas/`. Pure. */
export const generatePolicy = async (schemaText: string): Promise<Readonly<Record<string, string>>> => {
  const schema = JSON.parse(schemaText) as SchemaNode
  const banner = '/** Generated from policy.schema.json by `npm run schemas`; do not edit. */'
  return {
    'policy.ts': await typesOf(schema, banner),
    'validate-policy.ts': validatorsOf({ validatePolicy: schema }, 'policy.schema.json'),
    'policy-fields.ts': [
      banner,
      "import type { Field } from './schema-node.ts'",
      '',
      `export const policyFields: readonly Field[] = ${fieldRows(schema)}\n`,
    ].join('\n'),
  }
}
