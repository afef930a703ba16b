import * as assert from 'uvu/assert'
import { hasReachChanges, reachChanges } from '../../../cli/egress/reach.ts'
import { plain } from '../../../cli/print/colour.ts'
import { reachChangeLines, reachLines, reachSummary } from '../../../cli/views/reach.ts'
import { compile } from '../../../egress/compile.ts'
import type { Policy } from '../../../egress/policy.ts'
import { presets } from '../../../schemas/egress-presets.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('reach')

const policy = (spec: EgressPolicy): Policy => {
  const compiled = compile(spec, presets)
  if (!compiled.ok) throw new Error(compiled.faults.map(({ message }) => message).join())
  return compiled.policy
}
const lines = (before: EgressPolicy | undefined, after: EgressPolicy | undefined): readonly string[] =>
  reachChangeLines(
    reachChanges(before === undefined ? undefined : policy(before), after === undefined ? undefined : policy(after)),
    plain,
  ).map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))

const A = { host: 'a.example' }

test('what means the same is no change: another order, a default spelt out, an entry that another covers', () => {
  const same: readonly (readonly [EgressPolicy, EgressPolicy])[] = [
    [{ allow: [A, { host: 'b.example' }] }, { allow: [{ host: 'B.example.' }, { ...A, ports: [443] }] }],
    [{ presets: ['github'] }, { presets: ['github', 'github-read'] }],
    [
      { allow: [{ host: '*.x.example' }] },
      { allow: [{ host: '*.x.example' }, { host: 'a.b.x.example' }, { host: '*.y.x.example' }] },
    ],
    [{ allow: [{ ...A, push: true }] }, { allow: [{ ...A, push: true }, A] }],
    [
      { deny: [{ host: '*.evil.example' }] },
      { deny: [{ host: '*.evil.example' }, { host: 'x.evil.example', methods: ['GET'] }] },
    ],
  ]
  for (const [before, after] of same) assert.equal(lines(before, after), [], JSON.stringify(after))
  assert.is(hasReachChanges(reachChanges(policy({}), policy({}))), false)
})

test('a wider entry shows what it adds, a narrower one what it takes away', () => {
  assert.equal(lines({ allow: [{ ...A, methods: ['GET'] }] }, { allow: [{ ...A, methods: ['GET', 'POST'] }] }), [
    '+ a.example | POST | any path | allow[0]',
  ])
  assert.equal(lines({ allow: [A] }, { allow: [{ ...A, methods: ['GET'] }] }), ['- a.example | any method | any path'])
  assert.equal(lines({ allow: [A] }, { allow: [{ ...A, ports: [443, 8443] }] }), [
    '+ a.example:443,8443 | any method | any path | allow[0]',
  ])
  assert.equal(lines({ allow: [{ ...A, paths: ['/a/**', '/b'] }] }, { allow: [{ ...A, paths: ['/b'] }] }), [
    '- a.example | any method | /a/**, /b',
  ])
  // Not the name below it, and not what only begins like it.
  assert.equal(
    lines(
      { allow: [{ host: '*.x.example' }] },
      { allow: [{ host: '*.x.example' }, { host: 'x.example' }, { host: '*.ax.example' }] },
    ),
    ['+ x.example | any method | any path | allow[1]', '+ *.ax.example | any method | any path | allow[2]'],
  )
})

test('each word that widens an entry shows', () => {
  for (const [more, words] of [
    [{ push: true }, 'git push'],
    [{ private: true }, 'may be private'],
    [{ tls: 'passthrough' }, 'passed through, not looked into'],
    [{ websocket: true }, 'WebSocket only'],
  ] as const)
    assert.equal(lines({ allow: [A] }, { allow: [A, { ...A, ...more }] }), [
      `+ a.example | any method | any path | allow[1], ${words}`,
    ])
  const until = (hour: number) => ({ ...A, until: `2026-12-01T${hour}:00:00Z` })
  assert.equal(lines({ allow: [until(12)] }, { allow: [until(18)] }), [
    '+ a.example | any method | any path | allow[0], until 2026-12-01T18:00:00.000Z',
  ])
  assert.equal(lines({ allow: [until(18)] }, { allow: [until(12)] }), [
    '- a.example | any method | any path | until 2026-12-01T18:00:00.000Z',
  ])
  assert.equal(lines({ allow: [A] }, { allow: [A, until(18)] }), [])
})

test('presets are expanded, and what is forbidden takes reach away', () => {
  const added = lines({}, { presets: ['npm'] })
  assert.match(added[0] ?? '', /^\+ registry\.npmjs\.org \| GET, HEAD \| any path \| presets\.npm\[0\]/)
  assert.equal(lines({}, { deny: [{ host: 'x.example' }, { host: 'y.example', ports: [22] }] }), [
    '- never x.example | any method | any path | deny[0]',
    '- never y.example:22 | any method | any path | deny[1]',
  ])
  assert.equal(lines({ deny: [{ host: 'x.example' }] }, {}), [
    '+ no longer forbidden: x.example | any method | any path',
  ])
})

test('a policy that is new, gone or audited is said first', () => {
  assert.match(lines(undefined, {})[0] ?? '', /^~ spec\.egress is new, until now the bundle image's own rules counted/)
  assert.match(lines({ allow: [A] }, undefined)[0] ?? '', /^~ there is no spec\.egress any more/)
  assert.equal(lines({ allow: [A] }, { allow: [A], mode: 'audit' }), [
    '~ everything: mode audit lets it through, and records what enforce would deny',
  ])
})

test('credentials are named, by secret, header and host', () => {
  const key = (secret: string, format = '{}') => ({
    allow: [{ ...A, credential: { secret, header: 'X-Key', format } }],
  })
  assert.equal(lines({ allow: [A] }, key('ONE')), ['~ a.example: X-Key is set from the secret ONE'])
  assert.equal(lines(key('ONE'), key('TWO')), ['~ a.example: X-Key is set from the secret TWO (was ONE)'])
  assert.equal(lines(key('ONE'), key('ONE', 'Bearer {}')), [
    '~ a.example: X-Key is set from the secret ONE, in another format',
  ])
  assert.equal(lines(key('ONE'), { allow: [A] }), ['~ a.example: X-Key is no longer set (was ONE)'])
})

test('a policy is laid out by its entries, what is forbidden first', () => {
  assert.equal(reachLines(policy({})), ['  nothing'])
  assert.equal(
    reachLines(
      policy({ allow: [{ ...A, credential: { secret: 'KEY', header: 'X-Key' } }], deny: [{ host: 'b.example' }] }),
    ),
    [
      '  never b.example  any method  any path  deny[0]',
      '  a.example        any method  any path  allow[0], X-Key from KEY',
    ],
  )
  assert.is(
    reachLines(policy({ allow: Array.from({ length: 60 }, (_, at) => ({ host: `h${at}.example` })) })).at(-1),
    '… and 20 more',
  )
})

test('its summary names the first hosts and what is forbidden', () => {
  assert.is(reachSummary(policy({})), 'enforce, nothing')
  assert.is(
    reachSummary(policy({ allow: [A], deny: [{ host: '*.evil.example' }], mode: 'audit' })),
    'audit, everything; enforce would allow 1 host: a.example; never *.evil.example',
  )
  assert.match(reachSummary(policy({ presets: ['github'] })), /^enforce, 11 hosts: github\.com, .* and 3 more$/)
})

test.run()
