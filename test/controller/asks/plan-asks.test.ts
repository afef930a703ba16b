import * as assert from 'uvu/assert'
import type { Ask } from '../../../controller/asks/ask.ts'
import { newAsks, openOf, overdue, toldOf, usedOf } from '../../../controller/asks/plan-asks.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('which asks are new, told and over')
const NOW = Date.parse('2026-12-02T12:00:00Z')
const ask = (n: number, change: Partial<Ask> = {}): Ask => ({
  version: 1,
  id: `aaaaaaa${'abcdefghijklmnopqrstuvwxyz'[n % 26] ?? ''}`,
  uid: 'u',
  key: `k${n}`,
  state: 'open',
  content: { kind: 'question', question: `q${n}` },
  openedAt: '2026-12-02T11:00:00Z',
  announced: true,
  ...change,
})
const heard = (n: number, after?: string) => ({
  key: `k${n}`,
  content: { kind: 'question', question: `q${n}` } as const,
  ...(after === undefined ? {} : { after }),
})
const keys = (known: readonly Ask[], ...asks: readonly ReturnType<typeof heard>[]): readonly string[] =>
  newAsks(known, { asks }).map(({ key }) => key)

test('what is known is not new, open or decided, unless it follows the decision that stands', () => {
  assert.equal(keys([], heard(1)), ['k1'])
  assert.equal(keys([ask(1)], heard(1), heard(2)), ['k2'])
  assert.equal(keys([ask(1, { state: 'denied' })], heard(1)), [])
  assert.equal(keys([ask(1, { state: 'denied' })], heard(1, ask(1).id)), ['k1'])
  assert.equal(keys([ask(1, { state: 'denied' })], heard(1, 'zzzzzzzz')), [])
  assert.equal(keys([ask(1)], heard(1, ask(1).id)), [], 'an open one is never opened again')
  const again = [ask(1, { state: 'denied' }), { ...ask(1), id: 'bbbbbbbb' }]
  assert.equal(keys(again, heard(1, ask(1).id)), [], 'it was asked anew already')
})

test('eight are open at most, decided ones aside', () => {
  const seven = Array.from({ length: 7 }, (_, n) => ask(n))
  assert.equal(keys([...seven, ask(20, { state: 'denied' })], heard(8), heard(9)), ['k8'])
  assert.equal(keys([...seven, ask(8)], heard(9)), [])
  assert.is(openOf([...seven, ask(20, { state: 'expired' })]), 7)
})

test('a bundle is told the latest of each key, once people were told, and not more than it takes', () => {
  const many = Array.from({ length: 60 }, (_, n) => ask(n, { state: 'denied', key: `d${n}` }))
  const told = toldOf([...many, ask(1, { state: 'denied' }), { ...ask(1), id: 'bbbbbbbb' }])
  assert.is(told.length, 33)
  assert.equal(told[0], { key: 'k1', id: 'bbbbbbbb', state: 'open', at: '2026-12-02T11:00:00Z' })
  const { announced: _, ...unannounced } = ask(1)
  assert.equal(toldOf([unannounced]), [])
})

test('only what counts once is used up, and once', () => {
  const push = { kind: 'push', repository: 'r', url: 'u', ref: 'refs/heads/x', commit: 'c', summary: '' } as const
  const approved = ask(1, { state: 'approved', content: push })
  const used = (one: Ask): number => usedOf([one], { used: [one.id] }).length
  assert.is(used(approved), 1)
  assert.is(used({ ...approved, used: true }), 0)
  assert.is(used({ ...approved, state: 'denied' }), 0)
  assert.is(used(ask(1, { state: 'approved' })), 0, 'an answer to a question stays')
  assert.equal(usedOf([approved], { used: ['zzzzzzzz'] }), [])
  const told = toldOf([{ ...approved, used: true, until: '2026-12-02T13:00:00Z' }])
  assert.equal([told[0]?.used, told[0]?.until], [true, '2026-12-02T13:00:00Z'])
})

test('after a day an open one expires, and a decision is forgotten; of decisions 64 are kept', () => {
  const old = '2026-12-01T11:59:59Z'
  const asks = [
    ask(1, { openedAt: old }),
    ask(2),
    ask(3, { state: 'denied', openedAt: old, decidedAt: '2026-12-02T11:00:00Z' }),
    ask(4, { state: 'denied', openedAt: old, decidedAt: old }),
    ask(5, { state: 'expired', openedAt: old }),
  ]
  const { expired, done } = overdue(asks, NOW)
  assert.equal(
    [expired, done].map((list) => list.map(({ key }) => key)),
    [['k1'], ['k4', 'k5']],
  )
  const many = Array.from({ length: 66 }, (_, n) => ask(n, { state: 'denied', key: `d${n}` }))
  assert.equal(
    overdue(many, NOW).done.map(({ key }) => key),
    ['d0', 'd1'],
  )
})

test.run()
