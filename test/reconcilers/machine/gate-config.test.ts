import { execFileSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { compileRepositories } from '../../../egress/git/compile.ts'
import { gateEnv } from '../../../reconcilers/machine/gate-config.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('settings of a guest’s git')
const GATE = 'git://192.168.2.2:9418'
const compiled = compileRepositories([
  { name: 'app', url: 'https://github.com/acme/app.git' },
  { name: 'again', url: 'https://github.com/acme/app' },
  { name: 'lib', url: 'https://git.example:8443/lib' },
])
const repositories = compiled.ok ? compiled.repositories : []

/** Asked of a real git: where it would go. */
const leadsTo = (url: string, env: Readonly<Record<string, string>>): string =>
  execFileSync('git', ['ls-remote', '--get-url', url], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', ...env },
  }).trim()

test('a real git uses the gate in place of every spelling of a URL, and of no other', () => {
  const env = gateEnv({}, repositories, GATE)
  for (const [url, wanted] of [
    ['https://github.com/acme/app', `${GATE}/app`],
    ['https://github.com/acme/app.git', `${GATE}/app`],
    ['https://github.com/acme/app/', `${GATE}/app/`],
    ['git@github.com:acme/app.git', `${GATE}/app.git`],
    ['ssh://git@github.com/acme/app', `${GATE}/app`],
    ['https://git.example:8443/lib', `${GATE}/lib`],
    ['https://github.com/acme/app-other', 'https://github.com/acme/app-other'],
    ['https://github.com/acme/app_2', 'https://github.com/acme/app_2'],
    ['https://github.com/acme/app.github.io', 'https://github.com/acme/app.github.io'],
    ['https://github.com/acme/other', 'https://github.com/acme/other'],
    ['https://gitlab.com/acme/app', 'https://gitlab.com/acme/app'],
    // The caveat.
    ['https://github.com/acme/apple', `${GATE}/apple`],
  ] as const)
    assert.is(leadsTo(url, env), wanted, url)
})

test('what the person set comes first, and counts', () => {
  const own = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'url.https://mine/.insteadOf', GIT_CONFIG_VALUE_0: 'mine:' }
  const env = { ...own, ...gateEnv(own, repositories, GATE) }
  assert.is(env.GIT_CONFIG_KEY_0, own.GIT_CONFIG_KEY_0)
  assert.is(leadsTo('mine:x', env), 'https://mine/x')
  assert.is(leadsTo('https://github.com/acme/app', env), `${GATE}/app`)
  assert.is(gateEnv({ GIT_CONFIG_COUNT: 'many' }, repositories, GATE)['GIT_CONFIG_KEY_0'], `url.${GATE}/app.insteadOf`)
})

test('without repositories nothing is set', () => {
  assert.equal(gateEnv({ GIT_CONFIG_COUNT: '1' }, [], GATE), {})
})

test.run()
