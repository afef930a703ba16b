import * as assert from 'uvu/assert'
import { factsOf, forbids, forbidsHost, isLive, namesHost, obstaclesOf } from '../../egress/matching.ts'
import type { AllowRule, DenyRule, Request } from '../../egress/policy.ts'
import type { EgressAllow, EgressDeny } from '../../schemas/egress.ts'
import { suite } from '../helpers/suite.ts'
import { NOW, policyOf, requestTo } from './a-policy.ts'

const test = suite('matching')

const allowing = (entry: Partial<EgressAllow>): AllowRule => {
  const [rule] = policyOf({ allow: [{ host: 'a.example', ...entry }] }).allow
  if (rule === undefined) throw new Error('no rule')
  return rule
}
const denying = (entry: Partial<EgressDeny>): DenyRule => {
  const [rule] = policyOf({ deny: [{ host: 'a.example', ...entry }] }).deny
  if (rule === undefined) throw new Error('no rule')
  return rule
}
const facts = (given: Partial<Request>, now = NOW) => factsOf(requestTo('a.example', given), now)

const OBSTACLES: readonly (readonly [Partial<EgressAllow>, Partial<Request>, string])[] = [
  [{}, {}, ''],
  [{}, { method: 'brew', path: '/a/../b' }, ''],
  [{ methods: ['GET'] }, { method: 'GET' }, ''],
  [{ methods: ['GET'] }, { method: 'HEAD' }, 'method'],
  [{ methods: ['GET'] }, { method: 'get' }, 'method'],
  [{ methods: ['GET'] }, { method: 'GET ' }, 'method'],
  [{ paths: ['/a', '/b/*'] }, { path: '/b/c?d' }, ''],
  [{ paths: ['/a'] }, { path: '/A' }, 'path'],
  [{ paths: ['/**'] }, { path: '/a//b' }, 'path'],
  [{ paths: ['/**'] }, { path: '/a%2fb' }, 'path'],
  [{ paths: ['/a*/b', '/c'] }, { path: '/a;x/b' }, ''],
  [{ paths: ['/ax*/b'] }, { path: '/a;x/b' }, 'path'],
  [{ paths: ['/*x*/b'] }, { path: '/a;x/b' }, 'path'],
  [{ paths: ['/bücher'] }, { path: '/b%c3%bccher' }, ''],
  [{}, { path: '/x/git-receive-pack' }, 'push'],
  [{ push: true }, { path: '/x/git-receive-pack' }, ''],
  [{ websocket: true }, {}, 'websocket'],
  [{ websocket: true }, { websocket: true }, ''],
  [{ websocket: true }, { websocket: true, method: 'POST' }, 'method'],
  [{}, { websocket: true }, 'websocket'],
  [{ until: '2026-12-01T12:00:00Z' }, {}, 'until'],
  [{ until: '2026-12-01T12:00:00.001Z' }, {}, ''],
  [
    { until: '2026-12-01T11:00:00Z', methods: ['GET'], paths: ['/a'] },
    { method: 'PUT', path: '/git-receive-pack', websocket: true },
    'until,method,path,websocket,push',
  ],
  [{ tls: 'passthrough' }, { method: 'PUT', path: '/x/git-receive-pack', websocket: true }, ''],
  [{ tls: 'passthrough', until: '2026-12-01T12:00:00Z' }, { path: '/x/git-receive-pack' }, 'until'],
]
for (const [entry, request, obstacles] of OBSTACLES)
  test(`${obstacles || 'nothing'} keeps ${JSON.stringify(entry)} from allowing ${JSON.stringify(request)}`, () => {
    assert.is(obstaclesOf(allowing(entry), facts(request)).join(), obstacles)
  })

const FORBIDDEN: readonly (readonly [Partial<EgressDeny>, Partial<Request>, boolean])[] = [
  [{}, { method: 'brew', port: 1, path: '*', websocket: true }, true],
  [{ ports: [443] }, {}, true],
  [{ ports: [80] }, {}, false],
  [{ methods: ['DELETE'] }, { method: 'DELETE' }, true],
  [{ methods: ['DELETE'] }, { method: 'delete' }, true],
  [{ methods: ['DELETE'] }, { method: 'PUT' }, false],
  [{ methods: ['DELETE'] }, { method: 'PUT ' }, true],
  [{ methods: ['DELETE'] }, { method: '' }, true],
  [{ methods: ['DELETE'] }, { method: 'PUT\0' }, true],
  [{ methods: ['DELETE'] }, { method: 'ＤELETE' }, true],
  [{ paths: ['/evil/**'] }, { path: '/evil/x' }, true],
  [{ paths: ['/other', '/evil/**'] }, { path: '/evil/x' }, true],
  [{ paths: ['/evil/**'] }, { path: '/%65vil/x' }, true],
  [{ paths: ['/evil/**'] }, { path: '/EVIL/x' }, true],
  [{ paths: ['/EVIL/**'] }, { path: '/evil/x' }, true],
  [{ paths: ['/evil/**'] }, { path: '/evil;x=1/x' }, true],
  [{ paths: ['/evil;x=1/**'] }, { path: '/evil;x=1/x' }, true],
  [{ paths: ['/evil/**'] }, { path: '/good/x' }, false],
  [{ paths: ['/evil/**'] }, { path: '/good//x' }, true],
  [{ paths: ['/evil/**'] }, { path: 'good' }, true],
  [{ paths: ['/bu\u0308cher'] }, { path: '/b%C3%BCcher' }, true],
  [{ paths: ['/bücher'] }, { path: '/BU%CC%88CHER' }, true],
  [{ methods: ['PUT'], paths: ['/evil'] }, { path: '/evil' }, false],
  [{ methods: ['PUT'], paths: ['/evil'] }, { method: 'PUT', path: '/evil' }, true],
]
for (const [entry, request, forbidden] of FORBIDDEN)
  test(`${JSON.stringify(entry)} ${forbidden ? 'forbids' : "doesn't forbid"} ${JSON.stringify(request)}`, () => {
    assert.is(forbids(denying(entry), facts(request)), forbidden)
  })

test('another host is not forbidden', () => assert.not(forbids(denying({}), factsOf(requestTo('b.example'), NOW))))

test('an entry names a host at its ports', () => {
  const rule = allowing({ host: '*.example', ports: [80] })
  assert.ok(namesHost(rule, { host: 'a.example', port: 80 }))
  assert.not(namesHost(rule, { host: 'a.example', port: 443 }))
  assert.not(namesHost(rule, { host: 'example', port: 80 }))
  for (const port of [NaN, -1, 80.5, Infinity]) assert.not(namesHost(rule, { host: 'a.example', port }))
  assert.ok(forbidsHost(denying({}), { host: 'a.example', port: NaN }))
})

test('an entry is in force until its time; a time that is none is past', () => {
  const rule = allowing({ until: '2026-12-01T12:00:00Z' })
  assert.ok(isLive(rule, NOW - 1))
  assert.not(isLive(rule, NOW))
  assert.not(isLive(rule, NaN))
  assert.not(isLive({ ...rule, until: 'soon' }, NOW))
  assert.ok(isLive(allowing({}), NaN))
})

test.run()
