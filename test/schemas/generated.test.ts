import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import { fields } from '../../schemas/fields.ts'
import { policyFields } from '../../schemas/policy-fields.ts'
import { generateAll } from '../../schemas/generate/all.ts'
import { generatePolicy } from '../../schemas/generate/policy.ts'
import { inlined } from '../../schemas/inlined.ts'
import type { SchemaNode } from '../../schemas/schema-node.ts'
import { validateStatus } from '../../schemas/validate.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('generated')
const read = (name: string): string => readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')
const schema = inlined(JSON.parse(read('bottle.schema.json')), JSON.parse(read('egress.schema.json'))) as SchemaNode
const presets = Object.fromEntries(
  readdirSync(new URL('../../schemas/presets', import.meta.url)).map((name) => [name, read(`presets/${name}`)]),
)
const policy = JSON.parse(read('policy.schema.json')) as SchemaNode

const everyNode = (node: SchemaNode, path: string): readonly (readonly [string, SchemaNode])[] => [
  [path, node],
  ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => everyNode(child, `${path}.${key}`)),
  ...(node.items === undefined ? [] : everyNode(node.items, `${path}[]`)),
  ...(typeof node.additionalProperties === 'object' ? everyNode(node.additionalProperties, `${path}.*`) : []),
]
const nodes = everyNode(schema, '')
const allNodes = [...nodes, ...everyNode(policy, 'policy')]

test('the committed files match the schema; else run npm run schemas', async () => {
  for (const [name, text] of Object.entries({
    ...(await generateAll({ bottle: read('bottle.schema.json'), egress: read('egress.schema.json'), presets })),
    ...(await generatePolicy(read('policy.schema.json'))),
  }))
    assert.ok(read(name) === text, `${name} differs`)
})

test('every string, list and map has a bound', () => {
  const unbounded = allNodes.filter(
    ([, node]) =>
      (node.type === 'string' && node.maxLength === undefined && node.enum === undefined) ||
      (node.type === 'array' && node.maxItems === undefined) ||
      (/integer|number/.test(String(node.type)) && (node.minimum === undefined || node.maximum === undefined)) ||
      (typeof node.additionalProperties === 'object' &&
        (node.maxProperties === undefined || node.propertyNames?.maxLength === undefined)),
  )
  assert.equal(
    unbounded.map(([path]) => path),
    [],
  )
})

test('every object is closed or a map', () => {
  assert.equal(
    allNodes
      .filter(([, node]) => node.type === 'object' && node.additionalProperties === undefined)
      .map(([path]) => path),
    [],
  )
})

test("every field of spec has an update class, its own or its parent's", () => {
  const silent = fields.filter(
    ({ path, type, update }) => path.startsWith('spec.') && !type.endsWith('Object') && update === undefined,
  )
  assert.equal(
    silent.map(({ path }) => path),
    [],
  )
  const without = nodes.filter(
    ([path, node]) =>
      /^\.spec\.[a-zA-Z.]+$/.test(path) &&
      !path.startsWith('.spec.egress.') &&
      node.type !== 'object' &&
      node['x-update'] === undefined,
  )
  assert.equal(
    without.map(([path]) => path),
    [],
  )
})

test('every field is described in one sentence', () => {
  assert.equal(
    [...fields, ...policyFields]
      .filter(({ description }) => !/^[A-Za-z].*\.$/.test(description))
      .map(({ path }) => path),
    [],
  )
})

test('every pattern is described in words', () => {
  const wordless = allNodes.filter(
    ([path, node]) =>
      !path.startsWith('.status') &&
      node.type === 'string' &&
      node.pattern !== undefined &&
      node['x-must'] === undefined,
  )
  assert.equal(
    wordless.map(([path]) => path),
    [],
  )
})

const EGRESS = { allow: [{ host: 'a.example', credential: { secret: 'A', header: 'Authorization' } }] }

test('the defaults of the schema are those that the reconcilers use', () => {
  const { bundle, machine, ...rest } = resolveSpec(
    {
      agent: 'a',
      workspace: { path: '/w', mode: 'copy' },
      egress: EGRESS,
      git: { repositories: [{ name: 'a', url: 'https://a.example/a', credential: { secret: 'A' } }] },
      bundle: { mounts: [{ source: '/a', target: '/a' }] },
    },
    '/',
  )
  const policy = rest.egress?.compiled.ok === true ? rest.egress.compiled.policy : undefined
  const [repository] = rest.repositories
  const used: Readonly<Record<string, unknown>> = {
    'spec.suspend': rest.suspend,
    'spec.deletionPolicy': rest.deletionPolicy,
    'spec.workspace.guestPath': rest.workspace?.guestPath,
    'spec.egress.mode': policy?.mode,
    'spec.egress.allow.credential.format': policy?.allow[0]?.credential?.format,
    'spec.egress.allow.push': policy?.allow[0]?.push,
    'spec.egress.allow.tls': policy?.allow[0]?.tls,
    'spec.egress.allow.websocket': policy?.allow[0]?.websocket,
    'spec.egress.allow.private': policy?.allow[0]?.private,
    'spec.git': resolveSpec({ agent: 'a' }, '/').git,
    'spec.git.repositories.credential.username': repository?.credential?.username,
    'spec.git.repositories.fetch': repository?.fetch,
    'spec.git.repositories.maxPackMiB': repository?.maxPackMiB,
    'spec.git.repositories.review': repository?.review,
    'spec.git.repositories.private': repository?.private,
    'spec.supervise': rest.supervise,
    'spec.bundle.mounts.readOnly': bundle.mounts[0]?.readOnly,
    'spec.bundle.resources.memory': bundle.memoryMiB,
    'spec.bundle.resources.pids': bundle.pids,
    'spec.bundle.pullPolicy': bundle.pullPolicy,
    'spec.bundle.startTimeout': `${bundle.startTimeoutMs / 60_000}m`,
    'spec.bundle.readOnlyRoot': bundle.readOnlyRoot,
    'spec.machine.updatePolicy': machine.updatePolicy,
  }
  assert.equal(
    Object.fromEntries(
      fields
        .filter((field) => field.path.startsWith('spec.') && field.default !== undefined)
        .map((field) => [field.path, field.default]),
    ),
    used,
  )
})

test('the validator loads without ajv', () => {
  const script =
    "const { createRequire } = await import('node:module'); await import('./schemas/validate.ts'); console.log(JSON.stringify(Object.keys(createRequire(process.cwd() + '/x.js').cache)))"
  const loaded = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  })
  const modules = (JSON.parse(loaded) as readonly string[]).filter((path) => path.includes('node_modules/ajv/'))
  assert.equal(
    modules.map((path) => path.replace(/^.*node_modules\//, '')),
    ['ajv/dist/runtime/ucs2length.js'],
  )
})

test('the status of API.md is valid, and an unknown field in it is not', () => {
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'AllReady',
    message: '',
    observedGeneration: 3,
    lastTransitionTime: '2026-11-23T22:33:11Z',
  }
  const status = {
    phase: 'Ready',
    observedGeneration: 3,
    specHash: `sha256:${'0'.repeat(64)}`,
    uid: 'u',
    simulated: true,
    network: { subnet: '192.168.133.0/24' },
    conditions: [condition],
  }
  const check = validateStatus as unknown as (value: unknown) => boolean
  assert.ok(check(status))
  assert.not(check({ ...status, extra: 1 }))
  assert.not(check({ ...status, conditions: [{ ...condition, status: true }] }))
  assert.not(check({}))
})

test('the definition has the same columns as the table of bottlectl', () => {
  const crd = parse(read('bottle.crd.yaml')) as {
    spec: { versions: { additionalPrinterColumns: { name: string; priority?: number }[] }[] }
  }
  const columns = crd.spec.versions[0]?.additionalPrinterColumns ?? []
  assert.equal(
    columns.filter(({ priority = 0 }) => priority === 0).map(({ name }) => name),
    ['Ready', 'Status', 'Agent', 'Bundle-IP', 'Age'],
  )
})

test.run()
