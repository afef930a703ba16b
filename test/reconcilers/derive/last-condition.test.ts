import * as assert from 'uvu/assert'
import { conditionOf } from '../../../reconcilers/derive/last-condition.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the last condition')

test('it is found by its type, where there is a status', () => {
  const ready = { type: 'Ready', status: 'True' }
  const conditions = [{ type: 'Accepted', status: 'True' }, ready]
  assert.is(conditionOf({ conditions }, 'Ready'), ready)
  assert.is(conditionOf({ conditions }, 'Stalled'), undefined)
  assert.is(conditionOf({}, 'Ready'), undefined)
  assert.is(conditionOf(undefined, 'Ready'), undefined)
})

test.run()
