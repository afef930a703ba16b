import * as assert from 'uvu/assert'
import { handshakeFault, headersBack, headersFor } from '../../../bundle/engine/handshake.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('handshake of a WebSocket')
const target = { host: 'a.test', port: 443 }
const LINES = {
  Host: 'a.test',
  Upgrade: 'WebSocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}
const opening = (lines: Readonly<Record<string, string>> = {}, change: object = {}) => ({
  method: 'GET',
  httpVersion: '1.1',
  url: '/chat',
  rawHeaders: Object.entries({ ...LINES, ...lines }).flat(),
  ...change,
})

test('one as RFC 6455 asks for it has no fault, with the port of https or without', () => {
  for (const host of ['a.test', 'A.TEST', 'a.test:443'])
    assert.is(handshakeFault(opening({ Host: host }), target), undefined, host)
  assert.is(handshakeFault(opening({ Host: 'a.test:8443' }), { ...target, port: 8443 }), undefined)
})

test('any other is a fault that says what must be', () => {
  const faults: readonly (readonly [object, RegExp])[] = [
    [opening({ Host: 'a.test' }, {}), /^$/],
    [opening({ Host: 'b.test' }), /^Host must be a.test:443 or a.test, once$/],
    [opening({ Host: 'a.test:80' }), /^Host/],
    [opening({ host: 'a.test' }), /^Host/],
    [opening({ 'Content-Length': '0' }), /no body/],
    [opening({ 'transfer-encoding': 'chunked' }), /no body/],
    [opening({ Upgrade: 'websocket, h2c' }), /^Upgrade/],
    [opening({ 'Sec-WebSocket-Version': '8' }), /^Sec-WebSocket-Version/],
    [opening({ 'Sec-WebSocket-Key': 'short' }), /^Sec-WebSocket-Key/],
    [opening({ 'sec-websocket-key': LINES['Sec-WebSocket-Key'] }), /^Sec-WebSocket-Key/],
    [opening({}, { method: 'POST' }), /by GET/],
    [opening({}, { httpVersion: '1.0' }), /HTTP\/1.1/],
    [opening({}, { url: 'https://a.test/' }), /must be a path/],
    [opening({}, { url: undefined }), /must be a path/],
  ]
  for (const [given, fault] of faults)
    assert.match(handshakeFault(given as ReturnType<typeof opening>, target) ?? '', fault)
  // Without a port the host is at 443.
  assert.match(handshakeFault(opening(), { ...target, port: 8443 }) ?? '', /^Host must be a.test:8443, once$/)
})

test('a server gets the headers of the client but those of its connection, and what is set in place of each spelling', () => {
  const raw = ['Host', 'a.test', 'Connection', 'Upgrade', 'TE', 'x', 'Proxy-Foo', 'y', 'X_Api.Key', 'mine', 'X-A', '1']
  assert.equal(
    headersFor(raw, [['X-Api-Key', 'ours']]),
    'Host a.test X-A 1 X-Api-Key ours Connection Upgrade Upgrade websocket'.split(' '),
  )
  assert.equal(headersBack(['Server', 's', 'Connection', 'Upgrade', 'Alt-Svc', 'h3', 'Set-Cookie', 'a']), [
    ['Server', 's'],
    ['Set-Cookie', 'a'],
  ])
})

test.run()
