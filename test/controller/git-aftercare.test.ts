import * as assert from 'uvu/assert'
import { createGitAftercare } from '../../controller/git-aftercare.ts'
import type { StoredDocument } from '../../controller/store.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { createFakeClock } from '../helpers/fake-clock.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('git aftercare')
const status = (phase: BottleStatus['phase']): BottleStatus =>
  ({ phase, observedGeneration: 1, specHash: 'sha256:1', conditions: [] }) as BottleStatus
const documentOf = (name: string): StoredDocument =>
  ({
    path: `${name}.yaml`,
    name,
    index: 0,
    line: 1,
    status: undefined,
    complaints: [],
    bottle: undefined,
  }) as StoredDocument

const rig = (answer: () => Promise<'done' | 'busy'> = async () => 'done') => {
  const clock = createFakeClock()
  const seen = {
    sign: undefined as string | undefined,
    filtered: true,
    told: [] as (readonly string[])[],
    asked: 0,
    written: [] as string[],
    free: [] as string[],
    held: [] as string[],
    debug: [] as string[],
  }
  const care = createGitAftercare({
    writer: {
      write: async ({ document }) => {
        seen.written.push(document.path)
        return { kind: 'written' }
      },
    },
    root: '/root',
    folder: { gitAtWork: async () => seen.sign },
    git: {
      filtered: async (files) => {
        seen.asked += 1
        return new Set(seen.filtered ? files : [])
      },
      forget: async (files) => {
        seen.told.push(files)
        return answer()
      },
    },
    clock,
    log: { debug: (line) => void seen.debug.push(line) },
    onFree: (name) => void seen.free.push(name),
    onHeld: (sign) => void seen.held.push(sign),
  })
  const write = (name: string, phase: BottleStatus['phase'] = 'Ready') =>
    care.status.write({ document: documentOf(name), identity: name, status: status(phase) })
  return { clock, seen, care, write }
}

test('a burst of writes is told to git once; without a write git is not told', async () => {
  const { clock, seen, write } = rig()
  for (const name of ['a', 'b', 'a', 'c']) await write(name)
  assert.equal(seen.told, [], 'no write waits for git')
  await clock.advance(5_000)
  assert.equal(seen.told, [['/root/a.yaml', '/root/b.yaml', '/root/c.yaml']])
  assert.is(seen.asked, 0)
})

test('while git is at work nothing is written, nor told; then each bottle has its pass, once', async () => {
  const { clock, seen, write } = rig()
  await write('a')
  seen.sign = 'rebase-merge'
  for (let again = 0; again < 3; again++) assert.is((await write('b')).kind, 'unchanged')
  await clock.advance(60_000)
  assert.equal([seen.written, seen.told, seen.free], [['a.yaml'], [], []])
  assert.equal([seen.held, seen.asked], [['rebase-merge'], 1])
  seen.sign = undefined
  await clock.advance(2_000)
  assert.equal([seen.told, seen.free], [[['/root/a.yaml']], ['b']])
})

test('a file that git has no filter for is written whatever git does', async () => {
  const { seen, write } = rig()
  seen.sign = 'MERGE_HEAD'
  seen.filtered = false
  assert.is((await write('a')).kind, 'written')
  assert.equal(seen.held, [])
})

test('where someone else writes the index it is tried again; a failure is only for who debugs', async () => {
  let turn = 0
  const { clock, seen, write } = rig(async () => {
    turn += 1
    if (turn === 1) return 'busy'
    throw new Error('git is not there')
  })
  await write('a')
  await clock.advance(10_000)
  assert.equal(seen.told, [['/root/a.yaml'], ['/root/a.yaml']])
  assert.is(seen.debug.length, 1)
  assert.match(seen.debug[0] ?? '', /git is not there/)
})

test('what is gathered at a stop is done then, and nothing after it', async () => {
  const { clock, seen, care, write } = rig()
  await write('a')
  await care.stop()
  assert.equal(seen.told, [['/root/a.yaml']])
  await write('b')
  await clock.advance(10_000)
  assert.is(seen.told.length, 1)
})

test.run()
