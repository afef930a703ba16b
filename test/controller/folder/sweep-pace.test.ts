import * as assert from 'uvu/assert'
import { createPace } from '../../../controller/folder/sweep-pace.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the pace of sweeps where watches are missing')

test('a sweep takes 1 % of the time, but comes after 2 s at the soonest and 60 s at the latest', () => {
  const waits: number[] = []
  const due: (() => void)[] = []
  let costMs = 0
  let turns = 0
  const pace = createPace({
    clock: {
      setTimer: (ms, fn) => {
        waits.push(ms)
        due.push(fn)
        return { cancel: () => waits.push(-1) }
      },
    },
    costMs: () => costMs,
    onTurn: () => (turns += 1),
  })
  pace.set(false)
  assert.equal(waits, [])
  pace.set(true)
  pace.set(true)
  for (const cost of [50, 10_000]) {
    costMs = cost
    due.at(-1)?.()
  }
  assert.equal(waits, [2_000, 5_000, 60_000])
  assert.is(turns, 2)
  pace.set(false)
  assert.is(waits.at(-1), -1)
})

test.run()
