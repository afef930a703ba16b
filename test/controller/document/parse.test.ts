import * as assert from 'uvu/assert'
import type { Complaint } from '../../../controller/document/complaint.ts'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import type { ParsedFile } from '../../../controller/document/parse.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { LIMITS } from '../../../controller/document/limits.ts'
import { readDocuments } from '../../../controller/document/yaml-documents.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('parse')
const yaml = (text: string | Uint8Array): ParsedFile => parseFile({ path: 'web.yaml', text })
const json = (text: string): ParsedFile => parseFile({ path: 'web.json', text })
const all = ({ complaints, documents }: ParsedFile): readonly Complaint[] => [
  ...complaints,
  ...documents.flatMap((document) => document.complaints),
]
const lines = (file: ParsedFile): readonly string[] => all(file).map(formatComplaint)
const codes = (file: ParsedFile): readonly string[] => all(file).map(({ code }) => code)
const head = (name = 'web'): string => `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\n`
const GOOD = `${head()}spec:\n  agent: claude\n`
const KIB = 1024

test('a valid document is returned as written, without defaults, its status apart', () => {
  const { documents, foreign, complaints } = yaml(`# mine\n${GOOD}  git: true\nstatus: {phase: Ready, x: null}\n`)
  assert.equal(complaints, [])
  assert.is(foreign, 0)
  assert.equal(documents, [
    {
      index: 0,
      name: 'web',
      line: 2,
      complaints: [],
      status: { phase: 'Ready', x: null },
      bottle: {
        apiVersion: 'bottled.dev/v1alpha1',
        kind: 'Bottle',
        metadata: { name: 'web' },
        spec: { agent: 'claude', git: true },
      },
    },
  ])
})

test('JSON, CRLF and a byte order mark make no difference', () => {
  const plain = yaml(GOOD).documents[0]?.bottle
  assert.ok(plain !== undefined)
  assert.equal(yaml(GOOD.replaceAll('\n', '\r\n')).documents[0]?.bottle, plain)
  assert.equal(yaml(`\uFEFF${GOOD}`).documents[0]?.bottle, plain)
  assert.equal(yaml(new TextEncoder().encode(`\uFEFF${GOOD}`)).documents[0]?.bottle, plain)
  assert.equal(json(JSON.stringify(plain)).documents[0]?.bottle, plain)
  assert.equal(json(`\uFEFF${JSON.stringify(plain, undefined, 2)}\r\n`).documents[0]?.bottle, plain)
})

test('an unknown field is reported at its key, with the nearest known one', () => {
  assert.equal(lines(yaml(`${GOOD}  supervize: true\n`)), [
    'web.yaml:7:3: unknown field spec.supervize (did you mean "supervise"?)',
  ])
  assert.is(all(yaml(`${GOOD}  supervize: true\n`))[0]?.frame, '  supervize: true\n  ^')
  assert.equal(
    lines(
      json(
        '{"apiVersion":"bottled.dev/v1alpha1","kind":"Bottle",\n "metadata":{"name":"a"},\n "spec":{"agent":"c","machine":{"imge":"x"}}}',
      ),
    ),
    ['web.json:3:33: unknown field spec.machine.imge (did you mean "image"?)'],
  )
  assert.equal(lines(yaml(`${GOOD}  <<: {a: b}\n`)), [
    'web.yaml:7:3: unknown field spec.<<: merge keys are not part of YAML 1.2',
  ])
})

test('complaints come in the order of their places', () => {
  const at = all(yaml(`${head()}spec:\n  zzz: 1\n  git: yes\n  env: {A: 1}\n  agent: 5\n`)).map(({ line }) => line)
  assert.equal(at, [6, 7, 8, 9])
})

test('a line under secrets is never shown', () => {
  const file = yaml(`${GOOD}  secrets: {A: sk-hush, B: {value: sk-hush, fromEnv: sk-hush}}\n`)
  assert.ok(all(file).length >= 3)
  assert.not.match(JSON.stringify(file), 'sk-hush')
})

test('documents of others are counted, not checked', () => {
  const file = yaml(
    `apiVersion: v1\nkind: ConfigMap\nspec: {supervize: 1}\n---\n${GOOD}---\n- a\n---\nservices: {}\n---\napiVersion: v2\nname: chart\n`,
  )
  assert.is(file.foreign, 4)
  assert.equal(
    file.documents.map(({ index, name }) => [index, name]),
    [[1, 'web']],
  )
  assert.equal(all(file), [])
})

test('a typo in apiVersion or kind is reported, not skipped: it must not look like a deletion', () => {
  assert.equal(lines(yaml(GOOD.replace('v1alpha1', 'v1alpha2'))), [
    'web.yaml:1:13: apiVersion must be bottled.dev/v1alpha1 (did you mean "bottled.dev/v1alpha1"?)',
  ])
  assert.equal(lines(yaml(GOOD.replace('kind: Bottle', 'kind: Botle'))), [
    'web.yaml:2:7: kind must be Bottle (did you mean "Bottle"?)',
  ])
  assert.equal(lines(yaml(GOOD.replace(/^.*\n/, ''))), ['web.yaml:1:1: apiVersion is missing'])
})

test('another kind of our group is foreign, a misspelt one is reported', () => {
  const of = (apiVersion: string, kind: string) =>
    yaml(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`)
  for (const [apiVersion, kind] of [
    ['v1', 'Pod'],
    ['bottled.dev/v1alpha1', 'Cask'],
    ['example.dev/v1', 'Bottle'],
  ] as const) {
    assert.equal([of(apiVersion, kind).foreign, of(apiVersion, kind).documents.length], [1, 0], `${apiVersion} ${kind}`)
  }
  for (const [apiVersion, kind] of [
    ['bottled.dev/v1alpha1', 'bottle'],
    ['bottled.dev/v1alpha1', 'Botle'],
    ['bottled.dev/v1beta1', 'Bottle'],
  ] as const) {
    assert.ok((of(apiVersion, kind).documents[0]?.complaints.length ?? 0) > 0, `${apiVersion} ${kind}`)
  }
})

test('a write cut at any point leaves the file complete or unclear, never foreign', () => {
  for (let length = 1; length < GOOD.length; length++) {
    const file = yaml(GOOD.slice(0, length))
    assert.is(file.foreign, 0, JSON.stringify(GOOD.slice(0, length)))
    assert.ok(all(file).length > 0 || file.documents[0]?.bottle !== undefined, JSON.stringify(GOOD.slice(0, length)))
  }
})

test("a broken document has no name and doesn't affect its neighbours", () => {
  for (const broken of ['a: [1', 'a: "x', 'a: b: c', '\t- x', ']', '{', "'", 'a: "x\n"b']) {
    const file = yaml(`${GOOD}---\n${head('broken')}${broken}\n---\n${head('last')}spec: {agent: a}\n`)
    assert.equal(
      file.documents.map(({ index, name, bottle, line }) => [index, name, bottle !== undefined, line > 7]),
      [
        [0, 'web', true, false],
        [1, undefined, false, true],
        [2, 'last', true, true],
      ],
      broken,
    )
    const [complaint] = file.documents[1]?.complaints ?? []
    assert.ok(complaint !== undefined && complaint.line >= 7 && complaint.line <= 15, complaint?.message)
  }
})

test("comments and empty documents don't shift the index of a document", () => {
  const text = `%YAML 1.2\n---\n${GOOD}...\n# only a comment\n---\n---\n${head('second')}spec: {agent: a}\n---\nplain\n--- {a: b}\n`
  const { documents } = readDocuments(text)
  for (const { index, name } of yaml(text).documents) {
    if (name !== undefined) assert.is(documents[index]?.tree.getIn(['metadata', 'name']), name)
  }
  assert.equal(
    yaml(text).documents.map(({ name }) => name),
    ['web', 'second', undefined],
  )
})

test('an empty file is reported', () => {
  for (const text of ['', ' \n\n', '# nothing\n', '---\n', '---\n---\n', '\uFEFF'])
    assert.equal(codes(yaml(text)), ['Empty'], JSON.stringify(text))
  assert.equal(codes(json('')), ['Empty'])
})

test('bytes that are not UTF-8 are reported', () => {
  assert.equal(codes(yaml(Uint8Array.of(0x61, 0xff))), ['Encoding'])
  assert.equal(codes(yaml(Uint8Array.of(0xff, 0xfe, 0x61, 0x00))), ['Encoding'])
})

test('sizes are limited, to the byte', () => {
  const fill = (bytes: number): string => `${GOOD}#${'x'.repeat(bytes - GOOD.length - 1)}`
  assert.equal(codes(yaml(fill(64 * KIB))), [])
  assert.equal(codes(yaml(fill(64 * KIB + 1))), ['TooLarge'])
  assert.equal(codes(yaml(`${GOOD}#${'ä'.repeat(33 * KIB)}`)), ['TooLarge'])
  const two = yaml(`${fill(65 * KIB)}\n---\n${head('small')}spec: {agent: a}\n`)
  assert.equal(
    two.documents.map(({ name }) => name),
    [undefined, 'small'],
  )
  assert.equal(codes(yaml(`${'#'.repeat(63 * KIB)}\n---\n`.repeat(4) + '#'.repeat(5 * KIB))), ['TooLarge'])
  assert.is(all(yaml('x'.repeat(256 * KIB + 1)))[0]?.message, 'the file is larger than 256 KiB')
  assert.equal(codes(json(`{"a":"${'x'.repeat(64 * KIB)}"}`)), ['TooLarge'])
  assert.equal(codes(yaml('---\n'.repeat(1_001))), ['TooLarge'])
})

test('directives and tags beyond YAML 1.2 core are refused', () => {
  assert.equal(codes(yaml(`%YAML 1.2\n---\n${GOOD}`)), [])
  assert.equal(codes(yaml(`%YAML 1.1\n---\n${GOOD}`)), ['Directive'])
  assert.equal(codes(yaml(`%TAG !a! tag:x,2000:\n---\n${GOOD}`)), ['Directive'])
  assert.equal(codes(yaml(`${GOOD}  env: {A: !!str 1}\n`)), [])
  assert.equal(codes(yaml(`${GOOD}  env: {A: !mine x}\n`)), ['Tag'])
  assert.equal(codes(yaml(`${GOOD}  env: !!omap []\n`)), ['Tag'])
  assert.equal(codes(yaml(`${GOOD}  env: {A: !!binary aGk=}\n`)), ['Tag'])
})

test('YAML 1.2 is read: yes is a word, and 0o17 a number', () => {
  assert.equal(lines(yaml(`${GOOD}  git: yes\n`)), [
    'web.yaml:7:8: spec.git must be true or false or a mapping, not a string (did you mean "true"?)',
  ])
  assert.is(yaml(`${GOOD}  machine: {cpus: 0o17}\n`).documents[0]?.bottle?.spec.machine?.cpus, 15)
  assert.is(yaml(`${GOOD}  bundle: {user: 22:22}\n`).documents[0]?.bottle?.spec.bundle?.user, '22:22')
})

test('a duplicate key is reported at its second place', () => {
  assert.equal(lines(yaml(`${GOOD}  agent: other\n`)), ['web.yaml:7:3: spec.agent is there twice'])
  assert.equal(codes(json('{"apiVersion":"bottled.dev/v1alpha1","kind":"Bottle","kind":"x"}')), ['DuplicateKey'])
  assert.is(yaml(`${GOOD}metadata: {name: other}\n`).documents[0]?.name, undefined)
  assert.is(yaml(`${GOOD}  agent: other\n`).documents[0]?.name, 'web')
})

test('aliases work, and are limited', () => {
  const shared = yaml(`${GOOD}  env: &shared {A: b}\n  bundle: {env: *shared}\n`)
  assert.equal(shared.documents[0]?.bottle?.spec.bundle?.env, { A: 'b' })
  const many = (count: number): string =>
    `${head()}  annotations: {a: &a x}\nspec: {agent: c, machine: {image: i, command: [${Array.from({ length: count }, () => '*a').join(', ')}]}}\n`
  assert.equal(codes(yaml(many(100))), [])
  assert.equal(codes(yaml(many(101))), ['TooManyAliases'])
  assert.equal(codes(yaml(`${GOOD}  env: {A: *nope}\n`)), ['Syntax'])
  assert.equal(codes(yaml(`${GOOD}  env: &e {A: *e}\n`)), ['Syntax'])
  const laughs = 'bcdefghij'
    .split('')
    .map(
      (letter, index) =>
        `${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[index]}`).join(',')}]`,
    )
  assert.equal(codes(yaml(`a: &a [x, x]\n${laughs.join('\n')}\n${GOOD}`)), ['TooManyAliases'])
})

test('depth is limited', () => {
  for (const deep of ['['.repeat(40) + ']'.repeat(40), '{a: '.repeat(40) + '}'.repeat(40)])
    assert.equal(codes(yaml(`${GOOD}x: ${deep}\n`)), ['TooDeep'])
  assert.equal(codes(json('['.repeat(40) + ']'.repeat(40))), ['TooDeep'])
})

test('invalid JSON is reported', () => {
  for (const text of [
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '[1 2]',
    '{"a":1}x',
    '{"a":01}',
    '{"a":NaN}',
    '{"a":"\n"}',
    '{"a":"\\q"}',
    '{"a"',
    '"',
    '{"a":1 // no\n}',
    '[1,]',
  ]) {
    assert.equal(codes(json(text)), ['Syntax'], text)
  }
  assert.equal(lines(json('{\n "a": 1,\n}')), ['web.json:3:1: not JSON: a key in double quotes is missing here'])
})

test('a key named __proto__ is a key', () => {
  for (const file of [
    yaml(`${GOOD}  __proto__: {git: true}\n`),
    json(
      `{"apiVersion":"bottled.dev/v1alpha1","kind":"Bottle","metadata":{"name":"a"},"spec":{"agent":"c","__proto__":{"git":true}}}`,
    ),
  ]) {
    assert.match(lines(file).join(), /unknown field spec\.__proto__/)
  }
})

test('a null counts as absent, and its key must be known', () => {
  const { documents } = yaml(`${GOOD}  env:\n  machine: {image: }\n`)
  assert.equal(documents[0]?.bottle?.spec, { agent: 'claude', machine: {} })
  assert.equal(lines(yaml(`${GOOD}  nope:\n`)), ['web.yaml:7:3: unknown field spec.nope'])
})

test("fields of a cluster's ObjectMeta are ignored, unknown ones are reported", () => {
  const cluster =
    '  uid: x\n  resourceVersion: "1"\n  generation: 4\n  creationTimestamp: null\n  managedFields: [{manager: x}]\n  finalizers: [a]\n  namespace: default\n'
  assert.equal(codes(yaml(`${head()}${cluster}spec: {agent: a}\n`)), [])
  assert.equal(lines(yaml(`${head()}  lables: {}\nspec: {agent: a}\n`)), [
    'web.yaml:5:3: unknown field metadata.lables (did you mean "labels"?)',
  ])
  assert.equal(lines(yaml(`${head()}  namespace: other\nspec: {agent: a}\n`)), [
    'web.yaml:5:14: metadata.namespace must be default',
  ])
})

test('a broken status leaves the spec valid', () => {
  const { documents } = yaml(`${GOOD}status: [nonsense]\n`)
  assert.ok(documents[0]?.bottle !== undefined)
  assert.equal(documents[0]?.status, ['nonsense'])
})

test('at most 20 complaints, but at least one for each invalid document', () => {
  const keys = Array.from({ length: 50 }, (_, index) => `  key${index}: 1\n`).join('')
  assert.is(all(yaml(GOOD + keys)).length, LIMITS.complaints)
  const file = yaml(`${GOOD}${keys}---\n${head('b')}${keys}---\n${head('c')}spec: {agent: a}\n`)
  assert.equal(
    file.documents.map(({ complaints }) => complaints.length),
    [20, 1, 0],
  )
})

test.run()
