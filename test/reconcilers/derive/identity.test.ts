import * as assert from 'uvu/assert'
import { identityOf, isIdentity } from '../../../reconcilers/derive/identity.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('identity')

test('a slug of at most 48 characters, without two hyphens in a row', () => {
  for (const text of ['a', '0', 'ab', 'a-b', 'a0-9z', 'x'.repeat(48)]) assert.ok(isIdentity(text), text)
  for (const text of ['', '-', '-a', 'a-', 'a--b', 'A', 'a_b', 'a.b', 'ä', 'a b', 'a\n', ' a', 'x'.repeat(49)])
    assert.not(isIdentity(text), text)
})

test('spec.identity, else the name, else none', () => {
  const of = (name: string, identity?: string) => identityOf({ metadata: { name }, spec: { identity } })
  assert.is(of('web'), 'web')
  assert.is(of('web', 'own'), 'own')
  assert.is(of('Web', 'own'), 'own')
  assert.is(of('Web'), undefined)
  assert.is(of('web', 'Own'), undefined)
})

test.run()
