import * as assert from 'uvu/assert'
import { editDocument } from '../../../controller/edit/set-value.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('append')

const append = (
  text: string,
  items: readonly unknown[],
  given: { readonly json?: boolean; readonly index?: number } = {},
): string =>
  editDocument({
    text,
    index: given.index ?? 0,
    path: ['spec', 'allow'],
    value: items,
    ...(given.json === true ? { json: true } : {}),
  })

const A = { host: 'a.example' }
const B = { host: 'b.example', methods: ['GET'] }

test('a list that grows keeps its comments, and every other byte', () => {
  const text = `spec:
  # what it may reach
  allow:   # in this order
  - host: a.example   # the API
    # methods: [GET]
  # more to come
  deny: []
`
  assert.is(
    append(text, [A, B]),
    text.replace('  # more to come\n', '  - host: b.example\n    methods: [GET]\n  # more to come\n'),
  )
})

test('it grows where its items are deeper, where the file has no last newline, and with CRLF', () => {
  assert.is(
    append('spec:\n    allow:\n      - {host: a.example}', [A, B]),
    'spec:\n    allow:\n      - {host: a.example}\n      - host: b.example\n        methods: [GET]',
  )
  assert.is(
    append('spec:\r\n  allow:\r\n  - host: a.example\r\n  x: 1\r\n', [A, B, A]),
    'spec:\r\n  allow:\r\n  - host: a.example\r\n  - host: b.example\r\n    methods: [GET]\r\n  - host: a.example\r\n  x: 1\r\n',
  )
})

test('a list on one line, one in brackets on several, and JSON grow in their own style', () => {
  assert.is(
    append('spec: {allow: [{host: a.example}]} # x\n', [A, B]),
    'spec: {allow: [{host: a.example}, {host: b.example, methods: [GET]}]} # x\n',
  )
  assert.is(
    append('spec:\n  allow: [\n    {host: a.example}, # the API\n  ]\n', [A, B]),
    'spec:\n  allow: [\n    {host: a.example},\n    {host: b.example, methods: [GET]}, # the API\n  ]\n',
  )
  const json = (list: readonly unknown[]): string => JSON.stringify({ spec: { agent: 'x', allow: list } }, undefined, 2)
  assert.is(append(json([A]), [A, B], { json: true }), json([A, B]))
  assert.is(
    append('{"spec":{"allow":[{"host":"a.example"}]}}', [A, A], { json: true }),
    '{"spec":{"allow":[{"host":"a.example"}, {"host":"a.example"}]}}',
  )
})

test('an empty or missing list gets its first item, the other documents stay', () => {
  assert.is(append('spec:\n  allow: []\n', [A]), 'spec:\n  allow:\n    - {host: a.example}\n')
  assert.is(
    append('spec: {x: 1}\n---\nspec:\n  x: 1 # one\n---\nspec: {}\n', [A], { index: 1 }),
    'spec: {x: 1}\n---\nspec:\n  x: 1 # one\n  allow:\n    - {host: a.example}\n---\nspec: {}\n',
  )
})

test('an alias in the list is kept as it is written', () => {
  const text = 'x: &a {host: a.example}\nspec:\n  allow:\n  - *a\n'
  assert.is(append(text, [A, B]), `${text}  - host: b.example\n    methods: [GET]\n`)
})

test('where the last item would swallow the new one, nothing is written', () => {
  assert.throws(() => append('spec:\n  allow:\n  - |+\n    a\n\n\n', ['a\n\n\n', 'b']), /without changing more/)
})

test.run()
