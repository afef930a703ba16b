import * as assert from 'uvu/assert'
import { failClosed } from '../../../bundle/engine/fail-closed.ts'
import { Refusal } from '../../../bundle/engine/port.ts'
import type { Guard, Head } from '../../../bundle/engine/port.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('fail closed')
const target = { host: 'a.test', port: 443 }
const head: Head = { ...target, scheme: 'https', method: 'GET', path: '/', json: false }

const closed = (guard: Partial<Guard>) => {
  const failed: string[] = []
  const whole: Guard = {
    open: () => ({ kind: 'terminate' }),
    decide: () => ({ kind: 'allow', set: [] }),
    resolve: () => Promise.resolve(['127.0.0.1']),
    ...guard,
  }
  return {
    failed,
    guard: failClosed(whole, { limitMs: 30, failed: (what, error) => failed.push(`${what}: ${String(error)}`) }),
  }
}
const never = () => new Promise<never>(() => undefined)
const throwing = (): never => {
  throw new Error('inner')
}

test('what a guard answers is passed on', async () => {
  const { guard, failed } = closed({})
  assert.equal(guard.open(target), { kind: 'terminate' })
  assert.equal(await guard.decide(head), { kind: 'allow', set: [] })
  assert.equal(await guard.resolve(target), ['127.0.0.1'])
  const openings = [
    { kind: 'passthrough', host: 'a.test' },
    { kind: 'upgradable', host: 'a.test' },
    { kind: 'refuse', reason: 'R', text: 't' },
  ] as const
  for (const opening of openings) assert.equal(closed({ open: () => opening }).guard.open(target), opening)
  const verdicts = [
    { kind: 'allow', set: [['a', '']] },
    { kind: 'deny', status: 400, reason: 'R', text: 't' },
    { kind: 'deny', status: 599, reason: 'R', text: 't' },
  ] as const
  for (const verdict of verdicts) assert.equal(await closed({ decide: () => verdict }).guard.decide(head), verdict)
  assert.equal(failed, [])
})

const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  1,
  'allow',
  [],
  {},
  { kind: 'maybe' },
  { kind: 'ALLOW', set: [] },
]

test('any other opening refuses', () => {
  const more = [
    { kind: 'passthrough' },
    { kind: 'passthrough', host: '' },
    { kind: 'upgradable' },
    { kind: 'refuse', reason: 'R' },
    { kind: 'refuse', text: 't' },
  ]
  for (const open of [throwing, ...[...NONSENSE, ...more].map((value) => () => value as never)]) {
    const { guard, failed } = closed({ open })
    const opening = guard.open(target)
    assert.is(opening.kind === 'refuse' && opening.reason, 'PolicyUnavailable')
    assert.not.match(JSON.stringify(opening), 'inner')
    assert.is(failed.length, 1)
  }
})

test('any other verdict denies by 503, and so does none in time', async () => {
  const more = [
    { kind: 'allow' },
    { kind: 'allow', set: {} },
    { kind: 'allow', set: ['a'] },
    { kind: 'allow', set: [['a']] },
    { kind: 'allow', set: [['a', 1]] },
    { kind: 'allow', set: [['', 'a']] },
    { kind: 'allow', set: [['a', 'b', 'c']] },
    { kind: 'deny', status: 399, reason: 'R', text: 't' },
    { kind: 'deny', status: 600, reason: 'R', text: 't' },
    { kind: 'deny', status: 400.5, reason: 'R', text: 't' },
    { kind: 'deny', status: 403, reason: '', text: 't' },
    { kind: 'deny', status: 403, reason: 'R' },
  ]
  const answers = [
    throwing,
    never,
    () => Promise.reject(new Error('inner')),
    ...[...NONSENSE, ...more].map((value) => () => value as never),
  ]
  for (const decide of answers) {
    const { guard, failed } = closed({ decide })
    const verdict = await guard.decide(head)
    assert.equal(verdict.kind === 'deny' && [verdict.status, verdict.reason], [503, 'PolicyUnavailable'])
    assert.not.match(JSON.stringify(verdict), 'inner')
    assert.is(failed.length, 1)
  }
  const { guard } = closed({ decide: throwing })
  const verdict = await guard.decide({ ...head, json: true })
  assert.ok(verdict.kind === 'deny' && 'error' in (JSON.parse(verdict.text) as object))
})

test('a refusal of a name is passed on; any other failure is one, without its text', async () => {
  const refused = async (resolve: Guard['resolve']): Promise<string> =>
    closed({ resolve })
      .guard.resolve(target)
      .then(
        () => 'resolved',
        (error: unknown) => (error instanceof Refusal ? `${error.reason}: ${error.message}` : 'another error'),
      )
  assert.is(await refused(() => Promise.reject(new Refusal('AddressForbidden', 'inward'))), 'AddressForbidden: inward')
  const failing: readonly Guard['resolve'][] = [
    throwing,
    never,
    () => Promise.reject(new Error('inner')),
    ...[undefined, null, [], [''], [1], 'a', {}].map((value) => () => Promise.resolve(value as never)),
  ]
  for (const resolve of failing) assert.is(await refused(resolve), 'Unresolved: a.test could not be resolved')
})

test.run()
