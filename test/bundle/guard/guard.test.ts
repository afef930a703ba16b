import * as assert from 'uvu/assert'
import type { Head, Refusal, Verdict } from '../../../bundle/engine/port.ts'
import { createGuard } from '../../../bundle/guard/guard.ts'
import type { GuardSetting } from '../../../bundle/guard/guard.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { NOW, policyOf } from '../../egress/a-policy.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('guard by policy')

const SPEC: EgressPolicy = {
  allow: [
    {
      host: 'api.example',
      paths: ['/v1/**'],
      credential: { secret: 'TOKEN', header: 'Authorization', format: 'Bearer {}' },
    },
    { host: 'plain.example', ports: [80, 443, 8080] },
    { host: 'open.example', ports: [8080], credential: { secret: 'TOKEN', header: 'x' } },
    { host: 'pinned.example', tls: 'passthrough' },
    { host: 'inside.example', private: true },
  ],
}
const guardOf = (change: Partial<GuardSetting> = {}) =>
  createGuard({
    policy: () => policyOf(SPEC),
    secret: (name) => (name === 'TOKEN' ? 'value' : undefined),
    own: () => ['192.168.133.0/24'],
    lookUp: () => Promise.resolve(['1.1.1.1']),
    now: () => NOW,
    ...change,
  })
const head = (given: Partial<Head>): Head => ({
  host: 'api.example',
  port: 443,
  scheme: 'https',
  method: 'GET',
  path: '/v1/x',
  json: false,
  ...given,
})
const denied = async (verdict: Verdict | Promise<Verdict>): Promise<string> => {
  const given = await verdict
  return given.kind === 'deny' ? `${given.status} ${given.reason}` : given.kind
}

const set = async (verdict: Verdict | Promise<Verdict>): Promise<unknown> => {
  const given = await verdict
  return given.kind === 'allow' ? given.set : given
}

test('an allowed request carries its credential, and nothing else does', async () => {
  const guard = guardOf()
  assert.equal(await set(guard.decide(head({}))), [['Authorization', 'Bearer value']])
  assert.equal(await set(guard.decide(head({ host: 'plain.example' }))), [])
  assert.equal(await set(guard.decide(head({ host: 'plain.example', port: 80, scheme: 'http' }))), [])
})

test('a value with $ and {} in it is put in as it is', async () => {
  const guard = guardOf({ secret: () => "$&{}$'" })
  assert.equal(await set(guard.decide(head({}))), [['Authorization', "Bearer $&{}$'"]])
})

test('nothing with a credential, and nothing for port 443, goes over plain HTTP', async () => {
  const guard = guardOf()
  assert.is(await denied(guard.decide(head({ scheme: 'http' }))), '403 NotAllowed')
  assert.is(await denied(guard.decide(head({ host: 'plain.example', scheme: 'http' }))), '403 NotAllowed')
  assert.is(await denied(guard.decide(head({ host: 'open.example', port: 8080, scheme: 'http' }))), '403 NotAllowed')
  assert.equal(await set(guard.decide(head({ host: 'open.example', port: 8080 }))), [['x', 'value']])
})

test('a secret that is missing, or that no header can carry, denies, and is not shown', async () => {
  for (const value of [undefined, '', 'zq\nb', 'zq\r\nX: y', 'zq\0', ' zq', 'zq\u0100']) {
    const verdict = await guardOf({ secret: () => value }).decide(head({}))
    assert.is(await denied(verdict), '503 CredentialUnavailable')
    if (value !== undefined && value !== '')
      assert.not.match(JSON.stringify(verdict), JSON.stringify(value).slice(1, -1))
  }
})

test('a denial says what, why and what a person would do, as JSON where that is taken', async () => {
  const verdict = await guardOf().decide(head({ path: '/v2/x?key=secret' }))
  assert.equal(verdict, {
    kind: 'deny',
    note: { allow: false, reason: 'NotAllowed' },
    status: 403,
    reason: 'NotAllowed',
    text: 'bottled denied GET https://api.example/v2/x: NotAllowed.\nallow[0] names api.example, but allows only the paths /v1/**.\nTrying again will not help. A person can change the policy:\nAdd to allow:\n- host: api.example\n  methods: [GET]\n  paths: ["/v2/x"]',
  })
  const asJson = await guardOf().decide(head({ path: '/v2/x', json: true }))
  assert.ok(asJson.kind === 'deny' && (JSON.parse(asJson.text) as { error: string }).error.startsWith('bottled denied'))
})

test('without a policy everything is denied', async () => {
  const guard = guardOf({ policy: () => undefined })
  assert.equal(guard.open({ host: 'pinned.example', port: 443 }), { kind: 'terminate' })
  assert.equal(guard.open({ host: '127.0.0.1', port: 443 }), { kind: 'terminate' })
  assert.is(await denied(guard.decide(head({}))), '503 PolicyNotLoaded')
  assert.is((await guard.resolve(head({})).catch((error: Refusal) => error.reason)) as string, 'PolicyNotLoaded')
})

test('a CONNECT is looked into, passed through, or refused', () => {
  const guard = guardOf()
  assert.equal(guard.open({ host: 'API.example.', port: 443 }), { kind: 'terminate' })
  assert.equal(guard.open({ host: 'unknown.example', port: 22 }), { kind: 'terminate' })
  const passed = guard.open({ host: 'Pinned.example.', port: 443 })
  assert.is(passed.kind === 'passthrough' && passed.host, 'pinned.example')
  assert.equal(guard.open({ host: 'pinned.example', port: 8443 }), { kind: 'terminate' })
  for (const [host, reason] of [
    ['0x7f.1', 'AddressLiteral'],
    ['[::1]', 'AddressLiteral'],
    ['a b', 'BadHost'],
  ] as const) {
    const opening = guard.open({ host, port: 443 })
    assert.is(opening.kind === 'refuse' && opening.reason, reason)
  }
})

test('a connection in which an entry is for WebSockets may become one, and each of its requests is decided as what it is', async () => {
  const spec = {
    allow: [
      { host: 'live.example', websocket: true },
      { host: 'live.example', paths: ['/v1/**'] },
    ],
  }
  const guard = guardOf({ policy: () => policyOf(spec) })
  assert.equal(guard.open({ host: 'Live.example.', port: 443 }), { kind: 'upgradable', host: 'live.example' })
  const asked = (path: string, websocket: boolean) => guard.decide(head({ host: 'live.example', path, websocket }))
  assert.equal(await set(asked('/chat', true)), [])
  assert.equal(await set(asked('/v1/x', false)), [])
  assert.is(await denied(asked('/chat', false)), '403 NotAllowed')
})

test('a policy counts from the moment it changes, and an entry until its time', async () => {
  let policy = policyOf(SPEC)
  let now = NOW
  const guard = guardOf({ policy: () => policy, now: () => now })
  policy = policyOf({ allow: [{ host: 'api.example', until: '2026-12-01T12:00:01Z' }] })
  assert.equal(await set(guard.decide(head({}))), [])
  now += 1_000
  assert.is(await denied(guard.decide(head({}))), '403 Expired')
  policy = policyOf({})
  assert.is(await denied(guard.decide(head({}))), '403 NotAllowed')
})

test('of a name the addresses are judged: the class of a bad one is told, never the address', async () => {
  const resolved = async (host: string, ...addresses: readonly string[]): Promise<readonly string[] | string> =>
    guardOf({ lookUp: () => Promise.resolve(addresses) })
      .resolve({ host, port: 443 })
      .catch((error: Refusal) => `${error.reason}: ${error.message}`)
  assert.equal(await resolved('api.example', '10.0.0.1', '1.1.1.1', '127.0.0.1'), ['1.1.1.1'])
  assert.is(
    await resolved('api.example', '10.0.0.1'),
    'AddressForbidden: api.example may not be connected to, as it is private. An entry with private: true would allow it.',
  )
  assert.is(
    await resolved('api.example', '127.0.0.1'),
    'AddressForbidden: api.example may not be connected to, as it is loopback.',
  )
  assert.is(await resolved('api.example'), 'Unresolved: api.example has no address.')
  assert.equal(await resolved('inside.example', '10.0.0.1', '192.168.133.1'), ['10.0.0.1'])
})

test('a name is looked up once, and what was judged is what is used', async () => {
  const answers = [['1.1.1.1'], ['127.0.0.1'], ['127.0.0.1']]
  const guard = guardOf({ lookUp: () => Promise.resolve(answers.shift() ?? []) })
  assert.equal(await guard.resolve({ host: 'api.example', port: 443 }), ['1.1.1.1'])
  assert.is(answers.length, 2)
})

test('each answer carries its decision, that of a tunnel that is passed through, too', async () => {
  const guard = guardOf()
  const noted = (answer: { readonly note?: unknown }): unknown => answer.note
  assert.equal(
    [
      noted(await guard.decide(head({}))),
      noted(await guard.decide(head({ path: '/v2' }))),
      noted(guard.open({ host: 'pinned.example', port: 443 })),
      noted(guard.open({ host: '127.1', port: 443 })),
      noted(guard.open({ host: 'api.example', port: 443 })),
    ].map((note) => {
      const { rule, reason } = (note ?? {}) as { readonly rule?: string; readonly reason?: string }
      return rule ?? reason
    }),
    ['allow[0]', 'NotAllowed', 'allow[3]', 'AddressLiteral', undefined],
  )
})

test('an answer says whether its way may lead inside', async () => {
  const guard = guardOf()
  const ways = await Promise.all(
    ['inside.example', 'api.example'].map(async (host) => [
      guard.open({ host, port: 443 }),
      await guard.decide(head({ host })),
    ]),
  )
  assert.equal(
    ways.map((way) => way.map((answer) => 'private' in answer && answer.private)),
    [
      [true, true],
      [false, false],
    ],
  )
})

test('audit lets through, also what is an address', async () => {
  const guard = guardOf({ policy: () => policyOf({ mode: 'audit' }) })
  assert.is((await guard.decide(head({}))).kind, 'allow')
  assert.equal(guard.open({ host: '1.1.1.1', port: 443 }), { kind: 'terminate' })
  assert.is(guard.open({ host: 'a b', port: 443 }).kind, 'refuse')
})

test('a denial of what the git gate serves names the gate', async () => {
  const [served] = [
    {
      name: 'app',
      url: 'https://api.example/acme/app',
      fetch: true,
      push: ['agent/*'],
      maxPackMiB: 1,
      review: false,
      private: false,
    },
  ]
  const guard = guardOf({ repositories: () => [served] })
  const text = async (path: string): Promise<string> => {
    const verdict = await guard.decide(head({ path }))
    return verdict.kind === 'deny' ? verdict.text : verdict.kind
  }
  const said = await text('/acme/app.git/git-receive-pack')
  assert.match(said, /\$GIT_GATE_URL\/app is its address/)
  assert.match(said, /It takes pushes to agent\/\*/)
  assert.not.match(await text('/acme/other.git/git-receive-pack'), /GIT_GATE_URL/)
})

test.run()
