import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { entryOf, fileOf } from '../../../controller/parsed/entry.ts'
import { holds } from '../../helpers/property.ts'
import { suite } from '../../helpers/suite.ts'
import { anyYaml } from '../../fuzz/yaml-text.ts'

const test = suite('entries of parsed files')
const bottle = (name: string, rest = ''): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n${rest}`
const yaml = (text: string): ReturnType<typeof parseFile> => parseFile({ path: 'a.yaml', text })
/** As it comes from a disk. */
const entry = (text: string): Record<string, unknown> =>
  JSON.parse(JSON.stringify(entryOf(yaml(text)))) as Record<string, unknown>

for (const [what, text] of Object.entries({
  'one Bottle': bottle('a'),
  'two, and a document of others between them': `${bottle('a')}---\nkind: ConfigMap\napiVersion: v1\n---\n${bottle('b')}`,
  'nothing but documents of others': 'apiVersion: v1\nkind: ConfigMap\n',
  'a status': bottle('a', 'status: {phase: Ready, conditions: [{type: Ready, n: 1.5}], text: "x: [y"}\n'),
  'a status that is null': bottle('a', 'status:\n'),
  'nulls in the spec': bottle('a').replace('agent: claude', 'agent: claude, env: ~'),
  'anchors and aliases': bottle('a').replace('{agent: claude}', '{agent: claude, env: {A: &x "1", B: *x}}'),
  'a key that is a name of JavaScript': bottle('a', 'status: {__proto__: {a: 1}, constructor: 2, "10": x, "2": y}\n'),
}))
  test(`a file with ${what} reads back as it was parsed`, () => {
    const parsed = yaml(text)
    assert.equal(
      parsed.documents.flatMap(({ complaints }) => complaints),
      [],
    )
    assert.equal(fileOf(entry(text)), parsed)
  })

test('whatever has an entry reads back as it was parsed', async () => {
  let kept = 0
  const texts = fc.tuple(anyYaml, fc.constantFrom(bottle('a'), bottle('b', 'status: {a: 1}\n'), ''))
  const property = fc.property(texts, ([soup, own]) => {
    for (const text of [soup, `${own}---\n${soup}`, own.replace('claude', soup), `${own}status: ${soup}`]) {
      const parsed = yaml(text)
      const made = entryOf(parsed)
      if (made === undefined) continue
      kept += 1
      assert.equal(fileOf(JSON.parse(JSON.stringify(made))), parsed)
    }
  })
  await holds('entries read back', property, 200)
  assert.ok(kept > 0, 'some have one')
})

for (const [what, text] of Object.entries({
  'an unknown field': bottle('a').replace('agent', 'agnet'),
  'a rule broken': bottle('a').replace('{name: a}', '{name: A_b}'),
  'one good document and one bad': `${bottle('a')}---\n${bottle('b').replace('agent', 'agnet')}`,
  'nothing in it': '# later\n',
  'a number that JSON does not have': bottle('a', 'status: {n: .nan, m: .inf}\n'),
  'a zero below zero': bottle('a', 'status: {n: -0.0}\n'),
}))
  test(`a file with ${what} has no entry`, () => assert.is(entryOf(yaml(text)), undefined))

for (const [what, change] of Object.entries<(good: Record<string, unknown>) => unknown>({
  'no object': () => 'x',
  'a list': () => [],
  'no count of others': (good) => ({ ...good, foreign: '0' }),
  'a count below zero': (good) => ({ ...good, foreign: -1 }),
  'no documents': (good) => ({ ...good, documents: {} }),
  'a document that is none': (good) => ({ ...good, documents: [null] }),
  'a line 0': (good) => withFirst(good, { line: 0 }),
  'an index that is a text': (good) => withFirst(good, { index: '0' }),
  'no Bottle': (good) => withFirst(good, { bottle: undefined }),
  'two documents at one place': (good) => ({ ...good, documents: [first(good), first(good)] }),
  'a Bottle against its schema': (good) => withFirst(good, { bottle: { ...first(good)['bottle'], spec: {} } }),
  'a Bottle with a status in it': (good) => withFirst(good, { bottle: { ...first(good)['bottle'], status: {} } }),
  'a Bottle with a field of nobody': (good) => withFirst(good, { bottle: { ...first(good)['bottle'], more: {} } }),
  'a Bottle against a rule': (good) =>
    withFirst(good, { bottle: { ...first(good)['bottle'], spec: { agent: 'claude', workspace: { path: 'x' } } } }),
}))
  test(`JSON with ${what} is no file`, () => {
    assert.not.equal(fileOf(entry(bottle('a'))), undefined)
    assert.is(fileOf(change(entry(bottle('a')))), undefined)
  })

const first = (good: Record<string, unknown>): Record<string, Record<string, unknown>> =>
  (good['documents'] as Record<string, Record<string, unknown>>[])[0] ?? {}
const withFirst = (good: Record<string, unknown>, change: Record<string, unknown>): unknown => ({
  ...good,
  documents: [{ ...first(good), ...change }],
})

test.run()
