import { generateCrd } from './crd.ts'
import { generateFields } from './fields.ts'
import { generateTypes } from './types.ts'
import { generateValidator } from './validator.ts'
import type { SchemaNode } from '../schema-node.ts'

/** Text of every generated file, by its name in `schemas/`. */
export const generateAll = async (schemaText: string): Promise<Readonly<Record<string, string>>> => {
  const schema = JSON.parse(schemaText) as SchemaNode
  return {
    'bottle.ts': await generateTypes(schema),
    'validate.ts': generateValidator(schema),
    'fields.ts': generateFields(schema),
    'bottle.crd.yaml': generateCrd(schema),
  }
}
