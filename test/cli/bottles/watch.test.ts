import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createBottleFeed } from '../../../cli/bottles/bottle-feed.ts'
import type { BottleFeed } from '../../../cli/bottles/bottle-feed.ts'
import { REAL_FILES } from '../../../cli/bottles/bottles.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('watching bottles')
const COUNT = 1_000

const text = (name: string, agent = 'claude'): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: ${agent}}\n`

interface Watched {
  readonly root: string
  readonly feed: BottleFeed
  /** Files read since the last call. */
  asked(): { readonly lists: number; readonly stamps: number; readonly reads: number }
  save(path: string, content: string): void
}

const watching = async (body: (watched: Watched) => Promise<void>): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'bottle-t-watch-'))
  const stateDir = join(root, '.bottled')
  mkdirSync(join(stateDir, 'bottles'), { recursive: true })
  for (let at = 0; at < COUNT; at++) writeFileSync(join(root, `b${at}.yaml`), text(`b${at}`))
  let counts = { lists: 0, stamps: 0, reads: 0 }
  const count = <Args extends readonly unknown[], Result>(
    what: keyof typeof counts,
    work: (...args: Args) => Result,
  ): ((...args: Args) => Result) => {
    return (...args) => {
      counts[what] += 1
      return work(...args)
    }
  }
  const interrupt = new AbortController()
  const feed = createBottleFeed(
    { root, stateDir, clock: createClock(), signal: interrupt.signal },
    {
      list: count('lists', REAL_FILES.list),
      stamp: count('stamps', REAL_FILES.stamp),
      read: count('reads', REAL_FILES.read),
    },
  )
  try {
    await body({
      root,
      feed,
      asked: () => {
        const before = counts
        counts = { lists: 0, stamps: 0, reads: 0 }
        return before
      },
      save: (path, content) => {
        writeFileSync(join(root, `.${path}.new`), content)
        renameSync(join(root, `.${path}.new`), join(root, path))
      },
    })
  } finally {
    interrupt.abort()
    await feed.close()
    rmSync(root, { recursive: true, force: true })
  }
}

/** Looks until the condition holds: a hint says that something may have changed, not that it did. */
const until = async (
  { feed }: Watched,
  met: (names: readonly string[], agents: readonly unknown[]) => boolean,
): Promise<void> => {
  for (;;) {
    const { bottles } = await feed.look()
    if (
      met(
        bottles.map(({ name }) => name),
        bottles.map(({ spec }) => spec.agent),
      )
    )
      return
    await feed.changed()
  }
}

test('a change among a thousand files reads one file, and no change reads none', async () => {
  await watching(async (watched) => {
    const { feed, asked, save } = watched
    assert.is((await feed.look()).bottles.length, COUNT)
    assert.equal(asked(), { lists: 1, stamps: 0, reads: COUNT })
    await feed.changed()
    await feed.look()
    assert.equal(asked(), { lists: 1, stamps: COUNT, reads: 0 }, 'what came before the watch is looked for once')

    await feed.changed(700)
    assert.is((await feed.look()).bottles.length, COUNT)
    assert.equal(asked(), { lists: 0, stamps: 0, reads: 0 })

    save('b7.yaml', text('b7', 'codex'))
    await until(watched, (_, agents) => agents.includes('codex'))
    const { lists, stamps, reads } = asked()
    assert.is(lists, 0)
    assert.ok(stamps <= 3, `${stamps} files were looked at for one`)
    assert.ok(reads >= 1 && reads <= 3, `${reads} files were read for one`)
  })
})

test('a new file, a removed file and a file in a new folder are seen', async () => {
  await watching(async (watched) => {
    const { root, feed, save } = watched
    await feed.look()
    await feed.changed()
    await feed.look()
    save('new.yaml', text('new'))
    await until(watched, (names) => names.includes('new'))
    rmSync(join(root, 'new.yaml'))
    await until(watched, (names) => !names.includes('new'))
    mkdirSync(join(root, 'sub'))
    writeFileSync(join(root, 'sub', 'a.yaml'), text('deep'))
    await until(watched, (names) => names.includes('deep'))
    rmSync(join(root, 'sub'), { recursive: true })
    await until(watched, (names) => !names.includes('deep'))
  })
})

test('a record and a sidecar are seen when they change', async () => {
  await watching(async (watched) => {
    const { root, feed } = watched
    await feed.look()
    await feed.changed()
    await feed.look()
    const folder = join(root, '.bottled', 'bottles', 'gone')
    mkdirSync(folder)
    const record = { version: 1, uid: 'u', name: 'gone', identity: 'gone', file: 'gone.yaml', generation: 1 }
    writeFileSync(join(folder, 'record.json'), JSON.stringify({ ...record, specHash: 'x', spec: { agent: 'pi' } }))
    await until(watched, (names) => names.includes('gone'))
    rmSync(folder, { recursive: true })
    await until(watched, (names) => !names.includes('gone'))
    mkdirSync(join(root, '.bottled', 'bottles', 'b1'))
    writeFileSync(
      join(root, '.bottled', 'bottles', 'b1', 'record.json'),
      JSON.stringify({ ...record, name: 'b1', identity: 'b1', file: 'b1.yaml' }),
    )
    writeFileSync(join(root, '.bottled', 'bottles', 'b1', 'status.yaml'), 'status: {uid: u, phase: Stalled}\n')
    for (;;) {
      if ((await feed.look()).bottles.find(({ name }) => name === 'b1')?.status?.phase === 'Stalled') break
      await feed.changed()
    }
  })
})

test('an interrupted wait for a change ends at once', async () => {
  const root = mkdtempSync(join(tmpdir(), 'bottle-t-watch-'))
  const interrupt = new AbortController()
  // It stands still: no sweep, and no settling of a hint, can end the wait.
  const clock = createFakeClock()
  const feed = createBottleFeed({ root, stateDir: join(root, '.bottled'), clock, signal: interrupt.signal })
  await feed.look()
  await feed.changed()
  await feed.look()
  let ended = false
  void feed.changed().then(() => (ended = true))
  await sleep(200)
  const before = ended
  interrupt.abort()
  await new Promise((resolve) => setImmediate(resolve))
  await feed.close()
  assert.equal({ before, ended }, { before: false, ended: true })
  rmSync(root, { recursive: true, force: true })
})

test.run()
