import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isMap, parseAllDocuments } from 'yaml'
import { spliceStatus } from '../../controller/edit/splice-status.ts'
import { SpliceError } from '../../controller/edit/splice-error.ts'
import { deadlineMs, holds } from '../helpers/property.ts'
import { STATUS } from '../helpers/a-status.ts'
import { suite } from '../helpers/suite.ts'
import { checkSplice, documentsOf } from './check-splice.ts'
import { anyYaml, suiteTexts } from './yaml-text.ts'

/** The one change to people's files, on any YAML text. `npm run prove` tries twenty times as many. */
const test = suite('splice of any text')

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof SpliceError) return error.code
    throw error
  }
}

const word = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.constantFrom(
    'True',
    'yes',
    '1e3',
    '0x1f',
    '2026-11-23',
    '1:30',
    'a: b',
    ' #',
    '- x',
    '',
    '123456789012',
    'sha256:ab',
    'null',
    '~',
    '\u2028',
    '.5',
  ),
)
const scalar = fc.oneof(
  word,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const key = fc.oneof(
  fc.constantFrom('phase', 'message', 'on', 'y', '1', 'a b', '<<', '?', 'a:b'),
  fc.string({ maxLength: 12 }),
)
const map = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.dictionary(key, value, { maxKeys: 4 })
const status = map(
  fc.oneof(scalar, map(scalar), fc.array(map(scalar), { maxLength: 3 }), fc.array(scalar, { maxLength: 3 })),
)

const PIECES = [
  'apiVersion: bottled.dev/v1alpha1',
  'kind:   Bottle  # the kind',
  'metadata:\n  name: x\n  labels: {a: b}',
  '# a comment',
  '',
  'spec:\n    agent:  claude\n    status: no\n    # status: x\n    list:\n    - a\n    -   b: 1',
  'text: |\n  status: 1\n   more\n\n  # no comment',
  'keep: |+\n  a\n\n',
  'fold: >-\n  status:\n  a',
  'quoted: "a\n  status: 1"',
  "single: 'it''s'",
  'anchor: &a {x: 1}',
  'alias: *a',
  '? complex\n: value',
  'plain: a\n  status b',
  'flow: [\n  1, {status: 2}\n  ]',
]
const OLD = [
  'status: {}',
  'status:',
  'status: {}   # why',
  'status:\n  a: 1\n  # tail',
  '"status":\n  a: [1,\n    2]',
  "'status': 'x'",
  'status:\n- {a: 1}',
  'status: |\n  a\n  b',
  'status: "a\n  b"',
  '? status\n: x',
  '!!str status: &own 1',
  'status: *a',
]
const pieces = fc.uniqueArray(fc.integer({ min: 0, max: PIECES.length - 1 }), { maxLength: 7 })

test(
  'a write keeps all bytes outside the status, in any text',
  async () => {
    let tried = 0
    const runs = await holds(
      'bytes outside of the status',
      fc.property(
        pieces,
        fc.nat(),
        fc.option(fc.constantFrom(...OLD), { nil: undefined }),
        status,
        fc.record({ crlf: fc.boolean(), bom: fc.boolean(), last: fc.boolean(), two: fc.boolean() }),
        // oxlint-disable-next-line max-params -- fast-check hands each part over by itself
        (chosen, at, old, value, form) => {
          const lines = chosen.toSorted((a, b) => a - b).map((n) => PIECES[n] ?? '')
          if (lines.includes('alias: *a') && !lines.includes('anchor: &a {x: 1}')) return
          if (old === 'status: *a' && lines[0] !== 'anchor: &a {x: 1}') return
          const cut = old === 'status: *a' ? lines.length : at % (lines.length + 1)
          const head = lines
            .slice(0, cut)
            .map((line) => `${line}\n`)
            .join('')
          const tail =
            lines
              .slice(cut)
              .map((line) => `\n${line}`)
              .join('') + (form.last ? '\n' : '')
          const shape = (text: string): string => (form.crlf ? text.replaceAll('\n', '\r\n') : text)
          const before = shape((form.bom ? '\ufeff' : '') + (form.two ? 'a: 0\n---\n' : '') + head)
          const after = shape(tail)
          const index = form.two ? 1 : 0
          const text = old === undefined ? before + after.replace(/^\r?\n/, '') : before + shape(old) + after
          const doc = parseAllDocuments(text)[index]
          if (doc === undefined || !('errors' in doc) || doc.errors.length > 0 || !isMap(doc.contents)) return
          tried += 1
          const written = spliceStatus({ text, index, status: value })
          const again = spliceStatus({ text: written, index, status: value })
          assert.is(again, written, 'writing the same again changes nothing')
          if (old === undefined) {
            assert.is(spliceStatus({ text: written, index, status: undefined }), text, 'written and removed')
            return
          }
          assert.ok(written.startsWith(before), 'bytes before')
          assert.ok(written.endsWith(after), 'bytes after')
          if (old.includes('# why')) assert.match(written, /status:.* {3}# why/)
        },
      ),
      1_500,
    )
    assert.ok(tried > runs / 2, `${tried} of ${runs} texts were documents`)
  },
  { deadlineMs: deadlineMs(20_000) },
)

test('documents of the YAML test suite keep their bytes, but one is refused', () => {
  let maps = 0
  const refused: string[] = []
  for (const { id, text, fail } of suiteTexts) {
    if (fail) continue
    for (const [index, doc] of documentsOf(text).entries()) {
      if (!isMap(doc.contents) || doc.errors.length > 0) continue
      maps += 1
      const why = codeOf(() => {
        const written = spliceStatus({ text, index, status: STATUS })
        assert.is(spliceStatus({ text: written, index, status: STATUS }), written, id)
        assert.is(spliceStatus({ text: written, index, status: undefined }), text, id)
      })
      const other = checkSplice(text, index, STATUS)
      assert.is(other, why, id)
      if (why !== undefined) refused.push(`${id}: ${why}`)
    }
  }
  assert.ok(maps > 150, `${maps} mappings`)
  // A !!set.
  assert.equal(refused, ['2XXW: NotProven'])
})

test(
  'generated texts and hurt documents of the YAML test suite keep their bytes and data, or are refused',
  async () => {
    const verdicts = new Map<string, number>()
    const runs = await holds(
      'made and hurt texts',
      fc.property(anyYaml, fc.nat(3), status, (text, at, value) => {
        const count = documentsOf(text).length
        const verdict = checkSplice(text, count === 0 ? 0 : at % count, value) ?? 'written'
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      }),
      1_000,
    )
    assert.ok((verdicts.get('written') ?? 0) > runs / 5, JSON.stringify([...verdicts]))
  },
  { deadlineMs: deadlineMs(30_000) },
)

test('regression: an anchor of the key was lost with the old status', () => {
  assert.is(checkSplice('&a status: x\n  [1, 2, 3]  \n  ', 0, {}), undefined)
})

test.run()
