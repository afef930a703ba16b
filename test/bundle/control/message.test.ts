import * as assert from 'uvu/assert'
import { ControlRefusal, parseMessage } from '../../../bundle/control/message.ts'
import { policyOf } from '../../egress/a-policy.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what the controller tells a bundle')

const policy = policyOf({
  presets: ['anthropic', 'github-read'],
  allow: [
    {
      host: '*.a.example',
      paths: ['/x/**'],
      methods: ['GET'],
      until: '2026-12-01T12:00:00Z',
      credential: { secret: 'S', header: 'x-key' },
    },
  ],
  deny: [{ host: 'b.a.example' }, { host: 'c.example', ports: [443], paths: ['/y'] }],
})
const whole = { version: 1, command: 'load', policy, ca: { cert: 'c', key: 'k' } }
const refused = (message: unknown): string => {
  try {
    parseMessage(typeof message === 'string' ? message : JSON.stringify(message))
    return 'taken'
  } catch (error) {
    return error instanceof ControlRefusal ? `${error.reason}: ${error.message}` : 'thrown'
  }
}
const withRule = (change: object): object => ({
  ...whole,
  policy: { ...policy, allow: [{ ...policy.allow[0], ...change }] },
})

test('what compile makes is taken as it is', () => {
  const message = parseMessage(JSON.stringify({ ...whole, secrets: { S: 'v' }, own: ['10.0.0.0/8'], hash: 'h' }))
  assert.is(message.kind, 'load')
  if (message.kind !== 'load') return
  assert.equal(message.load.policy, policy)
  assert.is(message.load.secrets['S'], 'v')
  assert.is(message.load.secrets['constructor'], undefined)
  assert.equal(parseMessage('{"version":1,"command":"status"}'), { kind: 'status' })
})

test('whatever else is refused, by name', () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    ['', /^BadMessage: it is no JSON$/],
    ['{"secrets": {"S": "hunter2"', /^BadMessage: it is no JSON$/],
    ['null', /^BadMessage/],
    ['[]', /^BadMessage/],
    [{ ...whole, version: 2 }, /^UnknownVersion/],
    [{ ...whole, command: 'unload' }, /^BadMessage/],
    [{ ...whole, ca: undefined }, /^BadMessage: ca/],
    [{ ...whole, ca: { cert: 'c' } }, /^BadMessage: ca/],
    [{ ...whole, secrets: { S: 1 } }, /^BadMessage/],
    [{ ...whole, secrets: ['x'] }, /^BadMessage/],
    [{ ...whole, own: '10.0.0.0/8' }, /^BadMessage/],
    [{ ...whole, hash: 1 }, /^BadMessage/],
    [{ ...whole, policy: undefined }, /^BadPolicy/],
    [{ ...whole, policy: { ...policy, version: 2 } }, /^BadPolicy/],
    [{ ...whole, policy: { ...policy, mode: 'off' } }, /^BadPolicy/],
    [{ ...whole, policy: { ...policy, allow: {} } }, /^BadPolicy/],
    [{ ...whole, policy: { ...policy, deny: undefined } }, /^BadPolicy/],
    [{ ...whole, policy: { ...policy, except: ['x'] } }, /^BadPolicy/],
    // An entry that this bundle would understand as a wider one.
    [withRule({ ips: ['1.1.1.1'] }), /^BadPolicy: policy\.allow\[0\] has a field/],
    [withRule({ paths: [] }), /^BadPolicy/],
    [withRule({ paths: '/x' }), /^BadPolicy/],
    [withRule({ methods: [1] }), /^BadPolicy/],
    [withRule({ ports: ['443'] }), /^BadPolicy/],
    [withRule({ ports: [0] }), /^BadPolicy/],
    [withRule({ host: '*' }), /^BadPolicy/],
    [withRule({ host: 'A.example' }), /^BadPolicy/],
    [withRule({ host: '169.254.169.254' }), /^BadPolicy/],
    [withRule({ push: 'false' }), /^BadPolicy/],
    [withRule({ private: undefined }), /^BadPolicy/],
    [withRule({ tls: 'none' }), /^BadPolicy/],
    [withRule({ until: 'soon' }), /^BadPolicy/],
    [withRule({ credential: { secret: 'S', header: 'x' } }), /^BadPolicy/],
    [{ ...whole, policy: { ...policy, deny: [{ rule: 'deny[0]' }] } }, /^BadPolicy/],
    [{ ...whole, policy: { ...policy, deny: ['x'] } }, /^BadPolicy/],
  ]
  for (const [message, wanted] of cases) assert.match(refused(message), wanted, JSON.stringify(message).slice(-300))
})

test.run()
