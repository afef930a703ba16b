import * as assert from 'uvu/assert'
import { compileRepositories } from '../../../egress/git/compile.ts'
import { loadedHash } from '../../../egress/git/loaded-hash.ts'
import { hashOf } from '../../../egress/hash.ts'
import { suite } from '../../helpers/suite.ts'
import { policyOf } from '../a-policy.ts'

const test = suite('hash of what is loaded')
const compiled = (...written: Parameters<typeof compileRepositories>[0]) => {
  const result = compileRepositories(written)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.repositories
}

test('the hash is of the policy alone without a list, and of both with one', () => {
  const policy = policyOf({})
  const repositories = compiled({ name: 'a', url: 'https://a.example/x' })
  assert.is(loadedHash(policy), hashOf(policy))
  const hashes = [undefined, [], repositories, repositories.map((each) => ({ ...each, push: ['x'] }))].map((each) =>
    loadedHash(policy, each),
  )
  assert.is(new Set(hashes).size, 4)
})

test.run()
