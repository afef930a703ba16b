import * as assert from 'uvu/assert'
import { createDeadlines } from '../../../controller/loop/deadlines.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('deadlines')

const make = () => {
  const clock = createFakeClock()
  let timers = 0
  const rung: string[] = []
  const counting = {
    ...clock,
    setTimer: (ms: number, fn: () => void) => {
      timers += 1
      return clock.setTimer(ms, fn)
    },
  }
  const deadlines = createDeadlines<string>(counting, (key, what) => rung.push(`${clock.monotonicMs()} ${key} ${what}`))
  return { clock, deadlines, rung, timers: () => timers }
}

test('each key rings once, at its time, with what was given, in the order of time', async () => {
  const { clock, deadlines, rung } = make()
  deadlines.set('late', 300, 'c')
  deadlines.set('soon', 100, 'a')
  deadlines.set('mid', 200, 'b')
  await clock.advance(1_000)
  assert.equal(rung, ['100 soon a', '200 mid b', '300 late c'])
})

test('keys of one moment ring in the order they were set', async () => {
  const { clock, deadlines, rung } = make()
  for (const key of ['b', 'a', 'c']) deadlines.set(key, 100, key)
  deadlines.set('b', 50, 'x')
  deadlines.set('z', 50, 'y')
  await clock.advance(100)
  assert.equal(rung, ['50 b x', '50 z y', '100 a a', '100 c c'])
})

test('of two deadlines of a key the earlier wins', async () => {
  const { clock, deadlines, rung } = make()
  deadlines.set('a', 100, 'first')
  deadlines.set('a', 500, 'later')
  deadlines.set('a', 100, 'the same')
  await clock.advance(1_000)
  assert.equal(rung, ['100 a first'])
})

test('what is cancelled or cleared away does not ring; a key may be set again', async () => {
  const { clock, deadlines, rung } = make()
  deadlines.set('a', 100, '1')
  deadlines.set('b', 200, '2')
  deadlines.cancel('a')
  deadlines.cancel('nobody')
  deadlines.set('a', 300, '3')
  await clock.advance(250)
  assert.equal(rung, ['200 b 2'])
  deadlines.clear()
  await clock.advance(1_000)
  assert.equal([rung.length, clock.next()], [1, undefined])
  deadlines.set('a', 10, '4')
  await clock.advance(10)
  assert.equal(rung.at(-1), '1260 a 4')
})

test('a thousand keys of one moment take one timer', async () => {
  const { clock, deadlines, rung, timers } = make()
  for (let key = 0; key < 1_000; key++) deadlines.set(`k${key}`, 250, '')
  await clock.advance(250)
  assert.equal([rung.length, timers()], [1_000, 1])
})

test('a ring may set the next one', async () => {
  const clock = createFakeClock()
  const rung: number[] = []
  const deadlines = createDeadlines<number>(clock, (key, left) => {
    rung.push(clock.monotonicMs())
    if (left > 0) deadlines.set(key, 100, left - 1)
  })
  deadlines.set('a', 100, 2)
  await clock.advance(1_000)
  assert.equal(rung, [100, 200, 300])
})

test.run()
