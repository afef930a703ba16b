import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { removeStatus, spliceStatus } from '../../../controller/edit/splice-status.ts'
import { SpliceError } from '../../../controller/edit/splice-error.ts'
import { STATUS } from '../../helpers/a-status.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('splice')

const LINES = [
  'status:',
  '  phase: Ready',
  '  observedGeneration: 3',
  '  startedAt: "2026-11-23T22:33:11Z"',
  '  network: {name: bottle-r, subnet: 192.168.133.0/24}',
  '  conditions:',
  '  - {type: Accepted, status: "True", message: ""}',
  '  - {type: Ready, status: "False", message: "a \\"word\\": #1"}',
]
const BLOCK = LINES.join('\n')

const write = (text: string, index = 0, status: unknown = STATUS): string => spliceStatus({ text, index, status })

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof SpliceError) return error.code
    throw error
  }
}

/** Text before, old status, text after, and the new status if it isn't BLOCK. */
const PLACES: readonly (readonly [string, string, string, string, string?])[] = [
  ['absent', 'a: 1\n', '', '', `${BLOCK}\n`],
  ['absent, no newline at the end', 'a: 1', '', '', `\n${BLOCK}`],
  ['absent, a comment at the end', 'a: 1\n# b: 2\n', '', '\n', `${BLOCK}\n`],
  ['absent, a comment at the end without a newline', 'a: 1\n# b: 2', '', '', `\n${BLOCK}`],
  ['absent, blank lines that belong to a scalar', 'a: |+\n  x\n\n', '', '', `${BLOCK}\n`],
  ['first', '', 'status: x', '\na: 1\n'],
  ['in the middle', 'a: 1\n', 'status:\n  b: 1', '\nc: 1\n'],
  ['last, no newline at the end', 'a: 1\n', 'status: {b: 1}', ''],
  ['with comments inside', 'a: 1\n', 'status:\n  # one\n  b: 1 # two\n\n  # three', '\n\n# four\nc: 1\n'],
  ['empty', 'a: 1\n', 'status:', '\nb: 1\n'],
  ['a list at the same column', 'a: 1\n', 'status:\n- 1\n- 2', '\nb: 1\n'],
  ['a block scalar', 'a: 1\n', 'status: |\n  status: 1\n  b: 2', '\nb: 1\n'],
  ['an explicit key', 'a: 1\n', '? status\n: b', '\nb: 1\n'],
  ['an anchored value', 'a: 1\n', 'status: &x !!map\n  b: *x', '\nc: 1\n'],
  ['an anchored key', 'a: 1\n&x ', 'status: b', '\nc: *x\n'],
  ['a tagged first key', '!!str ', 'status: [1]', '\nc: 1\n'],
  ['an alias', 'a: &x 1\n', 'status: *x', '\nc: *x\n'],
  ['beside nested keys of that name', 'a:\n  status: 1\nb: |\n  status: 2\n', 'status: 3', '\nc:\n  status: 4\n'],
  ['after a byte order mark', '\ufeff', 'status: 1', '\na: 1\n'],
]

for (const [title, before, old, after, fresh = BLOCK] of PLACES) {
  test(`replaces only the status: ${title}`, () => {
    assert.is(write(before + old + after), before + fresh + after)
  })
}

test('keeps CRLF line ends', () => {
  assert.is(write('a: 1\r\nstatus: {}\r\nb: 2\r\n'), `a: 1\r\n${LINES.join('\r\n')}\r\nb: 2\r\n`)
})

test('a status that is put into a file with CRLF has no other line end in it', () => {
  const lone = (text: string): boolean => /[^\r]\n/.test(text)
  for (const text of [
    'a: 1\r\n',
    'a: 1\r\nb: 2',
    'a: 1\r\nb:\r\n  c: 1\r\n',
    'a: 1\r\nstatus:\r\n  phase: x\r\n  conditions:\r\n  - a\r\n',
    'a: |+\r\n  x\r\n\r\n',
    '{\r\n  "a": 1\r\n}\r\n',
    '{\r\n  "a": 1,\r\n  "status": {\r\n    "phase": "x"\r\n  }\r\n}\r\n',
    '{\r\n  "a": 1,\r\n  "status": {}\r\n}',
  ]) {
    const written = write(text)
    assert.not(lone(written), JSON.stringify(written))
    assert.match(written, /\r\n/)
    assert.match(written, 'observedGeneration')
    assert.not(lone(spliceStatus({ text: written, index: 0, status: undefined })), JSON.stringify(written))
  }
})

test('keeps the comment on the line of the key, and the quotes of the key', () => {
  assert.is(write('a: 1\n"status": {}   # mine\n'), `a: 1\n"status":   # mine\n${LINES.slice(1).join('\n')}\n`)
})

test("writes at the document's indentation", () => {
  assert.is(write('  a: 1\n  status: 1\n'), `  a: 1\n${LINES.map((line) => `  ${line}`).join('\n')}\n`)
})

test('writes into the requested document', () => {
  const text = 'a: 1\n---\n# c\nb: 2\n...\n---\nc: 3'
  assert.is(write(text, 0), `a: 1\n${BLOCK}\n---\n# c\nb: 2\n...\n---\nc: 3`)
  assert.is(write(text, 1), `a: 1\n---\n# c\nb: 2\n${BLOCK}\n...\n---\nc: 3`)
  assert.is(write(text, 2), `${text}\n${BLOCK}`)
  assert.is(
    codeOf(() => write(text, 3)),
    'NoSuchDocument',
  )
})

test('writes flow style into flow mappings', () => {
  const status = { phase: 'Ready', conditions: [{ type: 'Ready' }] }
  const flow = '{phase: Ready, conditions: [{type: Ready}]}'
  assert.is(write('{a: 1, status: {b: 2}, # x\n c: 3}\n', 0, status), `{a: 1, status: ${flow}, # x\n c: 3}\n`)
  assert.is(write('{a: 1}', 0, status), `{a: 1, status: ${flow}}`)
  assert.is(write('{a: 1,\n b: 2, # x\n}\n', 0, status), `{a: 1,\n b: 2,\n status: ${flow}, # x\n}\n`)
  assert.is(spliceStatus({ text: '{status: 1, a: 1}', index: 0, status: undefined }), '{a: 1}')
  assert.is(spliceStatus({ text: '{a: 1, # b\n status: 1}', index: 0, status: undefined }), '{a: 1 # b\n }')
})

test("writes JSON into JSON, at the file's indentation", () => {
  for (const indent of [2, 4, '\t']) {
    const with_ = (status: unknown): string =>
      `${JSON.stringify({ a: { status: 1 }, status, b: [1] }, undefined, indent)}\n`
    assert.is(spliceStatus({ text: with_({}), index: 0, status: STATUS, json: true }), with_(STATUS))
    const without = JSON.stringify({ a: 1 }, undefined, indent)
    assert.is(
      spliceStatus({ text: without, index: 0, status: STATUS, json: true }),
      JSON.stringify({ a: 1, status: STATUS }, undefined, indent),
    )
  }
  assert.equal(JSON.parse(write('{"a":1}')), { a: 1, status: STATUS })
})

test('writes into a document after one with an open quote: parsing and editing count alike', () => {
  const bottle = (name: string): string =>
    `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: a}\n`
  const text = `a: "open\n---\n${bottle('one')}---\n${bottle('two')}x: "closed"\n---\n${bottle('three')}`
  const one = parseFile({ path: 'a.yaml', text }).documents.find(({ name }) => name === 'one')
  assert.is(one?.index, 1)
  const expected = text
    .replace('---\napiVersion', '\0')
    .replace('---', `${BLOCK}\n---`)
    .replace('\0', '---\napiVersion')
  assert.is(write(text, 1), expected)
})

test('writes although a neighbour can not be read', () => {
  for (const other of ['a: *none\n', `a: ${'x'.repeat(70_000)}\n`, 'a: [\n', `${'- '.repeat(200)}x\n`])
    assert.is(write(`a: 1\n---\n${other}`), `a: 1\n${BLOCK}\n---\n${other}`, other.slice(0, 20))
})

test('refuses to write more than can be read again', () => {
  for (const text of [`a: ${'x'.repeat(65_500)}\n`, `a: "${'\\u0041'.repeat(10_900)}"\n`])
    assert.is(
      codeOf(() => write(text)),
      'TooLarge',
    )
})

test("refuses a status that it can't change by itself", () => {
  assert.is(
    codeOf(() => write('a: [1\nstatus: 1\n')),
    'DoesNotParse',
  )
  assert.is(
    codeOf(() => write('status: 1\nstatus: 2\n')),
    'DoesNotParse',
  )
  assert.is(
    codeOf(() => write('- 1\n')),
    'NotAMapping',
  )
  assert.is(
    codeOf(() => write('status: &x {b: 1}\nc: *x\n')),
    'Aliased',
  )
})

test('removes the status of Bottles only', () => {
  const bottle = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\n'
  const other = 'apiVersion: v1\nkind: Pod\nstatus: 1\n'
  assert.is(
    removeStatus(`${bottle}status:\n  a: 1\n---\n${other}---\n${bottle}status: {}`),
    `${bottle}---\n${other}---\n${bottle.trimEnd()}`,
  )
  assert.is(removeStatus('a: [1\nstatus: 1\n'), 'a: [1\nstatus: 1\n')
  assert.is(removeStatus(''), '')
})

test.run()
