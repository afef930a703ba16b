import * as assert from 'uvu/assert'
import { createGitCare } from '../../../controller/status/git-care.ts'
import type { StoredDocument } from '../../../controller/feed/store.ts'
import type { Forgotten } from '../../../drivers/git/git-index.ts'
import type { BottleStatus } from '../../../schemas/bottle.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('git care')
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

const rig = (answer: () => Promise<Forgotten> = async () => 'done') => {
  const clock = createFakeClock()
  const seen = {
    sign: undefined as string | undefined,
    filtered: true,
    forgotten: [] as (readonly string[])[],
    mended: [] as (readonly string[])[],
    asked: 0,
    written: [] as string[],
    free: [] as string[],
    held: [] as string[],
    debug: [] as string[],
  }
  const care = createGitCare({
    root: '/root',
    folder: { gitAtWork: async () => seen.sign },
    git: {
      filtered: async (files) => {
        seen.asked += 1
        return new Set(seen.filtered ? files : [])
      },
      forget: async (files) => {
        seen.forgotten.push(files)
        return answer()
      },
      mend: async (files) => {
        seen.mended.push(files)
        return answer()
      },
    },
    clock,
    log: { debug: (line) => void seen.debug.push(line) },
    onFree: (name) => void seen.free.push(name),
    onHeld: (sign) => void seen.held.push(sign),
  })
  const write = (name: string, phase: BottleStatus['phase'] = 'Ready') =>
    care.around({ document: documentOf(name), identity: name, status: status(phase) }, async () => {
      seen.written.push(documentOf(name).path)
      return { kind: 'written' }
    })
  /** Writes all at once, moving time until it is done. */
  const drive = async (...names: readonly string[]): Promise<readonly string[]> => {
    let ends: readonly string[] | undefined
    void Promise.all(names.map((name) => write(name))).then((all) => (ends = all.map(({ kind }) => kind)))
    for (let tries = 0; tries < 200 && ends === undefined; tries++) await clock.advance(10)
    return ends ?? ['never']
  }
  return { clock, seen, care, drive }
}

test('git forgets each file before its write, those written at once together, and the index is watched for a while', async () => {
  const { clock, seen, drive } = rig()
  await drive('a')
  assert.equal([seen.forgotten, seen.written], [[['/root/a.yaml']], ['a.yaml']])
  await drive('b', 'c')
  assert.equal(seen.forgotten.slice(1).flat(), ['/root/b.yaml', '/root/c.yaml'])
  assert.ok(seen.forgotten.length <= 3)
  assert.is(seen.asked, 0)
  await clock.advance(1_000)
  assert.ok(seen.mended.length >= 5 && seen.mended.length <= 12, String(seen.mended.length))
  assert.equal(seen.mended.at(-1), ['/root/a.yaml', '/root/b.yaml', '/root/c.yaml'])
  await clock.advance(60_000)
  const looks = seen.mended.length
  assert.ok(looks < 60, String(looks))
  await clock.advance(60_000)
  assert.is(seen.mended.length, looks, 'without a write nothing is looked at')
})

test('while git is at work neither files nor index are written; afterwards each bottle has one pass', async () => {
  const { clock, seen, drive } = rig()
  await drive('a')
  seen.sign = 'rebase-merge'
  for (let again = 0; again < 3; again++) assert.equal(await drive('b'), ['unchanged'])
  await clock.advance(60_000)
  assert.equal([seen.written, seen.forgotten, seen.mended, seen.free], [['a.yaml'], [['/root/a.yaml']], [], []])
  assert.equal([seen.held, seen.asked], [['rebase-merge'], 1])
  seen.sign = undefined
  await clock.advance(2_000)
  assert.equal([seen.mended, seen.free], [[['/root/a.yaml']], ['b']])
})

test('a file without the filter is written whatever git does', async () => {
  const { seen, drive } = rig()
  seen.sign = 'MERGE_HEAD'
  seen.filtered = false
  assert.equal(await drive('a'), ['written'])
  assert.equal(seen.held, [])
})

test('a git without the filter is asked once in a while', async () => {
  const { clock, seen, drive } = rig(async () => 'foreign')
  for (const name of ['a', 'b', 'c', 'd']) await drive(name)
  assert.equal([seen.forgotten.length, seen.written.length], [1, 4])
  await clock.advance(60_000)
  assert.ok(seen.mended.length <= 2, String(seen.mended.length))
})

test('if another process holds the index, git is asked again, and the status is written in any case', async () => {
  let turn = 0
  const { clock, seen, drive } = rig(async () => (turn++ < 3 ? 'busy' : 'done'))
  await drive('a')
  assert.equal([seen.forgotten.length, seen.written.length], [4, 1])
  turn = -1_000_000
  const begun = clock.now()
  await drive('b')
  assert.is(seen.written.length, 2)
  assert.ok(clock.now() - begun <= 1_500, String(clock.now() - begun))
})

test('a failure of git is logged for debugging only', async () => {
  const { seen, drive } = rig(async () => {
    throw new Error('git is not there')
  })
  assert.equal(await drive('a'), ['written'])
  assert.match(seen.debug[0] ?? '', /git is not there/)
})

test('a stop checks the index once more, and nothing does after it', async () => {
  const { clock, seen, care, drive } = rig()
  await drive('a')
  await care.stop()
  assert.equal(seen.mended.at(-1), ['/root/a.yaml'])
  const looks = seen.mended.length
  await drive('b')
  await clock.advance(60_000)
  assert.is(seen.mended.length, looks)
})

test.run()
