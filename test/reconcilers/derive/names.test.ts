import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isIdentity } from '../../../schemas/identity.ts'
import {
  bundleName,
  identitiesOfObject,
  identityOfObject,
  machineName,
  networkName,
} from '../../../reconcilers/derive/names.ts'
import { holds } from '../../helpers/property.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('names')

test('an identity comes back from the name of each of its objects', async () => {
  const identities = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/).filter(isIdentity)
  const property = fc.property(identities, (identity) => {
    assert.is(identityOfObject('network', networkName(identity)), identity)
    assert.is(identityOfObject('bundle', bundleName(identity)), identity)
    assert.is(identityOfObject('machine', machineName(identity)), identity)
    assert.ok(identitiesOfObject(networkName(identity)).includes(identity))
    assert.ok(identitiesOfObject(bundleName(identity)).includes(identity))
  })
  await holds('names and their inverse', property, 200)
})

test('a name that could be two kinds of object gives both identities', () => {
  assert.equal(identitiesOfObject('bottle-x-bundle'), ['x-bundle', 'x'])
  assert.equal(identitiesOfObject('bottle-x'), ['x'])
})

test("a stranger's name gives no identity", () => {
  for (const name of ['', 'web', 'bottle-', 'bottle--bundle', 'bottle-X', 'my-bottle-x', 'bottle-a--b', 'bottle-x\n'])
    assert.equal(identitiesOfObject(name), [], name)
  assert.is(identityOfObject('bundle', 'bottle-x'), undefined)
  assert.is(identityOfObject('bundle', 'bottle-bundle'), undefined)
})

test.run()
