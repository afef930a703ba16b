import * as assert from 'uvu/assert'
import { isLocalHost, parseListen } from '../../../cli/listen/address.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('addresses of --listen')

const tcp = (host: string, port: number, isLoopback: boolean) => ({ kind: 'tcp', host, port, isLoopback })

test('an address with a port, or the path of a unix socket, is one', () => {
  for (const [text, address] of [
    ['127.0.0.1:9110', tcp('127.0.0.1', 9110, true)],
    ['127.9.9.9:0', tcp('127.9.9.9', 0, true)],
    ['localhost:9110', tcp('127.0.0.1', 9110, true)],
    ['[::1]:9110', tcp('::1', 9110, true)],
    ['0.0.0.0:9110', tcp('0.0.0.0', 9110, false)],
    ['[::]:9110', tcp('::', 9110, false)],
    ['[::ffff:127.0.0.1]:9110', tcp('::ffff:127.0.0.1', 9110, false)],
    ['10.0.0.7:65535', tcp('10.0.0.7', 65_535, false)],
    ['unix:/run/bottled.sock', { kind: 'unix', path: '/run/bottled.sock' }],
    ['unix:a:1', { kind: 'unix', path: 'a:1' }],
  ] as const)
    assert.equal(parseListen(text), address, text)
})

test('anything else is none', () => {
  for (const text of [
    '',
    '9110',
    ':9110',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:9110 ',
    '127.1:9110',
    '256.0.0.1:9110',
    'example.com:9110',
    '::1:9110',
    '[127.0.0.1]:9110',
    '[::1]9110',
    'unix:',
    'unix:a\0b',
  ])
    assert.is(parseListen(text), undefined, text)
})

test('only a name of this machine itself is local', () => {
  for (const host of ['localhost', 'LOCALHOST:9110', '127.0.0.1', '127.8.0.1:1', '[::1]', '[::1]:9110'])
    assert.is(isLocalHost(host), true, host)
  for (const host of [
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:80',
    '127.0.0.1@evil.example',
    '10.0.0.1',
    '[::2]',
    '::1',
  ])
    assert.is(isLocalHost(host), false, host)
})

test.run()
