import * as assert from 'uvu/assert'
import { differences, plainDecision } from '../../egress/expected.ts'
import type { Decision } from '../../egress/policy.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('expected decision')
const credential = { secret: 'TOKEN', header: 'x', format: '{}' }
const plain: Decision = { allow: true, host: 'a', rule: 'allow[0]', tls: 'terminate', private: false }
const withKey: Decision = { ...plain, credential }
const denied: Decision = { allow: false, reason: 'Denied', rule: 'deny[0]' }
const refused: Decision = { allow: false, reason: 'NotAllowed' }
const audited: Decision = { allow: true, host: 'a', tls: 'terminate', private: false, audit: denied }

test('a decision is written as in a case', () => {
  assert.equal(plainDecision(plain), { allow: true, rule: 'allow[0]' })
  assert.equal(plainDecision(withKey), { allow: true, rule: 'allow[0]', credential: 'TOKEN' })
  assert.equal(plainDecision(denied), { allow: false, rule: 'deny[0]', reason: 'Denied' })
  assert.equal(plainDecision(refused), { allow: false, reason: 'NotAllowed' })
  assert.equal(plainDecision(audited), { allow: true, rule: 'deny[0]', reason: 'Denied' })
})

test('what a case says is compared', () => {
  assert.equal(differences({ allow: true }, plain), [])
  assert.equal(differences({ allow: true }, withKey), [])
  assert.equal(differences({ allow: true, rule: 'allow[0]' }, plain), [])
  assert.equal(differences({ allow: true, rule: 'allow[0]', credential: 'TOKEN' }, withKey), [])
  assert.equal(differences({ allow: true, credential: 'TOKEN' }, withKey), [])
  assert.equal(differences({ allow: false }, refused), [])
  assert.equal(differences({ allow: false, reason: 'Denied', rule: 'deny[0]' }, denied), [])
  assert.equal(differences({ allow: true, reason: 'Denied' }, audited), [])

  assert.equal(differences({ allow: false }, plain), ['allow'])
  assert.equal(differences({ allow: true }, refused), ['allow'])
  assert.equal(differences({ allow: true, rule: 'allow[1]' }, plain), ['rule'])
  assert.equal(differences({ allow: false, reason: 'NotAllowed' }, denied), ['reason'])
  assert.equal(differences({ allow: false, rule: 'deny[1]' }, denied), ['rule'])
  assert.equal(differences({ allow: false, rule: 'deny[0]' }, refused), ['rule'])
  assert.equal(differences({ allow: true, credential: 'OTHER' }, withKey), ['credential'])
  assert.equal(differences({ allow: true, credential: 'TOKEN' }, plain), ['credential'])
  assert.equal(differences({ allow: true, rule: 'allow[1]', credential: 'TOKEN' }, refused), [
    'allow',
    'rule',
    'credential',
  ])
})

test('a case that names the rule and no credential says that there is none', () => {
  assert.equal(differences({ allow: true, rule: 'allow[0]' }, withKey), ['credential'])
})

test.run()
