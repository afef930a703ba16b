import * as assert from 'uvu/assert'
import { sealFinding } from '../../../cli/seal/finding.ts'
import type { Attempt, Outcome } from '../../../cli/seal/target.ts'
import { verdictOn } from '../../../cli/seal/verdict.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('verdict on a seal')
const tcp: Attempt = { kind: 'tcp', ip: '192.168.9.2', port: 8888, send: 'hello' }
const bundle: Outcome = { what: 'its bundle', attempt: tcp, expect: 'answer', answer: 'HTTP/1.1 200 OK' }
const row = (what: string, answer?: string, through?: 'proxy' | 'tunnel'): Outcome => ({
  what,
  attempt: tcp,
  expect: 'nothing',
  answer,
  ...(through === undefined ? {} : { through }),
})

test('it is proven where the bundle answers and nothing else does', () => {
  assert.equal(verdictOn([bundle, row('a'), row('b')], []), { kind: 'proven', rows: 3 })
  assert.is(sealFinding({ verdict: { kind: 'proven', rows: 3 } }).level, 'ok')
})

test('any answer is a leak, whatever it says, and each is named', () => {
  assert.equal(verdictOn([bundle, row('a', '\0'), row('b'), row('c', 'x')], []), { kind: 'leak', leaks: ['a', 'c'] })
  const { level, message } = sealFinding({ verdict: { kind: 'leak', leaks: ['a', 'c'] } })
  assert.equal([level, message], ['fail', 'the guest reaches a; c'])
})

test('what a listener heard is a leak, though the guest got no answer', () => {
  assert.equal(verdictOn([bundle, row('a')], ['TCP at ::1', 'TCP at ::1']), {
    kind: 'leak',
    leaks: ['this host: TCP at ::1'],
  })
})

test('a leak counts though the bundle is silent', () => {
  assert.is(verdictOn([{ ...bundle, answer: undefined }, row('a', 'x')], []).kind, 'leak')
})

test('a proxy may refuse, and may not pass on', () => {
  for (const refusal of ['HTTP/1.1 403 Forbidden', 'HTTP/1.0 503 x', 'HTTP/1.1 502 Bad Gateway'])
    assert.is(verdictOn([bundle, row('a', refusal, 'proxy')], []).kind, 'proven', refusal)
  for (const passed of ['HTTP/1.1 200 OK', 'HTTP/1.0 301 Moved', 'HTTP/1.1 101 x'])
    assert.equal(verdictOn([bundle, row('a', passed, 'proxy')], []), { kind: 'leak', leaks: ['a'] }, passed)
})

test('a proxy that grants even what nobody has answers by itself: only what is heard counts then', () => {
  const granted: Outcome = { ...row('nobody', 'HTTP/1.1 200 OK', 'proxy'), expect: 'refusal' }
  const refused: Outcome = { ...granted, answer: 'HTTP/1.1 403 Forbidden' }
  const passed = row('a', 'HTTP/1.1 200 OK', 'proxy')
  assert.is(verdictOn([bundle, granted, passed], []).kind, 'proven')
  assert.is(verdictOn([bundle, granted, passed], ['TCP at ::1']).kind, 'leak')
  assert.is(verdictOn([bundle, granted, row('b', 'x')], []).kind, 'leak')
  assert.equal(verdictOn([bundle, refused, passed], []), { kind: 'leak', leaks: ['a'] })
})

test('by a tunnel a yes says nothing, and the word of this host everything', () => {
  assert.is(verdictOn([bundle, row('a', 'HTTP/1.1 200 Connection established', 'tunnel')], []).kind, 'proven')
  for (const through of ['tunnel', 'proxy'] as const)
    assert.equal(verdictOn([bundle, row('a', 'HTTP/1.1 502 x\r\n\r\nbottled-seal-0', through)], []), {
      kind: 'leak',
      leaks: ['a'],
    })
})

test('a name is shown to be refused only where its address was judged', () => {
  const judged = (answer?: string): Outcome => ({ ...row('a', answer, 'proxy'), judged: true })
  assert.is(
    verdictOn([bundle, judged('HTTP/1.1 403 x\r\n\r\na may not be connected to, as it is loopback.')], []).kind,
    'proven',
  )
  for (const other of [undefined, 'HTTP/1.1 403 x\r\nx-bottled-denied: NotAllowed\r\n', 'a has no address.'])
    assert.is(verdictOn([bundle, judged(other)], []).kind, 'unknown', other)
  assert.is(verdictOn([bundle, judged(undefined)], ['TCP at ::1']).kind, 'leak')
})

test('a guest that reaches nothing at all, or says nothing, proves nothing', () => {
  const silent = verdictOn([{ ...bundle, answer: undefined }, row('a')], [])
  assert.equal(silent, {
    kind: 'unknown',
    why: 'the guest does not reach its bundle, so that its silence shows nothing',
  })
  assert.is(verdictOn(undefined, []).kind, 'unknown')
  assert.is(sealFinding({ verdict: silent }).level, 'fail')
})

test.run()
