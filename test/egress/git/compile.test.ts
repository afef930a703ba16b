import * as assert from 'uvu/assert'
import { compileRepositories } from '../../../egress/git/compile.ts'
import { loadedHash } from '../../../egress/git/loaded-hash.ts'
import { servedBy } from '../../../egress/git/served.ts'
import { hashOf } from '../../../egress/hash.ts'
import { policyOf } from '../a-policy.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('compiled repositories')
const compiled = (...written: Parameters<typeof compileRepositories>[0]) => {
  const result = compileRepositories(written)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.repositories
}

test('every default is spelt out', () => {
  assert.equal(compiled({ name: 'app', url: 'https://GitHub.com/acme/app/', credential: { secret: 'T' } }), [
    {
      name: 'app',
      url: 'https://github.com/acme/app',
      credential: { secret: 'T', username: 'x-access-token' },
      fetch: true,
      push: [],
      maxPackMiB: 512,
      review: false,
      private: false,
    },
  ])
})

test('faults have their place', () => {
  const result = compileRepositories([
    { name: 'a', url: 'https://a.example/x' },
    { name: 'a', url: 'ssh://a.example/x' },
  ])
  assert.equal(result.ok ? [] : result.faults.map(({ path }) => path.join('.')), ['1.name', '1.url'])
})

test('the hash is of the policy alone without a list, and of both with one', () => {
  const policy = policyOf({})
  const repositories = compiled({ name: 'a', url: 'https://a.example/x' })
  assert.is(loadedHash(policy), hashOf(policy))
  const hashes = [undefined, [], repositories, repositories.map((each) => ({ ...each, push: ['x'] }))].map((each) =>
    loadedHash(policy, each),
  )
  assert.is(new Set(hashes).size, 4)
})

test('a request to a repository that the gate serves is known, with and without .git', () => {
  const repositories = compiled({ name: 'app', url: 'https://a.example/acme/app.git' })
  for (const [host, port, path, served] of [
    ['a.example', 443, '/acme/app/git-receive-pack', true],
    ['A.example.', 443, '/acme/app.git/info/refs?service=git-receive-pack', true],
    ['a.example', 443, '/acme/app-other/info/refs', false],
    ['a.example', 443, '/acme/app', false],
    ['a.example', 8443, '/acme/app/info/refs', false],
    ['b.example', 443, '/acme/app/info/refs', false],
    ['a.example', 443, '/acme//app/info/refs', false],
  ] as const)
    assert.is(servedBy(repositories, { host, port, path })?.name, served ? 'app' : undefined, `${host}${path}`)
})

test.run()
