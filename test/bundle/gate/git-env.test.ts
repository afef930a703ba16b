import * as assert from 'uvu/assert'
import { gitEnv, receiveSettings, uploadSettings, upstreamSettings } from '../../../bundle/gate/git-env.ts'
import { whyUpstream } from '../../../bundle/gate/refusal.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('environment of the gate’s git')
const places = { path: '/usr/bin', caFile: '/run/roots.pem', hooks: '/app/hooks' }
const upstream = { url: 'https://a.example/app', host: 'a.example', port: 443, addresses: ['192.0.2.1', '2001:db8::1'] }
const login = { username: 'bot', value: 'hunter2' }

test('a credential is in the one that speaks with upstream, for its url alone', () => {
  const settings = upstreamSettings(places, { ...upstream, login })
  const basic = Buffer.from('bot:hunter2').toString('base64')
  assert.equal(
    settings.filter(([key, value]) => (key + value).includes(basic)),
    [['http.https://a.example/app.extraHeader', `Authorization: Basic ${basic}`]],
  )
  for (const each of [uploadSettings, receiveSettings(places, 1), upstreamSettings(places, upstream)])
    assert.not.match(JSON.stringify(each), /Authorization/)
})

test('only https is spoken, to the addresses that were judged, and by the gate’s own roots', () => {
  const settings = new Map(upstreamSettings(places, upstream))
  assert.is(settings.get('http.curloptResolve'), 'a.example:443:192.0.2.1,[2001:db8::1]')
  assert.is(settings.get('protocol.allow'), 'never')
  assert.is(settings.get('protocol.https.allow'), 'always')
  assert.is(settings.get('http.followRedirects'), 'false')
  assert.is(settings.get('http.sslVerify'), 'true')
  assert.is(settings.get('http.sslCAInfo'), places.caFile)
  for (const each of [uploadSettings, receiveSettings(places, 1)])
    assert.equal(
      each.filter(([key]) => key.startsWith('protocol.')),
      [['protocol.allow', 'never']],
    )
})

test('hooks are none, but one for a push, which is bounded and checked', () => {
  const hooks = (settings: typeof uploadSettings): string | undefined => new Map(settings).get('core.hooksPath')
  assert.is(hooks(uploadSettings), '/dev/null')
  assert.is(hooks(upstreamSettings(places, upstream)), '/dev/null')
  const receive = receiveSettings(places, 3)
  assert.is(hooks(receive), '/app/hooks')
  assert.is(new Map(receive).get('receive.maxInputSize'), String(3 * 2 ** 20))
  assert.is(new Map(receive).get('transfer.fsckObjects'), 'true')
})

test('nothing of the process’s environment is passed on', () => {
  const env = gitEnv(places, [['a.b', 'c']], { GIT_PROTOCOL: 'version=2' })
  assert.equal(
    Object.keys(env).filter((key) => !/^(PATH|LANG|LC_ALL|HOME|GIT_[A-Z_0-9]+)$/.test(key)),
    [],
  )
  assert.is(env['GIT_CONFIG_COUNT'], '1')
  assert.is(env['GIT_CONFIG_KEY_0'], 'a.b')
  assert.is(env['GIT_CONFIG_GLOBAL'], '/dev/null')
})

test('what git says of upstream becomes a reason of ours, and none of its words', () => {
  for (const [stderr, reason] of [
    ["fatal: could not read Username for 'https://x': terminal prompts disabled", /refuses the credential/],
    ["fatal: unable to access 'https://u:pw@x/': The requested URL returned error: 403", /refuses the credential/],
    ["fatal: repository 'https://x/' not found", /no such repository/],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 502", /^it answered 502$/],
    ["fatal: unable to access 'https://x/': server certificate verification failed.", /certificate/],
    ["fatal: unable to access 'https://x/': Failed to connect to x port 443", /not be reached/],
    ['fatal: unable to update url base from redirection', /another address/],
    ['\u001B[31mfatal: secret', /nothing that git understands/],
  ] as const) {
    assert.match(whyUpstream(stderr), reason, stderr)
    assert.not.match(whyUpstream(stderr), /pw@|https:|secret/)
  }
  assert.is(whyUpstream('', true), 'it took too long')
})

test.run()
