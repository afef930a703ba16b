import * as assert from 'uvu/assert'
import { createPolicyKeeper } from '../../../controller/policy/policy-keeper.ts'
import { BUILT_IN } from '../../../controller/policy/policy.ts'
import type { BottlePolicySpec } from '../../../schemas/policy.ts'
import { suite } from '../../helpers/suite.ts'
import { policySource } from '../../parts/policies.ts'

const test = suite('policy in force')
const FILE = '/etc/bottled/policy.yaml'

const make = (spec: BottlePolicySpec = { level: 'restricted' }) => {
  const source = policySource(spec)
  const said: string[] = []
  const keeper = createPolicyKeeper(source, (type, reason, message) => void said.push(`${type} ${reason}: ${message}`))
  return { source, said, keeper }
}

test('the same policy changes nothing and is not reported', async () => {
  const { keeper, said } = make()
  assert.is(await keeper.refresh(), false)
  assert.is(keeper.policy().level, 'restricted')
  assert.equal(said, [])
})

test('another policy is in force at once, and reported', async () => {
  const { keeper, source, said } = make()
  source.change({ level: 'privileged' })
  assert.is(await keeper.refresh(), true)
  assert.is(keeper.policy().level, 'privileged')
  assert.is(await keeper.refresh(), false)
  assert.equal(said, [`Normal PolicyChanged: the policy privileged (${FILE}) is in force`])
})

test('a bad edit leaves the last good policy in force, is reported once, and so is its end', async () => {
  const { keeper, source, said } = make()
  source.change(new Error('others can write to it'))
  assert.is(await keeper.refresh(), false)
  assert.is(await keeper.refresh(), false)
  assert.is(keeper.policy().level, 'restricted')
  source.change({ level: 'restricted' })
  assert.is(await keeper.refresh(), false)
  assert.equal(said, [
    `Warning PolicyUnreadable: others can write to it; restricted (${FILE}) stays in force`,
    `Normal PolicyReadable: restricted (${FILE}) can be read again`,
  ])
})

test('a policy that is removed stays in force until a restart', async () => {
  const { keeper, source, said } = make()
  const gone = { ...source, reload: async () => ({ policy: BUILT_IN, places: source.places }) }
  const other = createPolicyKeeper(gone, (_, reason, message) => void said.push(`${reason}: ${message}`))
  assert.is(await other.refresh(), false)
  assert.is(other.policy().level, 'restricted')
  assert.equal(said, [`PolicyUnreadable: ${FILE} is gone; restricted (${FILE}) stays in force`])
  assert.is(keeper.policy().level, 'restricted')
})

test('users that came since are known', async () => {
  const { source } = make()
  const places = { ...source.places, homes: ['/srv/new'] }
  const keeper = createPolicyKeeper({ ...source, reload: async () => ({ policy: source.policy, places }) }, () => {})
  assert.is(await keeper.refresh(), false)
  assert.equal(keeper.places().homes, ['/srv/new'])
})

test.run()
