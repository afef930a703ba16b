import * as assert from 'uvu/assert'
import { createMachinePoll } from '../../../controller/world/machine-poll.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('machine poll')

const make = (pollMs = 2_000) => {
  const clock = createFakeClock()
  const lists: number[] = []
  const world = { mark: 'm1' as string | undefined, fails: false, takesMs: 0 }
  const poll = createMachinePoll({
    machines: { mark: async () => world.mark },
    clock,
    pollMs,
    list: async () => {
      lists.push(clock.monotonicMs())
      if (world.takesMs > 0) await clock.sleep(world.takesMs)
      return !world.fails
    },
  })
  poll.start()
  return { clock, lists, world, poll }
}

test('smolvm is listed every four seconds while its mark stays, and at the next turn once it moves', async () => {
  const { clock, lists, world } = make()
  await clock.advance(13_000)
  assert.equal(lists, [2_000, 6_000, 10_000])
  world.mark = 'm2'
  await clock.advance(1_000)
  assert.equal(lists.at(-1), 14_000)
  world.mark = 'm3'
  await clock.advance(2_000)
  assert.equal(lists.at(-1), 16_000)
})

test('two lists are never five seconds apart, also where a list takes its time', async () => {
  const { clock, lists, world } = make()
  world.takesMs = 300
  await clock.advance(60_000)
  const gaps = lists.slice(1).map((at, index) => at - (lists[index] ?? 0))
  assert.ok(Math.max(...gaps) < 5_000, String(gaps))
})

test('where nothing can be told of it, smolvm is listed at each turn; so it is after a list that failed', async () => {
  const unknown = make()
  unknown.world.mark = undefined
  await unknown.clock.advance(6_000)
  assert.equal(unknown.lists, [2_000, 4_000, 6_000])
  const failing = make()
  failing.world.fails = true
  await failing.clock.advance(6_000)
  assert.equal(failing.lists, [2_000, 4_000, 6_000])
})

test('a turn that comes more rarely lists each time', async () => {
  const { clock, lists } = make(10_000)
  await clock.advance(30_000)
  assert.equal(lists, [10_000, 20_000, 30_000])
})

test('once stopped it lists no more', async () => {
  const { clock, lists, poll } = make()
  poll.stop()
  await clock.advance(30_000)
  assert.equal(lists, [])
})

test.run()
