import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { createStore } from '../../../controller/feed/store.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('store')
const bottle = (name: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n`

const put = (store: ReturnType<typeof createStore>, path: string, text: string): readonly string[] => [
  ...store.put(path, { sha256: text, text, parsed: parseFile({ path, text }) }),
]

test('a changed file reports the names it has and the names it had', () => {
  const store = createStore()
  assert.equal(put(store, 'a.yaml', bottle('one')), ['one'])
  assert.equal(put(store, 'a.yaml', bottle('two')), ['one', 'two'])
  assert.equal([...store.drop('a.yaml')], ['two'])
})

test('an unclear file still reports the names it held when it goes', () => {
  const store = createStore()
  put(store, 'a.yaml', bottle('one'))
  assert.equal(put(store, 'a.yaml', '# later\n'), ['one'])
  assert.is(store.unclear().length, 1)
  assert.equal([...store.drop('a.yaml')], ['one'])
  assert.is(store.unclear().length, 0)
})

test('documents of one name are in the order of path and position, however they were found', () => {
  const store = createStore()
  put(store, 'b.yaml', `${bottle('x')}---\n${bottle('x')}`)
  put(store, 'a.yaml', bottle('x'))
  assert.equal(
    store.documents('x').map(({ path, index }) => `${path}#${index}`),
    ['a.yaml#0', 'b.yaml#0', 'b.yaml#1'],
  )
})

test('an unreadable file keeps its known documents and may hold any other', () => {
  const store = createStore()
  put(store, 'a.yaml', bottle('one'))
  store.putUnreadable('a.yaml', { why: 'not valid UTF-8' })
  assert.is(store.documents('one').length, 1)
  assert.ok(store.unclear()[0]?.mentions('anything'))
})

test('a path that is not a file any more can hide only names it held', () => {
  const store = createStore()
  put(store, 'a.yaml', bottle('one'))
  store.putUnreadable('a.yaml', { why: 'not a regular file', mayHold: 'own' })
  store.putUnreadable('fifo.yaml', { why: 'not a regular file', mayHold: 'own' })
  const hides = (name: string): readonly string[] =>
    store.unclear().flatMap(({ path, mentions }) => (mentions(name) ? [path] : []))
  assert.equal(hides('one'), ['a.yaml'])
  assert.equal(hides('two'), [])
})

test('a file that still cannot be read is no change', () => {
  const store = createStore()
  put(store, 'a.yaml', bottle('one'))
  const refused = { why: 'EACCES', mayHold: 'own' as const }
  assert.equal([...store.putUnreadable('a.yaml', refused)], ['one'])
  assert.equal([...store.putUnreadable('a.yaml', refused)], [])
  assert.equal([...store.putUnreadable('a.yaml', { ...refused, why: 'EIO' })], ['one'])
  put(store, 'a.yaml', bottle('one'))
  assert.equal([...store.putUnreadable('a.yaml', refused)], ['one'])
})

test('a written status is noted at its own document, not at a duplicate', () => {
  const store = createStore()
  put(store, 'a.yaml', `${bottle('x')}---\n${bottle('x')}`)
  store.noteStatus('a.yaml', 1, { phase: 'Invalid' }, 'new')
  assert.equal(
    store.documents('x').map(({ status }) => status),
    [undefined, { phase: 'Invalid' }],
  )
})

test.run()
