import { compile } from 'json-schema-to-typescript'
import type { SchemaNode } from '../schema-node.ts'

/** TypeScript types of the contract, everything readonly. */
export const generateTypes = (schema: SchemaNode): Promise<string> =>
  typesOf(
    schema,
    "/** Generated from bottle.schema.json by `npm run schemas`; do not edit. */\n\nimport type { EgressPolicy } from './egress.ts'",
  )

/** `bannerComment` stands before them. */
export const typesOf = async (schema: SchemaNode, bannerComment: string): Promise<string> => {
  const types = await compile(forTypes(schema), schema.title ?? '', {
    additionalProperties: false,
    bannerComment,
    ignoreMinAndMaxItems: true,
    style: { semi: false, singleQuote: true, printWidth: 120 },
  })
  return types
    .replace(/^(\s+)(\[k: string\]|[A-Za-z]+\??):/gm, '$1readonly $2:')
    .replace(/: ([A-Za-z]+)\[\]$/gm, ': readonly $1[]')
    .replace(/: \{$/gm, ': {')
}

/** The controller always writes some fields of `status`, though a person may leave `status: {}`; x-* and bounds mean nothing to TypeScript. */
const forTypes = (node: SchemaNode): SchemaNode & { readonly tsType?: string | undefined } => ({
  ...(node.$ref === undefined ? {} : { tsType: TAKEN[node.$ref] }),
  ...(node.title === undefined ? {} : { title: node.title }),
  ...(node.type === undefined ? {} : { type: node.type }),
  ...(node.description === undefined ? {} : { description: node.description }),
  ...(node.enum === undefined ? {} : { enum: node.enum }),
  ...(node.required === undefined && node['x-required'] === undefined
    ? {}
    : { required: node['x-required'] ?? node.required ?? [] }),
  ...(node.items === undefined ? {} : { items: forTypes(node.items) }),
  ...(node.properties === undefined
    ? {}
    : {
        properties: Object.fromEntries(
          Object.entries(node.properties)
            .filter(([, child]) => child['x-ignored'] !== true)
            .map(([key, child]) => [key, forTypes(child)]),
        ),
      }),
  ...(typeof node.additionalProperties === 'object'
    ? { additionalProperties: forTypes(node.additionalProperties) }
    : node.additionalProperties === undefined
      ? {}
      : { additionalProperties: node.additionalProperties }),
})

/** Types of other schemas, imported above. */
const TAKEN: Readonly<Record<string, string>> = { 'egress.schema.json': 'EgressPolicy' }
