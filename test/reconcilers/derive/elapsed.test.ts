import * as assert from 'uvu/assert'
import { elapsedMs } from '../../../reconcilers/derive/elapsed.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('elapsed time')

test('what lies in the future tells nothing, but for what rounding does', () => {
  const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)).toISOString()
  assert.is(elapsedMs(at(0), at(5)), 5_000)
  assert.is(elapsedMs(at(5), at(5)), 0)
  assert.is(elapsedMs(at(6), at(5)), 0)
  assert.is(elapsedMs(at(10), at(5)), undefined)
})

test.run()
