import * as assert from 'uvu/assert'
import { appliedBy } from '../../../controller/pass/applied.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the spec applied last')
const record = (change: Partial<BottleRecord>): BottleRecord => ({
  version: 1,
  uid: 'u',
  name: 'a',
  identity: 'a',
  file: 'a.yaml',
  generation: 3,
  specHash: 'h3',
  goodHash: 'h3',
  spec: { agent: 'three' },
  ...change,
})
const two = { generation: 2, hash: 'h2', spec: { agent: 'two' } }

test('a walk that settles applies the good spec, once', () => {
  const three = { generation: 3, hash: 'h3', spec: { agent: 'three' } }
  assert.equal(appliedBy(record({}), 'up'), three)
  assert.equal(appliedBy(record({ applied: two }), 'up'), three)
  assert.is(appliedBy(record({ applied: three }), 'up'), undefined)
})

test('without a good spec there is nothing to apply', () => {
  const { spec: _, goodHash: __, ...refused } = record({})
  assert.is(appliedBy(refused, 'up'), undefined)
  const { spec: ___, ...specless } = record({})
  assert.is(appliedBy(specless, 'up'), undefined)
  const { goodHash: ____, ...hashless } = record({ applied: two })
  assert.is(appliedBy(hashless, 'up'), undefined)
})

test('a suspended bottle applies only the suspension; other edits apply when it runs again', () => {
  const suspended = record({ applied: two, spec: { agent: 'three', suspend: true } })
  const now = appliedBy(suspended, 'down')
  assert.equal(now, { generation: 2, hash: '', spec: { agent: 'two', suspend: true } })
  const edited = record({ ...(now === undefined ? {} : { applied: now }), goodHash: 'h4' })
  assert.is(appliedBy(edited, 'down'), undefined)
  assert.equal(appliedBy(edited, 'up')?.hash, 'h4')
  assert.equal(appliedBy(record({ spec: { agent: 'x', suspend: true } }), 'down')?.spec, { agent: 'x', suspend: true })
})

test('what is parked applies nothing', () => {
  assert.is(appliedBy(record({}), 'parked'), undefined)
})

test.run()
