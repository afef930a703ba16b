import * as assert from 'uvu/assert'
import { guestEnv } from '../../../reconcilers/machine/guest-env.ts'
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

test.run()
