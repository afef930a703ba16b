import * as assert from 'uvu/assert'
import { ASK_ID, judgeAnswers, MOST_TOLD } from '../../../egress/asks/answer.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what a bundle is told of asks')
const one = { key: 'a'.repeat(64), id: 'kc7b5po5', state: 'open', at: '2026-12-01T12:00:00Z' }

test('a list of answers is taken as it is', () => {
  const all = [
    one,
    { ...one, state: 'denied', reason: 'r' },
    { ...one, state: 'approved', answer: 'a' },
    { ...one, state: 'approved', until: one.at, used: true },
  ]
  assert.is(judgeAnswers(all), all)
  assert.equal(judgeAnswers([]), [])
  assert.ok(judgeAnswers(Array.from({ length: MOST_TOLD }, () => one)))
})

for (const [what, value] of [
  ['no list', {}],
  ['too many', Array.from({ length: MOST_TOLD + 1 }, () => one)],
  ['null', [null]],
  ['another key', [{ ...one, key: 'A'.repeat(64) }]],
  ['a key that is none', [{ ...one, key: 1 }]],
  ['another id', [{ ...one, id: '../../etc' }]],
  ['an id that is none', [{ ...one, id: 1 }]],
  ['another state', [{ ...one, state: 'granted' }]],
  ['no time', [{ ...one, at: 'soon' }]],
  ['a time that is none', [{ ...one, at: 1 }]],
  ['a reason that is no text', [{ ...one, reason: 1 }]],
  ['an end that is no time', [{ ...one, until: 'never' }]],
  ['half used', [{ ...one, used: 'half' }]],
  ['an answer that is no text', [one, { ...one, answer: {} }]],
] as const)
  test(`${what} is refused as a whole`, () => assert.is(judgeAnswers(value), undefined))

test('an id is eight letters that no path and no option can be', () => {
  for (const id of ['aaaaaaaa', 'kc7b5po5']) assert.ok(ASK_ID.test(id))
  for (const id of ['', 'aaaaaaa', 'aaaaaaaaa', 'AAAAAAAA', '--force1', 'aaaa/aaa', 'aaaaaaa8'])
    assert.not(ASK_ID.test(id))
})

test.run()
