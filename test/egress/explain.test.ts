import * as assert from 'uvu/assert'
import { decide } from '../../egress/decide.ts'
import { explain } from '../../egress/explain.ts'
import type { Request } from '../../egress/policy.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'
import { suite } from '../helpers/suite.ts'
import { NOW, policyOf, requestTo } from './a-policy.ts'

const test = suite('explain')

const explained = (spec: EgressPolicy, request: Request): string => {
  const policy = policyOf(spec)
  const { what, why, todo } = explain(policy, { request, decision: decide(policy, request, NOW), now: NOW })
  return [what, ...why, ...todo.map((line) => `> ${line}`)].join('\n')
}

const SPEC: EgressPolicy = {
  allow: [
    { host: 'api.example', methods: ['GET'], paths: ['/a', '/b'], credential: { secret: 'TOKEN', header: 'X-Key' } },
    { host: '*.wild.example', private: true, until: '2026-12-02T00:00:00Z' },
    { host: 'pinned.example', tls: 'passthrough' },
    { host: 'old.example', until: '2026-11-30T00:00:00Z' },
    { host: 'ws.example', websocket: true },
    { host: 'files.example', ports: [80, 8443] },
    { host: 'seen.example', tls: 'passthrough' },
    { host: 'many.example', paths: ['/1', '/2', '/3', '/4', '/5', '/6', '/7'] },
    { host: 'some.example', methods: ['GET', 'HEAD'], paths: ['/1', '/2', '/3', '/4', '/5'] },
    { host: 'some.example', ports: [8443] },
    { host: 'git.example', ports: [8443], push: false },
    { host: 'git.example', until: '2026-11-30T00:00:00Z' },
    { host: 'git.example', methods: ['GET'] },
  ],
  deny: [
    { host: 'api.example', ports: [443], methods: ['DELETE'], paths: ['/x/**'] },
    { host: 'seen.example', methods: ['PUT'] },
    { host: 'bad.example' },
    { host: 'worse.example', ports: [80, 443], methods: ['PUT', 'POST'] },
  ],
}

const CASES: readonly (readonly [Request, string])[] = [
  [
    requestTo('api.example', { path: '/a?key=secret' }),
    'GET https://api.example/a\nallow[0] allows it.\nThe header X-Key is set from the secret TOKEN.',
  ],
  [
    requestTo('x.wild.example'),
    'GET https://x.wild.example/\nallow[1] allows it.\nIt may resolve to a private address.\nThe entry ends at 2026-12-02T00:00:00.000Z.',
  ],
  [
    requestTo('pinned.example'),
    'GET https://pinned.example/\nallow[2] allows it.\nIt is passed through: methods, paths and pushes are not looked at.',
  ],
  [
    requestTo('seen.example'),
    'GET https://seen.example/\nallow[6] allows it.\nIt is looked into all the same, as an earlier entry or a deny is about this host.',
  ],
  [
    requestTo('api.example', { method: 'DELETE', path: '/x/y' }),
    'DELETE https://api.example/x/y\ndeny[0] forbids api.example, port 443, DELETE, /x/**.\n> Remove deny[0], or narrow it.',
  ],
  [
    requestTo('api.example', { method: 'DELETE', path: '/y/../z' }),
    'DELETE https://api.example/y/../z\ndeny[0] forbids api.example, port 443, DELETE, /x/**.\nServers may read the path in two ways (it holds a segment . or ..), so it is forbidden by every list of paths.\n> Remove deny[0], or narrow it.',
  ],
  [
    requestTo('pinned.example', { port: 8443 }),
    'GET https://pinned.example:8443/\nallow[2] names pinned.example, but allows only port 443.\n> Add to allow:\n> - host: pinned.example\n>   ports: [8443]\n>   methods: [GET]\n>   paths: ["/"]',
  ],
  [
    requestTo('x.wild.example', { path: '/r/git-receive-pack' }),
    'GET https://x.wild.example/r/git-receive-pack\nIt is a git push, and allow[1] has no push: true.\n> Push through the git gate, or set push: true on allow[1].',
  ],
  [
    requestTo('old.example'),
    'GET https://old.example/\nallow[3] ended at 2026-11-30T00:00:00.000Z.\n> Set a later until on allow[3].',
  ],
  [
    requestTo('api.example', { method: 'PUT', path: '/c//d' }),
    'PUT https://api.example/c//d\nallow[0] names api.example, but allows only the methods GET and only the paths /a, /b.\nServers may read the path in two ways (it holds an empty segment), so it is in no list of paths.\n> Write the path so that it is read in one way; or allow every path. Add to allow:\n> - host: api.example\n>   methods: [PUT]',
  ],
  [
    requestTo('ws.example'),
    'GET https://ws.example/\nallow[4] names ws.example, but allows only WebSocket upgrades.\n> Add to allow:\n> - host: ws.example\n>   methods: [GET]\n>   paths: ["/"]',
  ],
  [
    requestTo('x.wild.example', { websocket: true }),
    'GET wss://x.wild.example/\nallow[1] names *.wild.example, but allows no WebSocket.\n> Add to allow:\n> - host: x.wild.example\n>   methods: [GET]\n>   paths: ["/"]\n>   websocket: true',
  ],
  [
    requestTo('old.example', { port: 80, path: '/r/git-receive-pack' }),
    'GET http://old.example/r/git-receive-pack\nallow[3] names old.example, but allows only port 443 and only until 2026-11-30T00:00:00.000Z and no git push.\n> Add to allow:\n> - host: old.example\n>   ports: [80]\n>   methods: [GET]\n>   paths: ["/r/git-receive-pack"]\n>   push: true',
  ],
  [
    requestTo('files.example'),
    'GET https://files.example/\nallow[5] names files.example, but allows only port 80, 8443.\n> Add to allow:\n> - host: files.example\n>   methods: [GET]\n>   paths: ["/"]',
  ],
  [
    requestTo('many.example'),
    'GET https://many.example/\nallow[7] names many.example, but allows only the paths /1, /2, /3, /4, /5 and 2 more.\n> Add to allow:\n> - host: many.example\n>   methods: [GET]\n>   paths: ["/"]',
  ],
  [
    requestTo('wild.example'),
    'GET https://wild.example/\nNo entry names wild.example.\nallow[1] names *.wild.example, which doesn\'t include wild.example itself.\n> Add to allow:\n> - host: wild.example\n>   methods: [GET]\n>   paths: ["/"]',
  ],
  [
    requestTo('some.example', { method: 'PUT', path: '/6//7' }),
    'PUT https://some.example/6//7\nallow[8] names some.example, but allows only the methods GET, HEAD and only the paths /1, /2, /3, /4, /5.\nallow[9] names some.example, but allows only port 8443.\nServers may read the path in two ways (it holds an empty segment), so it is in no list of paths.\n> Write the path so that it is read in one way; or allow every path. Add to allow:\n> - host: some.example\n>   methods: [PUT]',
  ],
  [
    requestTo('git.example', { path: '/r/git-receive-pack' }),
    'GET https://git.example/r/git-receive-pack\nIt is a git push, and allow[12] has no push: true.\n> Push through the git gate, or set push: true on allow[12].',
  ],
  [
    requestTo('bad.example', { path: '/a//b' }),
    'GET https://bad.example/a//b\ndeny[2] forbids bad.example.\n> Remove deny[2], or narrow it.',
  ],
  [
    requestTo('worse.example', { method: 'POST' }),
    'POST https://worse.example/\ndeny[3] forbids worse.example, port 80, 443, POST, PUT.\n> Remove deny[3], or narrow it.',
  ],
  [
    requestTo('127.0.0.1'),
    'GET https://127.0.0.1/\nThe host is a literal address; only names can be allowed.\n> Use the name of the host.',
  ],
  [requestTo(''), 'GET https:///\nAn empty text is no host name.'],
  [
    requestTo('a\u001B[2Jb', { method: 'GET\nx', path: '/\u202E?secret' }),
    'GET\\u{a}x https://a\\u{1b}[2Jb/\\u{202e}\na\\u{1b}[2Jb is no host name.',
  ],
]
for (const [request, words] of CASES) test(JSON.stringify(request), () => assert.is(explained(SPEC, request), words))

test('mode audit is said', () => {
  const audit: EgressPolicy = { ...SPEC, mode: 'audit' }
  assert.is(
    explained(audit, requestTo('b.example')),
    'GET https://b.example/\nMode audit lets it through; enforce would deny it: NotAllowed.',
  )
  assert.is(
    explained(audit, requestTo('seen.example', { method: 'PUT' })),
    'PUT https://seen.example/\nMode audit lets it through; enforce would deny it: Denied by deny[1].',
  )
})

test('a few of many entries are named', () => {
  const spec = { allow: Array.from({ length: 9 }, (_, port) => ({ host: 'a.example', ports: [port + 1] })) }
  assert.is(explained(spec, requestTo('a.example')).match(/names a\.example/g)?.length, 5)
})

test.run()
