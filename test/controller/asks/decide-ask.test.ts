import * as assert from 'uvu/assert'
import type { Ask } from '../../../controller/asks/ask.ts'
import { decideAsk } from '../../../controller/asks/decide-ask.ts'
import type { AskContent } from '../../../egress/asks/content.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what a decision makes of an ask')
const NOW = Date.parse('2026-12-02T12:00:00Z')
const PUSH: AskContent = { kind: 'push', repository: 'r', url: 'u', ref: 'refs/heads/x', commit: 'c', summary: '' }
const EGRESS: AskContent = { kind: 'egress', host: 'a.example', port: 443, why: 'w' }
const ask = (content: AskContent, change: Partial<Ask> = {}): Ask => ({
  version: 1,
  id: 'aaaaaaaa',
  uid: 'u',
  key: 'k',
  state: 'open',
  content,
  openedAt: '2026-12-02T11:00:00Z',
  ...change,
})
const yes = { ask: 'aaaaaaaa', verdict: 'approve', by: 'ann' } as const
const no = { ...yes, verdict: 'deny' } as const

test('a host is only noted, as the file decides; all else is decided', () => {
  assert.equal(decideAsk(ask(EGRESS), yes, NOW), { kind: 'noted', ask: ask(EGRESS, { by: 'ann' }) })
  const question = ask({ kind: 'question', question: 'q' })
  assert.equal(decideAsk(question, { ...yes, answer: 'a\n b' }, NOW), {
    kind: 'decided',
    ask: { ...question, state: 'approved', by: 'ann', answer: 'a b' },
  })
  assert.equal(decideAsk(ask(EGRESS), { ...no, reason: 'r\u202e' }, NOW), {
    kind: 'decided',
    ask: ask(EGRESS, { state: 'denied', by: 'ann', reason: 'r' }),
  })
})

test('an approval of a push always ends, after a day at most', () => {
  for (const [until, end] of [
    [undefined, '2026-12-03T12:00:00.000Z'],
    ['2026-12-02T13:00:00Z', '2026-12-02T13:00:00.000Z'],
    ['2027-01-01T00:00:00Z', '2026-12-03T12:00:00.000Z'],
    ['never', '2026-12-03T12:00:00.000Z'],
  ] as const) {
    const decided = decideAsk(ask(PUSH), { ...yes, ...(until === undefined ? {} : { until }) }, NOW)
    assert.is('ask' in decided && decided.ask.until, end)
  }
})

test('what is decided stays so; who said it is filled in once', () => {
  assert.equal(decideAsk(ask(EGRESS, { state: 'approved' }), yes, NOW), {
    kind: 'noted',
    ask: ask(EGRESS, { state: 'approved', by: 'ann' }),
  })
  assert.equal(decideAsk(ask(PUSH, { state: 'approved', by: 'bob' }), yes, NOW), { kind: 'same' })
  assert.equal(decideAsk(ask(PUSH, { state: 'denied', by: 'bob' }), no, NOW), { kind: 'same' })
  for (const [state, decision] of [
    ['approved', no],
    ['denied', yes],
    ['expired', yes],
    ['expired', no],
  ] as const)
    assert.equal(decideAsk(ask(PUSH, { state }), decision, NOW), { kind: 'refused', why: `it is decided: ${state}` })
})

test.run()
