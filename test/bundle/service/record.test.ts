import * as assert from 'uvu/assert'
import { recordLine } from '../../../bundle/service/record.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('record of decisions')
const NOW = Date.parse('2026-12-01T12:00:00Z')
const outcome = {
  host: 'a.example',
  port: 443,
  method: 'GET',
  path: '/x?token=hunter2',
  note: undefined,
  cut: false,
  up: 1,
  down: 2,
  ms: 3,
}
const fields = (line: string): unknown => JSON.parse(line)

test('an allowed request names its rule and its secret, and leaves out the query', () => {
  const credential = { secret: 'TOKEN', header: 'x', format: '{}' }
  assert.equal(fields(recordLine({ ...outcome, note: { allow: true, rule: 'allow[0]', credential } }, NOW)), {
    time: '2026-12-01T12:00:00.000Z',
    decision: 'allow',
    host: 'a.example',
    port: 443,
    method: 'GET',
    path: '/x',
    rule: 'allow[0]',
    secret: 'TOKEN',
    up: 1,
    down: 2,
    ms: 3,
  })
})

test('a denied one names its reason and no secret, a cut one that it was cut', () => {
  const line = recordLine(
    { ...outcome, reason: 'CredentialUnavailable', note: { rule: 'allow[0]', credential: { secret: 'TOKEN' } } },
    NOW,
  )
  assert.match(line, '"decision":"deny"')
  assert.match(line, '"reason":"CredentialUnavailable"')
  assert.not.match(line, 'TOKEN')
  assert.match(recordLine({ ...outcome, cut: true }, NOW), '"cut":true')
})

test('a line is one line, bounded, and harmless, whatever a client sends', () => {
  const long = '\u001b]0;x\u0007\n\u202e"'.repeat(10_000)
  const line = recordLine({ ...outcome, host: long, method: long, path: `/${long}` }, NOW)
  assert.is(line.split('\n').length, 2)
  assert.ok(line.length < 16_384, String(line.length))
  for (const hidden of ['\u001b', '\u202e']) assert.not.ok(line.includes(hidden))
})

test.run()
