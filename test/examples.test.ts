import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { formatComplaint } from '../controller/document/complaint.ts'
import { bottleFields } from '../controller/document/fields.ts'
import { parseFile } from '../controller/document/parse.ts'
import { fields } from '../schemas/fields.ts'
import { suite } from './helpers/suite.ts'

const test = suite('examples')
const folder = fileURLToPath(new URL('../examples', import.meta.url))
const files = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name))
const parse = (name: string) => parseFile({ path: `examples/${name}`, text: readFileSync(join(folder, name)) })

for (const name of files) {
  test(`${name} is valid`, () => {
    const { documents, complaints, foreign } = parse(name)
    assert.equal([...complaints, ...documents.flatMap((document) => document.complaints)].map(formatComplaint), [])
    assert.is(foreign, 0)
    assert.ok(documents.length > 0 && documents.every(({ bottle }) => bottle !== undefined))
  })

  test(`${name} is in the README`, () => {
    assert.ok(readFileSync(join(folder, 'README.md'), 'utf8').includes(`\`${name}\``))
  })
}

test('no two examples share a name, so the folder can be run as it is', () => {
  const names = files.flatMap((name) => parse(name).documents.map((document) => document.name))
  assert.is(new Set(names).size, names.length)
})

test('every YAML example names the schema for editors', () => {
  const without = files.filter(
    (name) =>
      name.endsWith('.yaml') &&
      !readFileSync(join(folder, name), 'utf8').startsWith(
        '# yaml-language-server: $schema=../schemas/bottle.schema.json\n',
      ),
  )
  assert.equal(without, [])
})

test('everything.yaml has every field except artifact, which excludes image', () => {
  const spec = parse('everything.yaml').documents[0]?.bottle?.spec as unknown as Record<string, Record<string, unknown>>
  const missing = ['', 'workspace', 'egress', 'network', 'bundle', 'machine'].flatMap((block) => {
    const there = block === '' ? spec : (spec[block] ?? {})
    return bottleFields
      .namesBelow(block === '' ? ['spec'] : ['spec', block])
      .filter((name) => !Object.hasOwn(there, name))
      .map((name) => `${block}.${name}`)
  })
  assert.equal(missing, ['machine.artifact'])
})

test('everything.yaml shows the defaults of the schema', () => {
  const spec = parse('everything.yaml').documents[0]?.bottle?.spec
  for (const { path, default: value } of fields) {
    if (
      value === undefined ||
      !path.startsWith('spec.') ||
      /^spec\.(git|supervise|bundle\.mounts\.|egress\.(allow|deny)\.)/.test(path)
    )
      continue
    const written = path
      .split('.')
      .slice(1)
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], spec)
    assert.is(written, value, path)
  }
})

test.run()
