import * as assert from 'uvu/assert'
import { createRounds } from '../../../controller/loop/rounds.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('rounds')

const make = (count: number, roundMs = 60_000) => {
  const clock = createFakeClock()
  const visits: { readonly name: string; readonly at: number }[] = []
  const world = { names: Array.from({ length: count }, (_, index) => `b${index}`), rounds: 0 }
  const rounds = createRounds({
    clock,
    roundMs,
    names: () => world.names,
    visit: (name) => visits.push({ name, at: clock.monotonicMs() }),
    onRound: () => (world.rounds += 1),
  })
  rounds.start()
  return { clock, visits, world, rounds }
}

test('each is visited once a round, and never many at once', async () => {
  const { clock, visits, world } = make(600)
  await clock.advance(60_000)
  assert.equal([...new Set(visits.map(({ name }) => name))], world.names)
  assert.is(visits.length, 600)
  for (let second = 0; second <= 60; second++)
    assert.ok(visits.filter(({ at }) => at === second * 1_000).length <= 11, String(second))
  await clock.advance(60_000)
  assert.equal([visits.length, world.rounds], [1_200, 3])
  const first = visits.filter(({ name }) => name === 'b300').map(({ at }) => at)
  assert.ok(Math.abs((first[1] ?? 0) - (first[0] ?? 0) - 60_000) <= 1_000, 'a round later')
})

test('few are visited in their round, too', async () => {
  const { clock, visits } = make(1)
  await clock.advance(180_000)
  assert.equal(
    visits.map(({ at }) => at),
    [60_000, 120_000, 180_000],
  )
})

test('a round takes the names as they are at its beginning', async () => {
  const { clock, visits, world } = make(2)
  world.names.push('new')
  await clock.advance(60_000)
  assert.equal(
    visits.map(({ name }) => name),
    ['b0', 'b1'],
  )
  await clock.advance(60_000)
  assert.equal(
    visits.slice(2).map(({ name }) => name),
    ['b0', 'b1', 'new'],
  )
})

test('turns that were missed are caught up with', async () => {
  const { clock, visits } = make(100, 600)
  // As after a sleep of the machine: the timers fire late.
  const { monotonicMs } = clock
  Object.assign(clock, { monotonicMs: () => monotonicMs() + 10_000 })
  await clock.advance(20)
  assert.is(visits.length, 100)
})

test('once stopped nobody is visited', async () => {
  const { clock, visits, rounds } = make(10)
  rounds.stop()
  await clock.advance(120_000)
  assert.equal(visits, [])
})

test.run()
