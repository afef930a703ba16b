import * as assert from 'uvu/assert'
import { backoffLeftMs, backoffMs } from '../../../controller/pass/backoff.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('backoff')
const NOW = Date.UTC(2026, 0, 1)
const at = (ms: number): string => new Date(NOW + ms).toISOString()

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

test('a time is never trusted to lie further ahead than its own delay', () => {
  assert.is(backoffLeftMs(undefined, NOW), 0)
  assert.is(backoffLeftMs({ failures: 5, retryAt: at(4_000) }, NOW), 4_000)
  assert.is(backoffLeftMs({ failures: 5, retryAt: at(4_400) }, NOW), 4_400)
  assert.ok(backoffLeftMs({ failures: 5, retryAt: at(-1) }, NOW) <= 0)
  // The clock was set back two hours, or by a little more than the delay.
  for (const ahead of [7_200_000, 4_500]) assert.is(backoffLeftMs({ failures: 5, retryAt: at(ahead) }, NOW), 0)
  assert.is(backoffLeftMs({ failures: 99, retryAt: at(310_000) }, NOW), 310_000)
})

test.run()
