import { generateCrd } from './crd.ts'
import { generateColumns, generateFields } from './fields.ts'
import { generateTypes } from './types.ts'
import { generateBottleValidator, generatePolicyValidator } from './validator.ts'
import type { SchemaNode } from '../schema-node.ts'

/** The sources, as text. */
export interface Sources {
  readonly bottle: string
  readonly policy: string
}

/** Text of every generated file, by its name in `schemas/`. */
export const generateAll = async (sources: Sources): Promise<Readonly<Record<string, string>>> => {
  const bottle = JSON.parse(sources.bottle) as SchemaNode
  const policy = JSON.parse(sources.policy) as SchemaNode
  return {
    'bottle.ts': await generateTypes(bottle, 'Bottle'),
    'validate.ts': generateBottleValidator(bottle),
    'fields.ts': generateFields(bottle, 'bottle', generateColumns(bottle)),
    'bottle.crd.yaml': generateCrd(bottle),
    'policy.ts': await generateTypes(policy, 'BottlePolicy'),
    'validate-policy.ts': generatePolicyValidator(policy),
    'policy-fields.ts': generateFields(policy, 'policy'),
  }
}
