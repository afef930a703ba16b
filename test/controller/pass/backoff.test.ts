import * as assert from 'uvu/assert'
import { backoffMs } from '../../../controller/pass/backoff.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('backoff')

test('from 250 ms, twice as long each time, 5 minutes at most', () => {
  for (const [failures, ms] of [
    [0, 250],
    [1, 250],
    [2, 500],
    [3, 1_000],
    [11, 256_000],
    [12, 300_000],
    [13, 300_000],
    [5_000, 300_000],
  ] as const)
    assert.is(backoffMs(failures, 0.5), ms, `${failures} failures`)
})

test('spread by 10 % to either side', () => {
  for (const [random, ms] of [
    [0, 900],
    [0.25, 950],
    [0.999, 1_100],
  ] as const)
    assert.is(backoffMs(3, random), ms)
  assert.is(backoffMs(5_000, 0), 270_000)
})

test.run()
