import { parse } from 'yaml'
import { inlined } from '../inlined.ts'
import type { SchemaNode } from '../schema-node.ts'
import { fieldRows } from './fields.ts'
import { typesOf } from './types.ts'
import { validatorsOf } from './validator.ts'

/**
 * Text of every file generated for egress policies, by its name in `schemas/`. Pure.
 *
 * Assumptions: `schemas` holds the texts of egress.schema.json, egress-preset.schema.json and egress-cases.schema.json, `presets`
 *   those of presets/*.yaml, by name.
 */
export const generateEgress = async ({
  schemas,
  presets,
}: {
  readonly schemas: Readonly<Record<string, string>>
  readonly presets: Readonly<Record<string, string>>
}): Promise<Readonly<Record<string, string>>> => {
  const read = (name: string): unknown => JSON.parse(schemas[name] ?? '{}')
  const policy = read('egress.schema.json') as SchemaNode
  const whole = (name: string): SchemaNode => inlined(read(name), policy) as SchemaNode
  const preset = whole('egress-preset.schema.json')
  const cases = whole('egress-cases.schema.json')
  const banner = '/** Generated from egress*.schema.json and presets/ by `npm run schemas`; do not edit. */'
  const types = await Promise.all([policy, preset, cases].map((schema) => typesOf(schema, '')))
  return {
    'egress.ts': `${banner}\n\n${withoutRepeats(types.join('\n'))}\n`,
    'validate-egress.ts': validatorsOf(
      { validateEgress: policy, validatePreset: preset, validateCases: cases },
      'egress*.schema.json',
    ),
    'egress-fields.ts': [
      banner,
      "import type { Field } from './schema-node.ts'",
      '',
      ...Object.entries({ policyFields: policy, presetFields: preset, casesFields: cases }).map(
        ([name, schema]) => `export const ${name}: readonly Field[] = ${fieldRows(schema)}\n`,
      ),
    ].join('\n'),
    'egress-presets.ts': [
      banner,
      "import type { EgressPreset } from './egress.ts'",
      '',
      `export const presets: readonly EgressPreset[] = ${JSON.stringify(
        Object.values(presets)
          .map((text) => parse(text) as { readonly name: string })
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        undefined,
        2,
      )}\n`,
    ].join('\n'),
  }
}

/** Each schema brings the interfaces of what it takes from another. */
const withoutRepeats = (types: string): string => {
  const seen = new Set<string>()
  return types
    .split(/(?=^\/\*\*$)(?=\/\*\*\n(?: \*.*\n)*? \*\/\nexport interface)/m)
    .filter((part) => {
      const name = /^export interface (\w+)/m.exec(part)?.[1] ?? part.trim()
      const isNew = !seen.has(name)
      seen.add(name)
      return isNew
    })
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n')
}
