import * as assert from 'uvu/assert'
import { loadedHash } from '../../../egress/git/loaded-hash.ts'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { isTold, toldOf } from '../../../reconcilers/derive/told.ts'
import { toldSecrets } from '../../../reconcilers/derive/told-secrets.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what a bundle is told')
const git = { repositories: [{ name: 'app', url: 'https://a.example/app', credential: { secret: 'T' } }] }
const secrets = { T: { fromEnv: 'T' }, U: { fromEnv: 'U' } }

test('nothing without egress and repositories', () => {
  for (const each of [{}, { git: true }, { git: { repositories: [] } }])
    assert.not(isTold(resolveSpec({ agent: 'a', ...each }, '/')))
  assert.not(isTold(undefined))
})

test('egress alone has the hash of its policy', () => {
  const spec = resolveSpec({ agent: 'a', egress: { presets: ['npm'] }, git: true }, '/')
  const told = toldOf(spec)
  assert.ok(isTold(spec))
  assert.equal(told, spec.egress?.compiled)
})

test('repositories are told with a policy, which allows nothing where there is no egress', () => {
  const told = toldOf(resolveSpec({ agent: 'a', git, secrets }, '/'))
  if (!told.ok) throw new Error('not told')
  assert.equal(told.policy, { version: 1, mode: 'enforce', allow: [], deny: [] })
  assert.equal(
    told.git?.map(({ name }) => name),
    ['app'],
  )
  assert.is(told.hash, loadedHash(told.policy, told.git))
})

test('the value of a credential is told to the bundle, and no other', () => {
  assert.equal(toldSecrets(resolveSpec({ agent: 'a', git, secrets }, '/')), { T: { fromEnv: 'T' } })
})

test.run()
