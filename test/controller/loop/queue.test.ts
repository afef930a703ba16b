import * as assert from 'uvu/assert'
import { createQueue } from '../../../controller/loop/queue.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('queue')

interface Gate {
  readonly key: string
  readonly open: () => void
}

const setUp = (workers: number) => {
  const clock = createFakeClock()
  const running: Gate[] = []
  const order: string[] = []
  let most = 0
  const queue = createQueue({ clock, workers })
  queue.start(
    (key) =>
      new Promise<void>((resolve) => {
        order.push(key)
        running.push({
          key,
          open: () => {
            running.splice(
              running.findIndex((gate) => gate.key === key),
              1,
            )
            resolve()
          },
        })
        most = Math.max(most, running.length)
      }),
  )
  const finish = async (key: string): Promise<void> => {
    running.find((gate) => gate.key === key)?.open()
    await clock.advance(0)
  }
  return { clock, queue, running, order, finish, most: () => most }
}

test('a key added often before it is processed runs once', async () => {
  const { queue, order, finish } = setUp(1)
  queue.add('busy', 'edit')
  queue.add('a', 'edit')
  queue.add('a', 'edit')
  queue.add('a', 'resync')
  await finish('busy')
  await finish('a')
  assert.equal(order, ['busy', 'a'])
  assert.ok(queue.idle())
})

test('a key added while it is processed runs once more, and never twice at a time', async () => {
  const { queue, order, running, finish } = setUp(4)
  queue.add('a', 'edit')
  queue.add('a', 'edit')
  queue.add('a', 'edit')
  assert.is(running.length, 1)
  await finish('a')
  assert.equal(order, ['a', 'a'])
  await finish('a')
  assert.ok(queue.idle())
})

test('deletions come before edits and edits before the resync', async () => {
  const { queue, order, finish } = setUp(1)
  queue.add('first', 'edit')
  queue.add('resync', 'resync')
  queue.add('edit', 'edit')
  queue.add('delete', 'delete')
  for (const key of ['first', 'delete', 'edit', 'resync']) await finish(key)
  assert.equal(order, ['first', 'delete', 'edit', 'resync'])
})

test('a resync is served even if edits never end', async () => {
  const { queue, order, finish } = setUp(1)
  queue.add('e0', 'edit')
  queue.add('old', 'resync')
  for (let n = 0; n < 8; n++) {
    queue.add(`e${n + 1}`, 'edit')
    await finish(`e${n}`)
    if (order.includes('old')) return
  }
  assert.unreachable('the resync starved')
})

test('no more keys are processed at once than there are workers', async () => {
  const { queue, most, finish } = setUp(2)
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key, 'edit')
  for (const key of ['a', 'b', 'c', 'd']) await finish(key)
  assert.is(most(), 2)
})

test('of two delays the earlier wins, and a run of the key cancels the other', async () => {
  const { queue, clock, order, finish } = setUp(1)
  queue.addAfter('a', 1_000, 'edit')
  queue.addAfter('a', 100, 'edit')
  queue.addAfter('a', 500, 'edit')
  await clock.advance(99)
  assert.equal(order, [])
  await clock.advance(1)
  assert.equal(order, ['a'])
  await finish('a')
  queue.addAfter('a', 300, 'edit')
  queue.add('a', 'edit')
  await finish('a')
  await clock.advance(2_000)
  assert.equal(order, ['a', 'a'])
})

test('a paused queue hands out no key and forgets none', async () => {
  const { queue, order, finish } = setUp(1)
  queue.pause('Docker')
  queue.add('a', 'edit')
  assert.equal(order, [])
  queue.resume('Docker')
  assert.equal(order, ['a'])
  await finish('a')
})

test('a run that takes long gives its worker back after 5 s, so that stalled ones keep nobody out', async () => {
  const { queue, clock, order, finish, running } = setUp(2)
  for (const key of ['stalled-1', 'stalled-2', 'a', 'b']) queue.add(key, 'edit')
  await clock.advance(4_999)
  assert.equal(order, ['stalled-1', 'stalled-2'])
  await clock.advance(1)
  assert.equal(order, ['stalled-1', 'stalled-2', 'a', 'b'])
  await finish('stalled-1')
  queue.add('c', 'edit')
  assert.equal(order.at(-1), 'b', 'a and b have the workers')
  await finish('a')
  assert.equal(order.at(-1), 'c')
  assert.is(running.length, 3)
})

test('however many stall, there are at most eight times as many at once as workers', async () => {
  const { queue, clock, running } = setUp(1)
  for (let n = 0; n < 20; n++) queue.add(`k${n}`, 'edit')
  await clock.advance(600_000)
  assert.is(running.length, 8)
})

test('work that enters a lane gives its worker to others at once: deletions and edits begin while all lanes stall', async () => {
  const { queue, order, running } = setUp(2)
  for (const lane of ['copy', 'boot', 'pull'])
    for (const n of [1, 2]) {
      queue.add(`${lane}-${n}`, 'edit')
      assert.ok(queue.enterLane(`${lane}-${n}`, lane), 'a lane has as many places as there are workers')
    }
  assert.is(running.length, 6)
  queue.add('deleted', 'delete')
  queue.add('edited', 'edit')
  assert.equal(order.slice(-2), ['deleted', 'edited'])
})

test('a key that finds its lane full comes again when there is room, in order, and is processed meanwhile if it must be', async () => {
  const { queue, order, finish } = setUp(2)
  for (const key of ['a', 'b', 'c', 'd']) {
    queue.add(key, 'edit')
    assert.is(queue.enterLane(key, 'copy'), key === 'a' || key === 'b')
    if (key > 'b') await finish(key)
  }
  assert.not(queue.idle())
  queue.add('c', 'resync')
  assert.equal(order, ['a', 'b', 'c', 'd'], 'the resync knows that it comes anyway')
  queue.add('d', 'edit')
  assert.equal(order, ['a', 'b', 'c', 'd', 'd'])
  assert.not(queue.enterLane('d', 'copy'), 'nobody overtakes')
  await finish('d')
  await finish('a')
  assert.equal(order, ['a', 'b', 'c', 'd', 'd', 'c'])
  assert.ok(queue.enterLane('c', 'copy'), 'its place was kept')
  await finish('c')
  assert.equal(order.at(-1), 'd')
  await finish('d')
  await finish('b')
  assert.ok(queue.idle())
})

test('a place that was kept and is not needed any more is the next one’s', async () => {
  const { queue, order, finish } = setUp(1)
  for (const key of ['a', 'b', 'c']) {
    queue.add(key, 'edit')
    queue.enterLane(key, 'boot')
    if (key !== 'a') await finish(key)
  }
  await finish('a')
  assert.is(order.at(-1), 'b')
  await finish('b')
  assert.is(order.at(-1), 'c')
  assert.ok(queue.enterLane('c', 'boot'))
  await finish('c')
  assert.ok(queue.idle())
})

test('who waits for one lane and then enters another waits no more', async () => {
  const { queue, order, finish } = setUp(1)
  queue.add('a', 'edit')
  queue.enterLane('a', 'copy')
  queue.add('b', 'edit')
  assert.not(queue.enterLane('b', 'copy'))
  await finish('b')
  queue.add('b', 'edit')
  assert.ok(queue.enterLane('b', 'boot'))
  await finish('b')
  await finish('a')
  assert.equal(order, ['a', 'b', 'b'])
  assert.ok(queue.idle())
})

test('a lane whose places all stall takes more after 15 s', async () => {
  const { queue, clock, order, finish } = setUp(1)
  queue.add('stalled', 'edit')
  queue.enterLane('stalled', 'copy')
  queue.add('a', 'edit')
  assert.not(queue.enterLane('a', 'copy'))
  await finish('a')
  await clock.advance(14_999)
  assert.equal(order, ['stalled', 'a'])
  await clock.advance(1)
  assert.equal(order, ['stalled', 'a', 'a'])
  assert.ok(queue.enterLane('a', 'copy'))
})

test('a stopped queue leaves no timer', async () => {
  const { queue, clock, order, finish } = setUp(1)
  queue.add('a', 'edit')
  queue.enterLane('a', 'copy')
  queue.add('b', 'edit')
  queue.enterLane('b', 'copy')
  queue.add('c', 'edit')
  const stopped = queue.stop()
  for (const key of ['a', 'b']) await finish(key)
  await stopped
  assert.is(clock.next(), undefined)
  assert.equal(order, ['a', 'b'])
})

test('stop waits for running keys and takes no more', async () => {
  const { queue, order, finish } = setUp(1)
  queue.add('a', 'edit')
  queue.add('b', 'edit')
  let ended = false
  const stopped = queue.stop().then(() => {
    ended = true
  })
  queue.add('c', 'edit')
  assert.not(ended)
  await finish('a')
  await stopped
  assert.ok(ended)
  assert.equal(order, ['a'])
})

test.run()
