import * as assert from 'uvu/assert'
import { tlsOf } from '../../egress/connection.ts'
import { decide } from '../../egress/decide.ts'
import { explain } from '../../egress/explain.ts'
import type { Request } from '../../egress/policy.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'
import { NOW, policyOf, requestTo } from '../egress/a-policy.ts'
import { growsLinearly } from '../egress/linear.ts'
import { attacks } from './attack.ts'

/** What an agent may write into a request so that the decision takes it for something else. */
const attack = attacks('egress-decision')

const POLICY: EgressPolicy = {
  presets: ['github-read'],
  allow: [
    {
      host: 'api.example',
      methods: ['GET'],
      paths: ['/repos/acme/app/**'],
      credential: { secret: 'TOKEN', header: 'Authorization' },
    },
    { host: '*.cdn.example', methods: ['GET'] },
    { host: 'git.example' },
    { host: 'pinned.example', tls: 'passthrough' },
    { host: 'old.example', until: '2026-12-01T12:00:00Z' },
  ],
  deny: [
    { host: 'secret.cdn.example' },
    { host: 'git.example', paths: ['/evil/**'] },
    { host: 'git.example', methods: ['DELETE'] },
  ],
}
const policy = policyOf(POLICY)
const outcome = (request: Request): string => {
  const decision = decide(policy, request, NOW)
  return decision.allow ? `allowed by ${decision.rule ?? 'nothing'}` : decision.reason
}
const each = (requests: readonly Request[], wanted: RegExp): void => {
  for (const request of requests) assert.match(outcome(request), wanted, JSON.stringify(request))
}
const get = (host: string, path = '/'): Request => requestTo(host, { path })

attack(
  {
    party: 'agent',
    aim: 'reaches an address, past all rules for names',
    way: 'an address as host, in each spelling that a resolver takes, plain or dressed in what IDNA maps back',
    seen: 'AddressLiteral',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      [
        '169.254.169.254',
        '2852039166',
        '0xa9fea9fe',
        '0251.0376.0251.0376',
        '169.254.43518',
        '169.16689662',
        '169.254.169.254.',
        '0xA9.254.0xa9.0376',
        '１６９.254.169.254',
        '169。254。169。254',
        '[::ffff:169.254.169.254]',
        '[fe80::1%25eth0]',
        '::1',
        '127.1',
        '0',
        '0.',
        '0x',
        'anything.1',
      ].map((host) => get(host)),
      /^AddressLiteral$/,
    ),
)

attack(
  {
    party: 'agent',
    aim: 'reaches a host that no entry names',
    way: 'a host that a URL parser cuts, decodes or trims to an allowed one',
    seen: 'BadHost or AddressLiteral; never allowed',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      [
        'git.example/',
        'git.example\\.evil.org',
        'git.example#.evil.org',
        'git.example?.evil.org',
        'evil.org@git.example',
        'git.example@evil.org',
        'git.example\0.evil.org',
        'git.example%00.evil.org',
        'git%2eexample',
        'g\tit.example',
        'git.example\r\nHost: evil.org',
        ' git.example',
        'git.example..',
        '.git.example',
        'git．example／x',
        'git.example:443',
        'git.example\uD800',
      ].map((host) => get(host)),
      /^(BadHost|AddressLiteral)$/,
    ),
)

attack(
  {
    party: 'agent',
    aim: 'reaches a host beside an allowed one',
    way: 'a name that begins, ends or looks like an allowed one, or the name below a wildcard',
    seen: 'NotAllowed',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      [
        'cdn.example',
        'evilcdn.example',
        'a.cdn.example.evil.org',
        'git.example.evil.org',
        'xgit.example',
        'x.git.example',
        'gіt.example',
        'xn--git-.example.org',
        'example',
      ].map((host) => get(host)),
      /^(NotAllowed|BadHost)$/,
    ),
)

attack(
  {
    party: 'agent',
    aim: 'reaches a host that a deny names, by a wildcard that allows it',
    way: 'the name in other letters, with a trailing dot, or in signs that IDNA maps to it',
    seen: 'Denied',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      [
        'secret.cdn.example',
        'SECRET.CDN.EXAMPLE',
        'secret.cdn.example.',
        'ｓecret.cdn.example',
        'sec\u00adret.cdn。example',
      ].map((host) => get(host)),
      /^Denied$/,
    ),
)

const WAYS_OUT = [
  '/repos/acme/app/../../../user',
  '/repos/acme/app/..',
  '/repos/acme/app/%2e%2e/%2E%2E/user',
  '/repos/acme/app/.%2e/user',
  '/repos/acme/app/..%2f..%2fuser',
  '/repos/acme/app/..\\..\\user',
  '/repos/acme/app/..%5c..%5cuser',
  '/repos/acme/app/..;/..;/user',
  '/repos/acme/app/..;x=1/user',
  '/repos/acme/app/..%3b/user',
  '/repos/acme/app/%252e%252e/user',
  '/repos/acme/app/%c0%ae%c0%ae/user',
  '/repos/acme/app/%u002e%u002e/user',
  '/repos/acme/app//../user',
  '/repos/acme/app/\0/../user',
  '/repos/acme/app/%00/../user',
  '/repos/acme/app/x HTTP/1.1\r\nHost: evil.org\r\n\r\nGET /user',
  '/repos/acme/app/x#/../../user',
  '/repos/acme/app\t/x',
  '/repos/acme/app/\u00A0',
  '/repos/acme/app/\uFF0E\uFF0E/user',
]
attack(
  {
    party: 'agent',
    aim: 'uses a credential for a path that its entry does not list',
    way: 'a path that some server resolves, decodes or cuts to another one',
    seen: 'NotAllowed: a path that may be read in two ways is in no list of paths',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      WAYS_OUT.map((path) => get('api.example', path)),
      /^NotAllowed$/,
    ),
)

attack(
  {
    party: 'agent',
    aim: 'reaches a path that a deny lists, on a host that is allowed',
    way: 'the path escaped, in other letters, with parameters, or hidden behind what some server resolves',
    seen: 'Denied',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      [
        '/evil/x',
        '/%65%76%69%6c/x',
        '/EVIL/x',
        '/evil;v=1/x',
        '/evil;/x',
        '/good/../evil/x',
        '/good/%2e%2e/evil/x',
        '//evil/x',
        '/./evil/x',
        '/evil%2fx',
        '/evil\\x',
        '/evil/x#',
        '/evil/x\0',
        'evil/x',
        'http://git.example/evil/x',
        '/%2565vil/x',
      ].map((path) => get('git.example', path)),
      /^Denied$/,
    ),
)

attack(
  {
    party: 'agent',
    aim: 'uses a method that a deny names, on a host that is allowed',
    way: 'the method in other letters, or with signs that a lenient server drops',
    seen: 'Denied',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      ['DELETE', 'delete', 'Delete', 'DELETE ', ' DELETE', 'DELETE\t', 'DEL\0ETE', '', 'DELETE\r\n', 'ＤELETE'].map(
        (method) => requestTo('git.example', { method }),
      ),
      /^Denied$/,
    ),
)

attack(
  {
    party: 'agent',
    aim: 'pushes over https, past the git gate',
    way: 'the paths of a push escaped, in other letters, with parameters, or hidden behind what some server resolves',
    seen: 'PushNotAllowed, or Denied where a deny lists paths: never allowed',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      [
        '/a.git/git-receive-pack',
        '/a.git/git%2Dreceive%2Dpack',
        '/a.git/GIT-RECEIVE-PACK',
        '/a.git/git-receive-pack;x',
        '/a.git/git-receive-pack?x',
        '/a.git//git-receive-pack',
        '/a.git/x/../git-receive-pack',
        '/a.git/git-receive-pack/.',
        '/a.git/git-receive-pack%00',
        '/a.git%2fgit-receive-pack',
        '/a.git/git%252dreceive-pack',
        '/a.git/info/refs?service=git-receive-pack',
        '/a.git/info/refs?service=git-upload-pack&service=git-receive-pack',
        '/a.git/info/refs?service=git%2dreceive-pack',
        '/a.git/info/refs?a;service=git-receive-pack',
        '/a.git/info/./refs?service=git-receive-pack',
      ].flatMap((path) => [
        requestTo('git.example', { method: 'POST', path }),
        requestTo('x.cdn.example', { path }),
        requestTo('github.com', { path }),
      ]),
      /^(PushNotAllowed|Denied)$/,
    ),
)

attack(
  {
    party: 'agent',
    aim: 'asks for what a deny forbids where nobody looks',
    way: 'a connection that is passed through, to a host of which a deny forbids some methods or paths',
    seen: 'the connection is looked into',
    enforcedBy: 'egress decision',
  },
  () => {
    const narrowed = policyOf({ ...POLICY, deny: [{ host: '*.example', paths: ['/upload/**'] }] })
    assert.is(tlsOf(policy, { host: 'pinned.example', port: 443 }, NOW), 'passthrough')
    assert.is(tlsOf(narrowed, { host: 'pinned.example', port: 443 }, NOW), 'terminate')
    assert.not(decide(narrowed, get('pinned.example', '/upload/x'), NOW).allow)
  },
)

attack(
  {
    party: 'agent',
    aim: 'opens a tunnel through a host that is allowed for plain requests',
    way: 'an upgrade to WebSocket',
    seen: 'NotAllowed',
    enforcedBy: 'egress decision',
  },
  () =>
    each(
      [requestTo('git.example', { websocket: true }), requestTo('x.cdn.example', { websocket: true })],
      /^NotAllowed$/,
    ),
)

attack(
  {
    party: 'agent',
    aim: 'goes on after the time of an entry',
    way: 'a clock that gives no number, or is asked at the last millisecond',
    seen: 'Expired',
    enforcedBy: 'egress decision',
  },
  () => {
    for (const now of [NOW, NaN, Infinity])
      assert.equal(decide(policy, get('old.example'), now), { allow: false, reason: 'Expired' })
  },
)

attack(
  {
    party: 'agent',
    aim: 'stops or crashes the proxy',
    way: 'a long text of what makes parsers and globs slow, in host, method or path',
    seen: 'none is allowed, and the time grows with the text',
    enforcedBy: 'egress decision',
  },
  () => {
    const paths = [`/${'a*'.repeat(250)}b`, `/${'**a'.repeat(160)}b`]
    const slow = policyOf({ allow: [{ host: 'a.example', paths, methods: ['GET'] }] })
    for (const unit of ['a', 'a/', '..;/', '%2e', '\uD800', '.', '0x', 'xn--', ':'])
      for (const place of ['host', 'method', 'path'] as const)
        growsLinearly(
          (size) => {
            const request = { ...requestTo('a.example'), [place]: `/${unit.repeat(size / unit.length)}` }
            assert.not(decide(slow, request, NOW).allow)
          },
          `${place} ${JSON.stringify(unit)}`,
        )
  },
)

attack(
  {
    party: 'agent',
    aim: 'controls the terminal of who reads why it was denied, or has a person allow more than is shown',
    way: 'escape sequences, line ends and bidirectional marks in host, method and path',
    seen: 'they are written out; the suggested entry is one entry',
    enforcedBy: 'egress decision',
  },
  () => {
    const evil = '\u001B]0;x\u0007\n- host: "*.com"\n\u202E\u2066\u200B'
    for (const request of [get(evil), requestTo('a.example', { method: `GET${evil}` }), get('a.example', `/${evil}`)]) {
      const { what, why, todo } = explain(policy, { request, decision: decide(policy, request, NOW), now: NOW })
      assert.not.match([what, ...why, ...todo].join(''), /[\p{Cc}\p{Cf}]/u)
      assert.ok(todo.filter((line) => line.includes('host:')).length <= 1)
      assert.not(todo.some((line) => line.includes('*.com')))
    }
  },
)

attack.run()
