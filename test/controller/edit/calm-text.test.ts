import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isMap, isScalar, parseAllDocuments } from 'yaml'
import { calmEntries } from '../../../controller/edit/calm-text.ts'
import { editDocument } from '../../../controller/edit/set-value.ts'
import { spliceCalm } from '../../../controller/edit/splice-status.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('calm text')

const margin = fc.constantFrom('', '', '', '  ', '  ', '    ', ' ', '\t')
const piece = fc.constantFrom(
  'a:',
  'b:',
  'status:',
  'c.d/e:',
  'true:',
  'True:',
  'a: 1',
  'b: x y',
  'c: "x: y"',
  "d: 'it'",
  'e: {a: b, c: d}',
  'f: [1, {a: 2}]',
  'g: {a: {a: 1}}',
  'h: {a: 1, a: 2}',
  '- x',
  '- {type: Ready, status: "True"}',
  '-',
  '# comment',
  '',
  'a: |',
  'x',
  'a: b: c',
  'a: @b',
  'a: -',
  'a: - b',
  'a: &x 1',
  'a: *x',
  'a: "open',
  'a: http://b:1/c',
  'a: x # y',
  'a: #y',
  'a: {',
  '}',
  'a: a:',
  '---',
  '...',
  'a: !!str b',
  'a: ~',
  "a: ''",
  'a: []',
  'a: {}',
  'a: [a b, c]',
  'a: {b: -}',
  'a: {b: }',
  '? a',
  'a: %b',
  'k:v',
  'a : 1',
  'a:\t1',
  'a: b ',
  'a: ü',
)
const shape = fc.constantFrom(
  ': 1',
  ': x y # c',
  ': "q: r"',
  ':',
  ':\n  n: 1\n  m:\n    k: 2',
  ':\n- 1\n- {a: b}',
  ':\n  - x',
  ': {a: b, c: [d]}',
  ': # c\n  n: 1',
  ':\n  n: 1\n  # in\n# out',
  ': {a: 1, a: 2}',
)
const mostlyCalm = (prefix: string): fc.Arbitrary<string> =>
  fc.array(shape, { maxLength: 4 }).map((shapes) => shapes.map((each, n) => `${prefix}${n}${each}\n`).join(''))
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.tuple(margin, piece) },
      { weight: 1, arbitrary: fc.tuple(margin, fc.string({ maxLength: 8 })) },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((lines) => lines.map((parts) => `${parts.join('')}\n`).join(''))

test('a calm text is a valid mapping of exactly these keys', () => {
  let calm = 0
  fc.assert(
    fc.property(text, (each) => {
      const entries = calmEntries(each)
      if (entries === undefined || entries.length === 0) return
      calm += 1
      const docs = [...parseAllDocuments(each)]
      assert.is(docs.length, 1)
      const [doc] = docs
      assert.equal(doc !== undefined && 'errors' in doc && doc.errors, [], each)
      const contents = doc?.contents
      assert.ok(isMap(contents))
      assert.equal(
        isMap(contents) && contents.items.map(({ key }) => isScalar(key) && String(key.source)),
        entries.map(({ key }) => key),
        each,
      )
    }),
    { numRuns: 20_000, seed: 1 },
  )
  assert.ok(calm > 200, `${calm} calm texts`)
})

test('a calm splice and a parsed one write the same', () => {
  const value = fc.oneof(
    { weight: 1, arbitrary: fc.string({ maxLength: 10 }) },
    {
      weight: 9,
      arbitrary: fc.constantFrom<unknown>(
        1,
        -5,
        true,
        null,
        'True',
        '@x',
        '-',
        'a: b',
        ' ',
        'null',
        '2026-11-23T22:33:11Z',
      ),
    },
  )
  const status = fc.dictionary(
    fc.constantFrom('phase', 'conditions', 'machine', 'network', 'uid', 'bundle', 'true'),
    fc.oneof(
      value,
      fc.array(fc.dictionary(fc.constantFrom('type', 'status', 'reason', 'message', 'x y'), value), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b'), value),
    ),
    { minKeys: 1 },
  )
  const old = fc.constantFrom(
    '',
    'status:\n',
    'status:\n  phase: a\n  conditions:\n  - {type: Ready}\n  - {type: B}\n',
    'status:\n  a: 1\n  # tail\n',
    'status: {}\n',
    'status: # c\n  a: 1\n',
  )
  let short = 0
  fc.assert(
    fc.property(mostlyCalm('a'), old, mostlyCalm('b'), status, (before, middle, after, wanted) => {
      const whole = before + middle + after
      const made = spliceCalm(whole, wanted)
      if (made === undefined) return
      short += 1
      const long = editDocument({ text: whole, index: 0, path: ['status'], value: wanted })
      if (long !== whole) assert.is(made, long)
      assert.is(spliceCalm(made, wanted), made, 'writing the same again changes nothing')
      assert.is(editDocument({ text: made, index: 0, path: ['status'], value: wanted }), made, 'it reads back as asked')
    }),
    { numRuns: 20_000, seed: 1 },
  )
  assert.ok(short > 400, `${short} calm splices`)
})

test("the contract's example is calm, also with its status", () => {
  const example = `# yaml-language-server: $schema=../schemas/bottle.schema.json
apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata:
  name: researcher                  # DNS-1123 label, unique under the root
  labels: {team: search}
spec:
  agent: claude                     # name of the agent inside
  workspace: {path: ../repo, mode: copy, guestPath: /workspace}
  secrets: {ANTHROPIC_API_KEY: {fromEnv: ANTHROPIC_API_KEY}}
  bundle: {image: "ghcr.io/example/bundle@sha256:abc"}
`
  const made = spliceCalm(example, { phase: 'Ready', conditions: [{ type: 'Ready', status: 'True', message: '' }] })
  assert.is(made, `${example}status:\n  phase: Ready\n  conditions:\n  - {type: Ready, status: "True", message: ""}\n`)
})

test.run()
