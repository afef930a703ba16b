import * as assert from 'uvu/assert'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { runsInContainer, runtimeOf, unfitFor } from '../../../reconcilers/derive/runtime.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('runtime of an agent')

test('the spec says it, else the operator, else it is a microVM', () => {
  assert.is(runtimeOf({ machine: { runtime: 'gvisor' } }, 'container'), 'gvisor')
  assert.is(runtimeOf({ machine: {} }, 'container'), 'container')
  assert.is(runtimeOf({ machine: {} }, undefined), 'microvm')
})

test('what it runs in now counts before what is asked for', () => {
  const spec = resolveSpec({ agent: 'claude' }, '/base')
  const settings = { runtime: 'container' } as const
  assert.is(runsInContainer({ spec, settings, record: {} }), true)
  assert.is(runsInContainer({ spec, settings: {}, record: {} }), false)
  assert.is(runsInContainer({ spec, settings, record: { machine: {} } }), false, 'a VM waits for a rollout')
  assert.is(runsInContainer({ spec, settings: {}, record: { machine: { runtime: 'container' } } }), true)
  assert.is(runsInContainer({ spec: undefined, settings, record: {} }), false)
})

test('a VM may have everything; of what a container can not have, the field is named, and what to do', () => {
  for (const machine of [{}, { artifact: '/a' }, { image: 'x', storageGiB: 3 }])
    assert.is(unfitFor(machine, 'microvm'), undefined)
  assert.is(unfitFor({ image: 'x' }, 'container'), undefined)
  for (const runtime of ['container', 'gvisor'] as const) {
    const said = [{ artifact: '/a' }, { image: 'x', storageGiB: 3 }, {}].map((each) => unfitFor(each, runtime))
    assert.equal(
      said.map((each) => each?.field),
      ['artifact', 'storage', 'runtime'],
    )
    assert.match(said[0]?.message ?? '', /use spec\.machine\.image/)
    assert.match(said[1]?.message ?? '', /leave it out/)
    assert.match(said[2]?.message ?? '', /needs spec\.machine\.image/)
  }
})

test.run()
