import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { judgeHeard } from '../../drivers/heard-asks.ts'
import { suite } from '../helpers/suite.ts'

/** A bundle that was taken over says whatever it wants. */
const test = suite('what a bundle says that its agent asks')
const ask = { kind: 'question', question: 'q' }
const report = { version: 1, run: '0a', seq: 1, asks: [{ key: 'believed?', content: ask }], notices: [] }
const judge = (change: object): ReturnType<typeof judgeHeard> => judgeHeard(JSON.stringify({ ...report, ...change }))

test('a key is computed, never believed; of a list what is malformed is left out', () => {
  const asks = [null, 7, { content: { kind: 'x' } }, ...report.asks, { content: ask, after: '../..' }]
  const heard = judge({ asks })
  assert.is(heard?.asks.length, 1)
  assert.match(heard?.asks[0]?.key ?? '', /^[0-9a-f]{64}$/)
  assert.is(heard?.asks[0]?.after, undefined)
  assert.is(judge({ asks: [{ content: ask, after: 'kc7b5po5' }] })?.asks[0]?.after, 'kc7b5po5')
})

test('ten thousand are eight, and ten notices', () => {
  const asks = Array.from({ length: 10_000 }, (_, n) => ({ content: { ...ask, question: `q${n}` } }))
  const notices = Array.from({ length: 10_000 }, (_, n) => ({ level: 'shout', text: `\u001b[1mn${n}` }))
  const heard = judge({ asks, notices })
  assert.is(heard?.asks.length, 8)
  assert.is(heard?.notices.length, 10)
  assert.equal(heard?.notices[0], { level: 'info', text: '[1mn0' })
  assert.equal(judge({ notices: [{ text: '\u202e' }, { text: 7 }, 7] })?.notices, [])
})

test('what is said to be used up is a list of ids, and an image that says nothing of it says none', () => {
  assert.equal(judge({ used: ['kc7b5po5', '../../etc', 7, null] })?.used, ['kc7b5po5'])
  assert.equal(judge({})?.used, [])
  assert.is(judge({ used: Array.from({ length: 10_000 }, () => 'kc7b5po5') })?.used.length, 40)
  assert.is(judge({ used: 'kc7b5po5' }), undefined)
})

for (const [what, text] of [
  ['no JSON', 'HTTP/1.1 200'],
  ['a list', '[]'],
  ['another version', JSON.stringify({ ...report, version: 2 })],
  ['a run that is no token', JSON.stringify({ ...report, run: '../x' })],
  ['a long run', JSON.stringify({ ...report, run: 'a'.repeat(33) })],
  ['half a number', JSON.stringify({ ...report, seq: 0.5 })],
  ['a negative number', JSON.stringify({ ...report, seq: -1 })],
  ['no asks', JSON.stringify({ ...report, asks: {} })],
  ['no notices', JSON.stringify({ ...report, notices: 7 })],
] as const)
  test(`${what} is no report`, () => assert.is(judgeHeard(text), undefined))

test('whatever it says, nothing is thrown, and what comes of it is small', () =>
  fc.assert(
    fc.property(fc.anything(), fc.array(fc.anything()), (content, notices) => {
      const heard = judge({ asks: [{ content }], notices })
      return JSON.stringify(heard ?? '').length < 200_000
    }),
  ))

test.run()
