import * as assert from 'uvu/assert'
import type { BottlePolicySpec } from '../../../schemas/policy.ts'
import { suite } from '../../helpers/suite.ts'
import { judged } from '../../parts/policies.ts'

const test = suite('policy: what an agent may run in')

type Runtime = 'microvm' | 'container' | 'gvisor'

const ruleOf = (policy: BottlePolicySpec, asked: Runtime | undefined, runtime?: Runtime): string | undefined => {
  const machine = { image: '/i.tar', ...(asked === undefined ? {} : { runtime: asked }) }
  const found = judged(policy, { machine }, { runtime }).filter(({ field }) => field.at(-1) === 'runtime')
  assert.ok(found.length < 2)
  return found[0] === undefined ? undefined : `${found[0].verdict} ${found[0].rule} ${found[0].asked}`
}

test('baseline allows all of them, restricted none that shares the kernel of its host', () => {
  for (const level of ['privileged', 'baseline'] as const)
    for (const asked of ['microvm', 'container', 'gvisor'] as const)
      assert.is(ruleOf({ level }, asked), `allowed level/${level} ${asked}`)
  assert.match(ruleOf({ level: 'restricted' }, 'microvm') ?? '', /^allowed/)
  assert.match(ruleOf({ level: 'restricted' }, 'gvisor') ?? '', /^allowed/)
  assert.is(ruleOf({ level: 'restricted' }, 'container'), 'forbidden runtimes/shared-kernel container')
})

test('a list counts at every level, and for what nobody wrote too', () => {
  for (const level of ['privileged', 'baseline', 'restricted'] as const) {
    assert.is(ruleOf({ level, runtimes: ['gvisor'] }, 'container'), 'forbidden runtimes/not-listed container')
    assert.is(ruleOf({ level, runtimes: ['gvisor'] }, undefined), 'forbidden runtimes/not-listed microvm (default)')
    assert.is(ruleOf({ level, runtimes: ['container'] }, 'container'), 'allowed runtimes/listed container')
    assert.is(ruleOf({ level, runtimes: [] }, 'microvm'), 'forbidden runtimes/not-listed microvm')
  }
})

test("the operator's default is judged like what is written; of a VM by default nothing is said", () => {
  assert.is(ruleOf({}, undefined), undefined)
  assert.is(ruleOf({ level: 'restricted' }, undefined), undefined)
  assert.is(
    ruleOf({ level: 'restricted' }, undefined, 'container'),
    'forbidden runtimes/shared-kernel container (default)',
  )
  assert.match(ruleOf({ level: 'restricted' }, 'microvm', 'container') ?? '', /^allowed/)
})

test.run()
