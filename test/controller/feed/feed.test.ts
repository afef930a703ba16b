import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { createFeed } from '../../../controller/feed/feed.ts'
import { createStore } from '../../../controller/feed/store.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('feed')
const bottle = (name: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\nspec: {agent: claude}\n`

/** A folder of one file, and the names that were taken from it. */
const setUp = ({ fileClockAheadMs = 0 } = {}) => {
  const clock = createFakeClock()
  const file = { text: bottle('web'), changedAt: clock.now() }
  const reported: string[] = []
  const feed = createFeed({
    folder: {
      accept: async () => false,
      sweep: async () => ({ ok: true, unreadable: [], files: new Map([['web.yaml', file.text]]) }),
      read: async () => {
        const sha256 = createHash('sha256').update(file.text).digest('hex')
        return { kind: 'text', ...file, sha256 }
      },
    },
    store: createStore(),
    clock,
    onNames: async (names) => void reported.push(...names),
    onProblem: () => undefined,
    isEmpty: () => false,
  })
  const write = (text: string): void => {
    Object.assign(file, { text, changedAt: clock.now() + fileClockAheadMs })
  }
  return { clock, feed, reported, write }
}

test('a text that an editor writes in several steps is read whole after a single hint', async () => {
  const { clock, feed, reported, write } = setUp()
  write('')
  feed.hint('web.yaml')
  await clock.advance(7)
  write(bottle('we'))
  await clock.advance(8)
  write(bottle('web'))
  await clock.advance(9)
  assert.equal(reported, [])
  await clock.advance(1)
  assert.equal(reported, ['web'])
})

test('a sweep waits for a file that is being written, too', async () => {
  const { clock, feed, reported, write } = setUp()
  write(bottle('we'))
  const swept = feed.sweep()
  await clock.advance(5)
  write(bottle('web'))
  await clock.advance(20)
  assert.is(await swept, true)
  assert.equal(reported, ['web'])
})

test('a file that is written without a pause is read in the end, and so is one with a time in the future', async () => {
  const busy = setUp()
  busy.feed.hint('web.yaml')
  for (let step = 0; step < 40 && busy.reported.length === 0; step++) {
    busy.write(bottle(`name-${step}`))
    await busy.clock.advance(5)
  }
  assert.equal(busy.reported, ['name-21'])

  const { clock, feed, reported, write } = setUp({ fileClockAheadMs: 3_600_000 })
  write(bottle('web'))
  feed.hint('web.yaml')
  await clock.advance(10)
  assert.equal(reported, ['web'])
})

test.run()
