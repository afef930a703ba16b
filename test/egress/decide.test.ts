import * as assert from 'uvu/assert'
import { decide } from '../../egress/decide.ts'
import type { Decision, Request } from '../../egress/policy.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'
import { suite } from '../helpers/suite.ts'
import { NOW, policyOf, requestTo } from './a-policy.ts'

const test = suite('decide')
const credential = { secret: 'TOKEN', header: 'Authorization', format: 'Bearer {}' }
const decided = (spec: EgressPolicy, request: Request): Decision => decide(policyOf(spec), request, NOW)

test('an allowed request is answered with all that the proxy needs', () => {
  const spec: EgressPolicy = {
    allow: [{ host: '*.example', credential, private: true, until: '2026-12-01T13:00:00Z' }],
  }
  assert.equal(decided(spec, requestTo('A.Example.')), {
    allow: true,
    host: 'a.example',
    rule: 'allow[0]',
    credential,
    tls: 'terminate',
    private: true,
    until: '2026-12-01T13:00:00.000Z',
  })
})

test('what is passed through is answered so, unless the connection is looked into', () => {
  const through = { host: 'a.example', tls: 'passthrough' as const }
  const plain = { allow: true, host: 'a.example', rule: 'allow[0]', tls: 'passthrough', private: false }
  assert.equal(decided({ allow: [through] }, requestTo('a.example')), plain)
  const spec = { allow: [through], deny: [{ host: 'a.example', methods: ['PUT'] }] }
  assert.equal(decided(spec, requestTo('a.example')), { ...plain, tls: 'terminate' })
})

test('the first entry that matches gives the credential; presets come last', () => {
  const spec: EgressPolicy = {
    presets: ['npm'],
    allow: [
      { host: 'registry.npmjs.org', paths: ['/private/**'], credential },
      { host: 'registry.npmjs.org', methods: ['PUT'] },
    ],
  }
  const rule = (given: Partial<Request>): unknown => decided(spec, requestTo('registry.npmjs.org', given)).rule
  assert.is(rule({ path: '/private/x' }), 'allow[0]')
  assert.is(rule({ method: 'PUT', path: '/x' }), 'allow[1]')
  assert.is(rule({ path: '/@scope%2fname' }), 'presets.npm[0]')
})

const REFUSED: readonly (readonly [string, EgressPolicy, Request, object])[] = [
  [
    'a literal comes before a deny',
    { deny: [{ host: '*.example' }] },
    requestTo('127.0.0.1'),
    { reason: 'AddressLiteral' },
  ],
  [
    'a bad name comes before a deny',
    { deny: [{ host: '*.example' }] },
    requestTo('a b.example'),
    { reason: 'BadHost' },
  ],
  [
    'a deny comes before an allow',
    { allow: [{ host: 'a.example' }], deny: [{ host: 'b.example' }, { host: 'a.example' }] },
    requestTo('a.example'),
    { reason: 'Denied', rule: 'deny[1]' },
  ],
  [
    'a deny without ports means all',
    { allow: [{ host: 'a.example', ports: [8443] }], deny: [{ host: 'a.example' }] },
    requestTo('a.example', { port: 8443 }),
    { reason: 'Denied', rule: 'deny[0]' },
  ],
  [
    'a deny comes before an entry that has ended',
    { allow: [{ host: 'a.example', until: '2026-12-01T11:00:00Z' }], deny: [{ host: 'a.example' }] },
    requestTo('a.example'),
    { reason: 'Denied', rule: 'deny[0]' },
  ],
  [
    'a push is said so where it alone is in the way',
    { allow: [{ host: 'a.example', methods: ['POST'] }] },
    requestTo('a.example', { method: 'POST', path: '/x/git-receive-pack' }),
    { reason: 'PushNotAllowed' },
  ],
  [
    'a push by a method that is not allowed is not allowed',
    { allow: [{ host: 'a.example', methods: ['GET'] }] },
    requestTo('a.example', { method: 'POST', path: '/x/git-receive-pack' }),
    { reason: 'NotAllowed' },
  ],
  [
    'a push by an entry that has ended is not allowed',
    { allow: [{ host: 'a.example', until: '2026-12-01T11:00:00Z' }] },
    requestTo('a.example', { path: '/x/git-receive-pack' }),
    { reason: 'NotAllowed' },
  ],
  [
    'of a push and a time, in two entries, the push is said',
    { allow: [{ host: 'a.example', until: '2026-12-01T11:00:00Z', push: true }, { host: 'a.example' }] },
    requestTo('a.example', { path: '/x/git-receive-pack' }),
    { reason: 'PushNotAllowed' },
  ],
  [
    'an unclear path that may be a push is one',
    { allow: [{ host: 'a.example' }] },
    requestTo('a.example', { path: '/x//git-receive-pack' }),
    { reason: 'PushNotAllowed' },
  ],
  [
    'an entry that has ended is said so',
    { allow: [{ host: 'a.example', until: '2026-12-01T12:00:00Z' }] },
    requestTo('a.example'),
    { reason: 'Expired' },
  ],
  [
    'an entry that has ended, of another port, is not said',
    { allow: [{ host: 'a.example', ports: [80], until: '2026-12-01T12:00:00Z' }] },
    requestTo('a.example'),
    { reason: 'NotAllowed' },
  ],
  [
    'a plain entry allows no WebSocket',
    { allow: [{ host: 'a.example' }] },
    requestTo('a.example', { websocket: true }),
    { reason: 'NotAllowed' },
  ],
  [
    'an entry for WebSockets allows nothing else',
    { allow: [{ host: 'a.example', websocket: true }] },
    requestTo('a.example'),
    { reason: 'NotAllowed' },
  ],
]
for (const [title, spec, request, refusal] of REFUSED)
  test(title, () => assert.equal(decided(spec, request), { allow: false, ...refusal }))

test('an entry for WebSockets allows an upgrade', () => {
  const spec = { allow: [{ host: 'a.example' }, { host: 'a.example', websocket: true, credential }] }
  const decision = decided(spec, requestTo('a.example', { websocket: true }))
  assert.is(decision.rule, 'allow[1]')
  assert.equal(decision.allow && decision.credential, credential)
})

test('audit lets everything through that has a name or an address, and says what enforce would have said', () => {
  const spec: EgressPolicy = {
    mode: 'audit',
    allow: [{ host: 'a.example', credential, private: true }],
    deny: [{ host: 'c.example' }],
  }
  const through = (host: string, audit: object): object => ({
    allow: true,
    host,
    tls: 'terminate',
    private: false,
    audit: { allow: false, ...audit },
  })
  assert.is(decided(spec, requestTo('a.example')).rule, 'allow[0]')
  assert.equal(decided(spec, requestTo('B.example')), through('b.example', { reason: 'NotAllowed' }))
  assert.equal(decided(spec, requestTo('c.example')), through('c.example', { reason: 'Denied', rule: 'deny[0]' }))
  assert.equal(decided(spec, requestTo('0x7f.1')), through('127.0.0.1', { reason: 'AddressLiteral' }))
  assert.equal(decided(spec, requestTo('a:b')), { allow: false, reason: 'AddressLiteral' })
  assert.equal(decided(spec, requestTo('a b')), { allow: false, reason: 'BadHost' })
})

test.run()
