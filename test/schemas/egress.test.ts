import { readFileSync, readdirSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { casesFields, policyFields, presetFields } from '../../schemas/egress-fields.ts'
import { generateEgress } from '../../schemas/generate/egress.ts'
import type { SchemaNode } from '../../schemas/schema-node.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('egress schemas')
const folder = new URL('../../schemas/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const textsOf = (below: string, names: RegExp): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(new URL(below, folder))
      .filter((name) => names.test(name))
      .map((name) => [name, read(`${below}${name}`)]),
  )
const schemas = textsOf('./', /^egress.*\.schema\.json$/)

test('the committed files match the schemas and presets; else run npm run schemas', async () => {
  const files = await generateEgress({ schemas, presets: textsOf('presets/', /\.yaml$/) })
  assert.is(Object.keys(files).length, 4)
  for (const [name, text] of Object.entries(files)) assert.ok(read(name) === text, `${name} differs`)
})

const everyNode = (node: SchemaNode, path: string): readonly (readonly [string, SchemaNode])[] => [
  [path, node],
  ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => everyNode(child, `${path}.${key}`)),
  ...(node.items === undefined ? [] : everyNode(node.items, `${path}[]`)),
]
const nodes = Object.entries(schemas)
  .flatMap(([name, text]) => everyNode(JSON.parse(text) as SchemaNode, name))
  .filter(([, node]) => !Object.hasOwn(node, '$ref'))

test('every string, list and number has a bound, and every object is closed', () => {
  const open = nodes.filter(
    ([, node]) =>
      (node.type === 'string' && node.maxLength === undefined && node.enum === undefined) ||
      (node.type === 'array' && node.maxItems === undefined) ||
      (/integer|number/.test(String(node.type)) && (node.minimum === undefined || node.maximum === undefined)) ||
      (node.type === 'object' && node.additionalProperties !== false),
  )
  assert.ok(nodes.length > 40)
  assert.equal(
    open.map(([path]) => path),
    [],
  )
})

test('every pattern is described in words, and every field in a sentence', () => {
  const wordless = nodes.filter(([, node]) => node.pattern !== undefined && node['x-must'] === undefined)
  assert.equal(
    wordless.map(([path]) => path),
    [],
  )
  const silent = [...policyFields, ...presetFields, ...casesFields].filter(
    ({ description }) => !/^[A-Za-z].*\.$/.test(description),
  )
  assert.equal(
    silent.map(({ path }) => path),
    [],
  )
})

test('what a preset or a case takes from a policy has the same fields there', () => {
  const below = (fields: readonly { readonly path: string }[], prefix: string): readonly string[] =>
    fields.filter(({ path }) => path.startsWith(prefix)).map(({ path }) => path.slice(prefix.length))
  assert.equal(below(presetFields, 'allow.'), below(policyFields, 'allow.'))
  assert.equal(below(casesFields, 'policy.'), below(policyFields, ''))
  assert.ok(below(presetFields, 'allow.').includes('credential.secret'))
})

test.run()
