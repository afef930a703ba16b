import * as assert from 'uvu/assert'
import { mayBePrivate, mayUpgrade, tlsOf } from '../../egress/connection.ts'
import type { EgressAllow, EgressDeny } from '../../schemas/egress.ts'
import { suite } from '../helpers/suite.ts'
import { NOW, policyOf } from './a-policy.ts'

const test = suite('connection')
const through: EgressAllow = { host: 'a.example', tls: 'passthrough' }
const plain: EgressAllow = { host: 'a.example', methods: ['GET'] }

const cases: readonly (readonly [
  string,
  readonly EgressAllow[],
  readonly EgressDeny[],
  'terminate' | 'passthrough',
])[] = [
  ['nothing is about it', [], [], 'terminate'],
  ['its entry says so', [through], [], 'passthrough'],
  ['a wildcard says so', [{ host: '*.example', tls: 'passthrough' }], [], 'passthrough'],
  ['an earlier entry looks into it', [plain, through], [], 'terminate'],
  ['an earlier wildcard looks into it', [{ host: '*.example' }, through], [], 'terminate'],
  ['a later entry looks into it', [through, plain], [], 'passthrough'],
  ['the earlier entry has ended', [{ ...plain, until: '2026-12-01T12:00:00Z' }, through], [], 'passthrough'],
  ['its entry has ended', [{ ...through, until: '2026-12-01T12:00:00Z' }], [], 'terminate'],
  ['its entry is for another port', [{ ...through, ports: [8443] }], [], 'terminate'],
  ['the earlier entry is for another port', [{ ...plain, ports: [8443] }, through], [], 'passthrough'],
  ['a deny is about all of it', [through], [{ host: 'a.example' }], 'terminate'],
  ['a deny is about some methods', [through], [{ host: 'a.example', methods: ['DELETE'] }], 'terminate'],
  ['a deny is about some paths', [through], [{ host: '*.example', paths: ['/x'] }], 'terminate'],
  ['a deny is about another port', [through], [{ host: 'a.example', ports: [80] }], 'passthrough'],
  ['a deny is about another host', [through], [{ host: '*.a.example' }], 'passthrough'],
]
for (const [title, allow, deny, tls] of cases)
  test(`${title}: ${tls}`, () => {
    assert.is(tlsOf(policyOf({ allow, deny }), { host: 'a.example', port: 443 }, NOW), tls)
  })

test('a WebSocket is foreseen where an entry in force for host and port is for these, or all is let through', () => {
  const asked = (entry: Partial<EgressAllow>, mode: 'enforce' | 'audit' = 'enforce'): boolean =>
    mayUpgrade(policyOf({ mode, allow: [{ host: 'a.example', ...entry }] }), { host: 'a.example', port: 443 }, NOW)
  assert.ok(asked({ websocket: true }))
  assert.ok(asked({ websocket: true, host: '*.example' }))
  assert.ok(asked({}, 'audit'))
  for (const entry of [{}, { websocket: false }]) assert.is(asked(entry), false)
  for (const change of [{ host: 'b.example' }, { ports: [8443] }, { until: '2026-12-01T12:00:00Z' }])
    assert.is(asked({ websocket: true, ...change }), false)
})

test('a connection may go to a private address only if each entry in force for it says so', () => {
  const asked = (...allow: readonly EgressAllow[]): boolean =>
    mayBePrivate(policyOf({ allow }), { host: 'a.example', port: 443 }, NOW)
  const inward: EgressAllow = { host: '*.example', private: true }
  assert.is(asked(), false)
  assert.is(asked({ host: 'b.example', private: true }), false)
  assert.is(asked(inward), true)
  assert.is(asked(inward, plain), false)
  assert.is(asked(plain, inward), false)
  assert.is(asked(inward, { ...plain, private: true }), true)
  assert.is(asked(inward, { ...plain, ports: [8443] }), true)
  assert.is(asked(inward, { ...plain, until: '2026-12-01T12:00:00Z' }), true)
  assert.is(asked({ ...inward, until: '2026-12-01T12:00:00Z' }), false)
})

test.run()
