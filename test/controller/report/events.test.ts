import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { lineOf, nextEvent } from '../../../controller/report/event-log.ts'
import { createEvents } from '../../../controller/report/events.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createMemoryDisk, type MemoryDiskOptions } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('events')

const ALL = '/s/events.jsonl'
const OF_A = '/s/bottles/a/events.jsonl'
const what = { type: 'Normal', reason: 'Started', message: 'started', object: 'bottle/a', identity: 'a' } as const

const setUp = (options: MemoryDiskOptions = { files: [['/s/bottles/a/record.json', '{}']] }) => {
  const disk = createMemoryDisk(options)
  const clock = createFakeClock()
  const problems: unknown[] = []
  const create = () => createEvents({ stateDir: '/s', clock, disk, onProblem: (error) => problems.push(error) })
  return { disk, clock, problems, create, events: create() }
}

test('an event is in the log of all and in its bottle’s, as kubectl shows it', async () => {
  const { events } = setUp()
  await events.record(what)
  await events.record({ type: 'Warning', reason: 'Held', message: 'held', object: 'root' })
  await events.flush()
  assert.equal(
    (await events.read()).map((event) => [event.object, event.reason]),
    [
      ['bottle/a', 'Started'],
      ['root', 'Held'],
    ],
  )
  assert.equal(await events.read('a'), [
    {
      type: 'Normal',
      reason: 'Started',
      message: 'started',
      object: 'bottle/a',
      count: 1,
      source: 'bottled',
      firstTimestamp: '2026-01-01T00:00:00.000Z',
      lastTimestamp: '2026-01-01T00:00:00.000Z',
    },
  ])
})

test('a repetition is counted, also across a restart of the controller', async () => {
  const { events, clock, create } = setUp()
  await events.record(what)
  await clock.advance(60_000)
  await events.record(what)
  await events.flush()
  await clock.advance(60_000)
  const next = create()
  await next.record(what)
  await next.flush()
  const [event, ...more] = await next.read('a')
  assert.is(event?.count, 3)
  assert.is(event?.lastTimestamp, '2026-01-01T00:02:00.000Z')
  assert.equal(more, [])
})

test('a line torn by a crash is skipped and swallows no other', async () => {
  const { disk, events } = setUp({
    files: [
      [ALL, '{"type":"Nor'],
      [OF_A, '{"type":"Nor'],
    ],
  })
  await events.record(what)
  await events.flush()
  assert.is((await events.read()).length, 1)
  assert.is((await events.read('a')).length, 1)
  assert.match(disk.files.get(ALL) ?? '', /^\{"type":"Nor\n\{/)
})

test('a removed bottle’s folder does not come back', async () => {
  const { disk, events } = setUp()
  await events.record(what)
  await events.flush()
  await events.record({ ...what, reason: 'Deleting' })
  events.removed('a')
  await disk.remove('/s/bottles/a')
  await events.flush()
  await events.record({ ...what, reason: 'Deleted' })
  await events.flush()
  assert.equal([...disk.files.keys()], [ALL])
  assert.equal(
    (await events.read()).map((event) => event.reason),
    ['Started', 'Deleting', 'Deleted'],
  )
})

test('files stay within twice their bound and keep the newest events', async () => {
  const { disk, clock, events } = setUp()
  for (let n = 0; n < 2100; n += 1) {
    await events.record({ ...what, message: `m${n}`, object: `bottle/${n % 100}` })
    await clock.advance(1000)
  }
  await events.flush()
  const lines = (path: string): number => (disk.files.get(path) ?? '').split('\n').length - 1
  assert.ok(lines(ALL) < 2000 && lines(ALL) >= 1000, `${lines(ALL)}`)
  assert.ok(lines(OF_A) < 100 && lines(OF_A) >= 50, `${lines(OF_A)}`)
  assert.is((await events.read()).length, 1000)
  assert.equal((await events.read('a')).map((event) => event.message).slice(-2), ['m2098', 'm2099'])
})

test('a bottle removed while its log is being shortened does not come back', async () => {
  const line = (n: number): string =>
    lineOf(nextEvent({ type: 'Normal', reason: 'R', message: `m${n}`, object: 'bottle/a' }, undefined, n))
  const { disk, events } = setUp({
    files: [[OF_A, Array.from({ length: 99 }, (_, n) => line(n)).join('')]],
    effect: (moment, verb, path) => {
      if (moment === 'after' && verb === 'write' && path.endsWith('.events.tmp')) disk.files.delete(OF_A)
    },
  })
  await events.record(what)
  await events.flush()
  assert.equal([...disk.files.keys()], [ALL])
  assert.ok(disk.effects.includes('write /s/.events.tmp'))
})

test('recording never waits for the disk, and a refused write loses only its own events', async () => {
  let refuse = true
  const release: (() => void)[] = []
  const { events, problems } = setUp({
    effect: async (moment) => {
      if (moment !== 'before' || !refuse) return
      await new Promise<void>((resolve) => release.push(resolve))
      throw new Error('disk full')
    },
  })
  await events.record(what)
  await new Promise((resolve) => setImmediate(resolve))
  await events.record({ ...what, reason: 'Second' })
  assert.is(release.length, 1)
  refuse = false
  release[0]?.()
  await events.flush()
  assert.is(problems.length, 1)
  assert.equal(
    (await events.read()).map((event) => event.reason),
    ['Second'],
  )
})

test('one object can not flood the log', async () => {
  const { events } = setUp()
  for (let n = 0; n < 500; n += 1) await events.record({ ...what, message: `crash ${n}` })
  await events.flush()
  assert.is((await events.read()).length, 50)
})

test('what has a budget of its own displaces nothing else of its object', async () => {
  const { events } = setUp()
  for (let n = 0; n < 500; n += 1) await events.record({ ...what, message: `denied ${n}`, budget: 'denials' })
  await events.record({ ...what, message: 'crash' })
  await events.flush()
  const told = (await events.read()).map(({ message }) => message)
  assert.is(told.length, 51)
  assert.is(told.at(-1), 'crash')
})

test('on a real disk the files are 0600', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'bottled-events-'))
  try {
    await mkdir(join(stateDir, 'bottles/a'), { recursive: true })
    const events = createEvents({ stateDir, clock: createFakeClock(), disk: createDisk() })
    await events.record(what)
    await events.flush()
    for (const path of ['events.jsonl', 'bottles/a/events.jsonl']) {
      assert.is((await stat(join(stateDir, path))).mode & 0o777, 0o600)
      assert.match(await readFile(join(stateDir, path), 'utf8'), /^\{.*\}\n$/)
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true })
  }
})

test.run()
