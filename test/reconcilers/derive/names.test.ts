import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isIdentity } from '../../../schemas/identity.ts'
import {
  HASH,
  NAME,
  OWNER,
  UID,
  bundleName,
  claim,
  configHash,
  conflictMessage,
  identitiesOfObject,
  identityOfObject,
  labelsOf,
  machineName,
  networkName,
} from '../../../reconcilers/derive/names.ts'
import { holds } from '../../helpers/property.ts'
import { suite } from '../../helpers/suite.ts'

/** These words are in people's Docker: none may change. */
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

test('names and labels of owned things', () => {
  assert.equal(
    [networkName('web'), bundleName('web'), machineName('web')],
    ['bottle-web', 'bottle-web-bundle', 'bottle-web'],
  )
  assert.equal(
    [OWNER, UID, NAME, HASH],
    ['dev.bottled.owner', 'dev.bottled.uid', 'dev.bottled.name', 'dev.bottled.hash'],
  )
  assert.equal(labelsOf({ owner: 'o', uid: 'u', name: 'n' }, 'h'), {
    'dev.bottled.owner': 'o',
    'dev.bottled.uid': 'u',
    'dev.bottled.name': 'n',
    'dev.bottled.hash': 'h',
  })
})

test('whose it is', () => {
  for (const [labels, whose] of [
    [{ [OWNER]: 'o', [UID]: 'u' }, 'ours'],
    [{ [OWNER]: 'o', [UID]: 'v' }, 'leftover'],
    [{ [OWNER]: 'o' }, 'leftover'],
    [{ [OWNER]: 'p', [UID]: 'u' }, 'stranger'],
    [{ [UID]: 'u' }, 'stranger'],
    [{}, 'stranger'],
  ] as const)
    assert.is(claim(labels, { owner: 'o', uid: 'u' }), whose)
})

test('a hash is of the content, in whatever order it stands', () => {
  assert.is(configHash({ a: 1, b: [2] }), configHash({ b: [2], a: 1 }))
  assert.is.not(configHash({ a: 1, b: [2] }), configHash({ a: 1, b: [3] }))
  assert.is(configHash({ subnet: '192.168.9.0/24' }), '35c89ee7c3bc9b02')
  assert.is(configHash({ a: 1, b: undefined }), configHash({ a: 1 }))
})

test('a conflict says whose it is and what to do', () => {
  assert.is(
    conflictMessage('network x', {}),
    'network x exists without our labels and is never touched: rename or remove it, or set spec.identity',
  )
  assert.is(
    conflictMessage('network x', { [OWNER]: 'o' }),
    'network x belongs to the root with owner id o; if that root is gone or was this one, run bottled with --adopt o',
  )
})

test.run()
