import * as assert from 'uvu/assert'
import { identityOf } from '../../../reconcilers/derive/identity.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('identity')

test('spec.identity, else the name, else none', () => {
  const of = (name: string, identity?: string) => identityOf({ metadata: { name }, spec: { identity } })
  assert.is(of('web'), 'web')
  assert.is(of('web', 'own'), 'own')
  assert.is(of('Web', 'own'), 'own')
  assert.is(of('Web'), undefined)
  assert.is(of('web', 'Own'), undefined)
})

test.run()
