import * as assert from 'uvu/assert'
import { requestOf } from '../../egress/request-of.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('request of a URL')

const GOOD: Readonly<Record<string, object>> = {
  'https://api.example.com': { host: 'api.example.com', port: 443, path: '/' },
  'http://api.example.com/': { host: 'api.example.com', port: 80, path: '/' },
  'HTTPS://API.example.com.:8443/a?b#c': { host: 'API.example.com.', port: 8443, path: '/a?b' },
  'https://a.example:1/': { host: 'a.example', port: 1, path: '/' },
  'https://a.example:65535/': { host: 'a.example', port: 65_535, path: '/' },
  'https://a.example:/x': { host: 'a.example', port: 443, path: '/x' },
  'https://a.example?q=/x': { host: 'a.example', port: 443, path: '/?q=/x' },
  'https://a.example#f': { host: 'a.example', port: 443, path: '/' },
  'wss://a.example/rt': { host: 'a.example', port: 443, path: '/rt', websocket: true },
  'ws://a.example/rt': { host: 'a.example', port: 80, path: '/rt', websocket: true },
  'https://[::1]:8443/x': { host: '[::1]', port: 8443, path: '/x' },
  'https://::1/x': { host: '::1', port: 443, path: '/x' },
  'https://a.example/a/../b//%2e%2fx\\y': { host: 'a.example', port: 443, path: '/a/../b//%2e%2fx\\y' },
  'https://bücher.example/bücher/a b': { host: 'bücher.example', port: 443, path: '/b%C3%BCcher/a%20b' },
  'https:///x': { host: '', port: 443, path: '/x' },
  'https://a b/x': { host: 'a b', port: 443, path: '/x' },
}
for (const [url, request] of Object.entries(GOOD))
  test(url, () => assert.equal(requestOf('GET', url), { method: 'GET', ...request }))

const BAD: Readonly<Record<string, RegExp>> = {
  'api.example.com': /looks like/,
  'ftp://a.example/': /looks like/,
  'see https://a.example/': /looks like/,
  '': /looks like/,
  'https:/a.example': /looks like/,
  'https://user:secret@a.example/': /a name or a password/,
  'https://a.example:0/': /no port 0/,
  'https://a.example:65536/': /no port 65536/,
}
for (const [url, why] of Object.entries(BAD))
  test(`${url || '(empty)'} can't be asked about`, () => {
    const request = requestOf('GET', url)
    assert.match('fault' in request ? request.fault : '', why)
    assert.not.match(JSON.stringify(request), /secret/)
  })

test.run()
