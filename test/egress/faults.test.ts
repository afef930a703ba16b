import * as assert from 'uvu/assert'
import { policyFaults } from '../../egress/faults.ts'
import type { EgressAllow, EgressDeny } from '../../schemas/egress.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('policy faults')
const credential = { secret: 'TOKEN', header: 'Authorization' }

const found = (spec: Parameters<typeof policyFaults>[0]): readonly string[] =>
  policyFaults(spec, new Set(['npm', 'pypi'])).map(({ path, message }) => `${path.join('.')}: ${message}`)

const ALLOWED: readonly Partial<EgressAllow>[] = [
  {},
  { host: '*.example.com', ports: [80, 443], methods: ['GET'], paths: ['/a/**', '/b c'], push: true, private: true },
  { credential, paths: ['/v1/**'] },
  { credential: { ...credential, format: 'Bearer {}' }, websocket: true, methods: ['GET'] },
  { tls: 'passthrough', ports: [8443], private: true, until: '2026-12-01T18:00:00+01:00' },
  { tls: 'passthrough', push: false, websocket: false },
  { tls: 'terminate', push: true },
]
for (const entry of ALLOWED)
  test(`allow ${JSON.stringify(entry)} is without fault`, () =>
    assert.equal(found({ allow: [{ host: 'a.example', ...entry }] }), []))

const REFUSED: readonly (readonly [Partial<EgressAllow>, string, RegExp])[] = [
  [{ host: '127.0.0.1' }, 'host', /literal address/],
  [{ host: '0x7f.1' }, 'host', /literal address/],
  [{ host: '*.1' }, 'host', /literal address/],
  [{ host: 'a.*.example' }, 'host', /a host name, or \*\. and a host name/],
  [{ host: '*' }, 'host', /a host name, or \*\. and a host name/],
  [{ host: 'https://a.example' }, 'host', /literal address/],
  [{ host: 'a.example/path' }, 'host', /a host name/],
  [{ paths: ['/ok', '/a//b'] }, 'paths.1', /no path matches it: .*empty segment/],
  [{ paths: ['/a;v=1/**'] }, 'paths.0', /servers may drop ;v=1/],
  [{ ports: [] }, 'ports', /an empty list matches nothing: leave ports out/],
  [{ methods: [] }, 'methods', /an empty list matches nothing/],
  [{ paths: [] }, 'paths', /an empty list matches nothing/],
  [{ tls: 'passthrough', methods: ['GET'] }, 'methods', /means nothing with tls: passthrough/],
  [{ tls: 'passthrough', paths: ['/'] }, 'paths', /means nothing with tls: passthrough/],
  [{ tls: 'passthrough', credential }, 'credential', /means nothing with tls: passthrough/],
  [{ tls: 'passthrough', push: true }, 'push', /means nothing with tls: passthrough/],
  [{ tls: 'passthrough', websocket: true }, 'websocket', /means nothing with tls: passthrough/],
  [{ websocket: true, push: true }, 'push', /means nothing with websocket: true/],
  [{ websocket: true, methods: ['POST'] }, 'methods', /an upgrade to WebSocket is a GET/],
  [{ credential, ports: [443, 80] }, 'credential', /never goes over port 80/],
  [{ credential: { ...credential, header: 'Host' } }, 'credential.header', /belongs to the connection/],
  [{ credential: { ...credential, header: 'content-length' } }, 'credential.header', /belongs to the connection/],
  [{ credential: { ...credential, header: 'Proxy-Authorization' } }, 'credential.header', /belongs to the connection/],
  [{ credential: { ...credential, header: 'X-Forwarded-For' } }, 'credential.header', /belongs to the connection/],
  [{ credential: { ...credential, header: 'Transfer_Encoding' } }, 'credential.header', /belongs to the connection/],
  [{ credential: { ...credential, format: 'Bearer' } }, 'credential.format', /hold \{\} once/],
  [{ credential: { ...credential, format: '{}:{}' } }, 'credential.format', /hold \{\} once/],
  [{ until: '2026-02-30T00:00:00Z' }, 'until', /no time that exists/],
]
for (const [entry, at, message] of REFUSED)
  test(`allow ${JSON.stringify(entry)} is refused at ${at}`, () => {
    const [fault = '', ...more] = found({ allow: [{ host: 'a.example' }, { host: 'a.example', ...entry }] })
    assert.ok(fault.startsWith(`allow.1.${at}: `), fault)
    assert.match(fault, message)
    assert.equal(more, [])
  })

for (const header of ['X-Host', 'Hostname', 'Not-Proxy-Authorization'])
  test(`a credential may be in ${header}`, () =>
    assert.equal(found({ allow: [{ host: 'a.example', credential: { ...credential, header } }] }), []))

const DENIED: readonly (readonly [EgressDeny, string])[] = [
  [{ host: '10.0.0.1' }, 'deny.0.host'],
  [{ host: 'a b' }, 'deny.0.host'],
  [{ host: 'a.example', paths: ['/x/..'] }, 'deny.0.paths.0'],
  [{ host: 'a.example', ports: [] }, 'deny.0.ports'],
]
for (const [entry, at] of DENIED)
  test(`deny ${JSON.stringify(entry)} is refused at ${at}`, () => {
    assert.ok(found({ deny: [entry] })[0]?.startsWith(`${at}: `))
  })

test('a deny may be about parameters', () =>
  assert.equal(found({ deny: [{ host: 'a.example', paths: ['/a;v=1/**'] }] }), []))

test('an unknown preset is named, with those that there are', () => {
  assert.equal(found({ presets: ['npm', 'nmp'] }), ['presets.1: there is no preset "nmp": npm, pypi'])
  assert.equal(
    policyFaults({ presets: ['npm'] }, new Set()).map(({ message }) => message),
    ['there is no preset "npm": none is known here'],
  )
})

test('a fault of a field that should not be there is at its key, one of its value at the value', () => {
  assert.equal(
    policyFaults({ allow: [{ host: '1', tls: 'passthrough', push: true }] }, new Set()).map(({ at }) => at),
    ['value', 'key'],
  )
})

test.run()
