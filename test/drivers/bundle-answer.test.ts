import * as assert from 'uvu/assert'
import { judgeAnswer } from '../../drivers/bundle-answer.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('answers of a bundle')
const HASH = `sha256:${'0a'.repeat(32)}`
const judged = (answer: unknown, exitCode: number | null = 0) =>
  judgeAnswer(typeof answer === 'string' ? answer : JSON.stringify(answer), exitCode)
const BAD = { kind: 'refused', reason: 'BadAnswer' }

test('a hash is believed, and no policy is one', () => {
  assert.equal(judged({ version: 1, ok: true, hash: HASH }), { kind: 'loaded', hash: HASH })
  assert.equal(judged({ version: 1, ok: true, hash: null, more: 1 }), { kind: 'loaded', hash: null })
})

test('a reason that we know is passed on, never the message', () => {
  for (const reason of ['BadMessage', 'UnknownVersion', 'BadPolicy', 'HashMismatch', 'BadCa'])
    assert.equal(judged({ version: 1, ok: false, reason, message: 'hunter2' }, 1), { kind: 'refused', reason })
  assert.is(judged({ version: 1, ok: false, reason: 'NotRunning', message: '' }, 1), 'NotUp')
})

test('everything else means nothing', () => {
  for (const answer of [
    '',
    'hunter2',
    '[]',
    'null',
    {},
    { version: 2, ok: true, hash: HASH },
    { version: 1, ok: 'true', hash: HASH },
    { version: 1, ok: true },
    { version: 1, ok: true, hash: 'hunter2' },
    { version: 1, ok: true, hash: `${HASH}\nhunter2` },
    { version: 1, ok: false, reason: 'hunter2' },
    { version: 1, ok: false, reason: ['BadCa'] },
  ])
    assert.equal(judged(answer), BAD, JSON.stringify(answer))
})

test('what the runtime could not start is no program, whatever it wrote', () => {
  for (const code of [126, 127])
    assert.equal(judged('OCI runtime exec failed: exec failed: … executable file not found in $PATH', code), {
      kind: 'unsupported',
    })
  assert.equal(judged({ version: 1, ok: true, hash: HASH }, 126), { kind: 'unsupported' })
})

test.run()
