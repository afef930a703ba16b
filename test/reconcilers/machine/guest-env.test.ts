import * as assert from 'uvu/assert'
import { guestEnv, PLACEHOLDER } from '../../../reconcilers/machine/guest-env.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('environment of a guest')
const proxy = 'http://10.0.0.2:8888'
const direct = 'localhost,127.0.0.1'
const plain = {
  HTTPS_PROXY: proxy,
  HTTP_PROXY: proxy,
  NO_PROXY: direct,
  https_proxy: proxy,
  http_proxy: proxy,
  no_proxy: direct,
}
const supervised = {
  NO_PROXY: `${direct},10.0.0.2`,
  no_proxy: `${direct},10.0.0.2`,
  MCP_SUPERVISE_URL: 'http://10.0.0.2:9100',
}

for (const [what, git, supervise, env, derived] of [
  ['nothing more', false, false, {}, plain],
  ['git', true, false, {}, { ...plain, GIT_GATE_URL: 'git://10.0.0.2:9418' }],
  ['supervise, which the proxy must not get', false, true, {}, { ...plain, ...supervised }],
  [
    'both, and what a person adds',
    true,
    true,
    { A: '1' },
    { A: '1', ...plain, ...supervised, GIT_GATE_URL: 'git://10.0.0.2:9418' },
  ],
  ['derived keys win', false, false, { HTTP_PROXY: 'x', MCP_SUPERVISE_URL: 'y' }, { MCP_SUPERVISE_URL: 'y', ...plain }],
] as const)
  test(what, () => assert.equal({ ...guestEnv({ env, bundleIp: '10.0.0.2', git, supervise }) }, derived))

const trust = Object.fromEntries(
  [
    'SSL_CERT_FILE',
    'CURL_CA_BUNDLE',
    'REQUESTS_CA_BUNDLE',
    'GIT_SSL_CAINFO',
    'PIP_CERT',
    'CARGO_HTTP_CAINFO',
    'NODE_EXTRA_CA_CERTS',
    'DENO_CERT',
  ].map((key) => [key, '/etc/bottled/ca.pem']),
)
const asked = { bundleIp: '10.0.0.2', git: false, supervise: false }

test('with egress each client finds what it is to trust, and Node asks the proxy', () => {
  const env = guestEnv({ env: { SSL_CERT_FILE: '/mine', A: '1' }, ...asked, egress: true })
  assert.equal({ ...env }, { A: '1', ...plain, ...trust, NODE_USE_ENV_PROXY: '1' })
})

test("without egress none of that is set, and a person's own stays", () => {
  const env = guestEnv({ env: { SSL_CERT_FILE: '/mine' }, ...asked, egress: false })
  assert.equal({ ...env }, { SSL_CERT_FILE: '/mine', ...plain })
})

test('a secret of the bundle alone has a placeholder, that every program can put into a header', () => {
  const env = guestEnv({ env: {}, ...asked, egress: true, placeholders: ['KEY', 'TOKEN'] })
  assert.equal([env['KEY'], env['TOKEN']], [PLACEHOLDER, PLACEHOLDER])
  assert.match(PLACEHOLDER, /^[a-z][a-z-]*placeholder[a-z-]*$|^placeholder[a-z-]*$/)
})

test.run()
