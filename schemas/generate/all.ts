import { parse } from 'yaml'
import { generateCrd } from './crd.ts'
import { generateFields } from './fields.ts'
import { generateTypes } from './types.ts'
import { generateValidator } from './validator.ts'
import { inlined } from '../inlined.ts'
import type { SchemaNode } from '../schema-node.ts'

/** Texts of bottle.schema.json, of egress.schema.json, whose shapes it takes, and of presets/*.yaml by name. */
export interface BottleSources {
  readonly bottle: string
  readonly egress: string
  readonly presets: Readonly<Record<string, string>>
}

/** Text of every file generated from bottle.schema.json, by its name in `schemas/`. Pure. */
export const generateAll = async (sources: BottleSources): Promise<Readonly<Record<string, string>>> => {
  const written = JSON.parse(sources.bottle) as SchemaNode
  const schema = inlined(written, JSON.parse(sources.egress)) as SchemaNode
  const presets = Object.values(sources.presets).map((text) => (parse(text) as { readonly name: string }).name)
  return {
    'bottle.ts': await generateTypes(written),
    'validate.ts': generateValidator(schema),
    'fields.ts': generateFields(schema),
    'bottle.crd.yaml': generateCrd(schema, presets.toSorted()),
  }
}
