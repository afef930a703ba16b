import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { createFeed } from '../../controller/feed.ts'
import { createStore } from '../../controller/store.ts'
import { createFakeClock } from '../helpers/fake-clock.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('feed')
const whole = (agent: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: web}\nspec: {agent: ${agent}}\n`

/** A folder of one file, whose reads are counted. */
const setUp = () => {
  const clock = createFakeClock()
  const file = { text: whole('claude') }
  const read: string[] = []
  const feed = createFeed({
    folder: {
      sweep: async () => ({ ok: true, files: new Map([['web.yaml', file.text]]) }),
      read: async () => {
        read.push(file.text)
        return { kind: 'text', text: file.text, sha256: createHash('sha256').update(file.text).digest('hex') }
      },
    },
    store: createStore(),
    clock,
    onNames: async () => undefined,
    onProblem: () => undefined,
  })
  const write = (text: string): void => {
    file.text = text
    feed.hint('web.yaml')
  }
  return { clock, feed, read, write }
}

test('what an editor writes in several steps is read once, whole', async () => {
  const { clock, read, write } = setUp()
  write('')
  await clock.advance(7)
  write(whole('cod').slice(0, -2))
  await clock.advance(8)
  write(whole('codex'))
  await clock.advance(9)
  assert.equal(read, [])
  await clock.advance(1)
  assert.equal(read, [whole('codex')])
})

test('a file that is written without a pause is read all the same', async () => {
  const { clock, read, write } = setUp()
  for (let step = 0; step < 30; step++) {
    write(whole(`agent-${step}`))
    await clock.advance(5)
  }
  assert.equal(read, [whole('agent-19')])
})

test.run()
