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
    isKnown: () => false,
    stopping: new AbortController().signal,
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

/** A folder of many files. */
const many = (
  texts: Map<string, string>,
  known: ReadonlySet<string>,
  whileReading: (path: string) => void = () => {},
  stopping: AbortSignal = new AbortController().signal,
) => {
  const clock = createFakeClock()
  const log: string[] = []
  const feed = createFeed({
    folder: {
      accept: async () => false,
      sweep: async () => ({ ok: true, unreadable: [], files: new Map(texts) }),
      read: async (path) => {
        log.push(`read ${path}`)
        whileReading(path)
        const text = texts.get(path)
        if (text === undefined) return { kind: 'gone' }
        return { kind: 'text', text, changedAt: 0, sha256: createHash('sha256').update(text).digest('hex') }
      },
    },
    store: createStore(),
    clock,
    onNames: async (names) => void log.push(`names ${[...names].join(' ')}`),
    onProblem: () => undefined,
    isEmpty: () => false,
    isKnown: (name) => known.has(name),
    stopping,
  })
  const handedOn = (name: string): number => log.findIndex((line) => line.split(' ').slice(1).includes(name))
  return { clock, feed, log, handedOn }
}
const numbered = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${letter}${String(at).padStart(3, '0')}`)

test('of many files the new bottles are handed on while others are still being read; a known one is not before all are', async () => {
  const names = numbered('n', 100)
  const texts = new Map([...names.toReversed(), 'a-known'].map((name) => [`${name}.yaml`, bottle(name)]))
  const { clock, feed, log, handedOn } = many(texts, new Set(['a-known']))
  for (const path of texts.keys()) feed.hint(path)
  await clock.advance(100)
  const read = (name: string): number => log.indexOf(`read ${name}.yaml`)
  assert.ok(handedOn('n000') < read('n040'), log.join(', '))
  assert.ok(handedOn('a-known') > read('n099'))
  assert.equal(
    log.filter((line) => line.startsWith('names')).map((line) => line.split(' ').length - 1),
    [31, 32, 32, 6],
  )
})

test('who is told to stop reads no further file, and reports nothing of half a folder', async () => {
  const texts = new Map(numbered('n', 20).map((name) => [`${name}.yaml`, bottle(name)]))
  const stop = new AbortController()
  const stopAt = (path: string): void => (path === 'n004.yaml' ? stop.abort() : undefined)
  const { feed, log } = many(texts, new Set(), stopAt, stop.signal)
  assert.is(await feed.sweep(), false)
  assert.equal(
    log,
    numbered('n', 5).map((name) => `read ${name}.yaml`),
  )
})

test('a known file that is edited while many are read is read next', async () => {
  const texts = new Map([['web.yaml', bottle('web')]])
  const { clock, feed, log } = many(texts, new Set(['web']), (path) => {
    if (path !== 'n040.yaml') return
    texts.set('web.yaml', `${bottle('web')}# edited`)
    feed.hint('web.yaml')
  })
  await feed.sweep()
  for (const name of numbered('n', 200)) texts.set(`${name}.yaml`, bottle(name))
  for (const path of texts.keys()) if (path !== 'web.yaml') feed.hint(path)
  await clock.advance(100)
  assert.ok(log.lastIndexOf('read web.yaml') < log.indexOf('read n150.yaml'), log.join(', '))
  assert.ok(log.findLastIndex((line) => line.startsWith('names web')) < log.indexOf('read n150.yaml'))
})

test('a bottle that moves to a file that is read later is never reported as gone', async () => {
  const texts = new Map([['a.yaml', bottle('moved')]])
  const clockAnd = many(texts, new Set(['moved']))
  await clockAnd.feed.sweep()
  clockAnd.log.length = 0
  texts.delete('a.yaml')
  for (const name of numbered('n', 100)) texts.set(`${name}.yaml`, bottle(name))
  texts.set('z.yaml', bottle('moved'))
  await Promise.all([clockAnd.feed.sweep(), clockAnd.clock.advance(100)])
  const { log, handedOn } = clockAnd
  assert.ok(handedOn('moved') > log.indexOf('read z.yaml'), log.join(', '))
})

test.run()
