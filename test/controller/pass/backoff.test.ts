import * as assert from 'uvu/assert'
import { backoffLeftMs, backoffMs } from '../../../controller/pass/backoff.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('backoff')
const NOW = Date.UTC(2026, 0, 1)
const at = (ms: number): string => new Date(NOW + ms).toISOString()

test('it doubles, within a tenth, up to five minutes', () => {
  assert.equal(
    [1, 2, 3, 11, 12, 99].map((failures) => backoffMs(failures, 0.5)),
    [250, 500, 1_000, 256_000, 300_000, 300_000],
  )
  assert.equal([backoffMs(1, 0), backoffMs(1, 1)], [225, 275])
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
