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
