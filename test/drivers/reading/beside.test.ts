import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createBeside, PathError } from '../../../drivers/reading/beside.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { createHangingFolder, noHangingFolder } from '../../files/hanging-folder.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('beside')
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-beside-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'file'), 'content')

const bounds = { operation: 'look', stallMs: 20_000, deadlineMs: 20_000 }
const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

/** Pids of our helpers. */
const helpers = (): readonly number[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      const isOurs = readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nPPid:\t${process.pid}\n`)
      return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('beside-main') ? [Number(pid)] : []
    } catch {
      return []
    }
  })

test('a path is looked at and read by another process, which serves many jobs', async () => {
  const beside = createBeside()
  const path = join(folder, 'file')
  symlinkSync('file', join(folder, 'link'))
  const looks = await Promise.all(
    [path, join(folder, 'link'), folder].map((each) => beside.ask<'look'>({ kind: 'look', path: each }, bounds)),
  )
  assert.equal(
    looks.map(({ canonical, kind }) => [canonical, kind]),
    [
      [path, 'file'],
      [path, 'file'],
      [folder, 'folder'],
    ],
  )
  assert.is((await beside.ask<'read'>({ kind: 'read', path, maxBytes: 7 }, bounds)).toString(), 'content')
  assert.is(helpers().length, 1)
})

test('what the system refuses keeps its code, what may not be read says why', async () => {
  const beside = createBeside()
  const missing = await failure(beside.ask<'look'>({ kind: 'look', path: join(folder, 'missing') }, bounds))
  assert.ok(missing instanceof PathError)
  assert.equal([missing.errno, missing.code], ['ENOENT', 'SourceUnavailable'])
  const large = await failure(beside.ask<'read'>({ kind: 'read', path: join(folder, 'file'), maxBytes: 6 }, bounds))
  assert.ok(isDriverError(large, 'SourceRefused'))
  assert.match(large.detail, 'is larger than 6 bytes')
})

test('an abort ends the wait at once, and the next job is served', async () => {
  const beside = createBeside()
  const cut = new AbortController()
  const asked = failure(beside.ask<'look'>({ kind: 'look', path: folder }, bounds, cut.signal))
  cut.abort()
  assert.ok(isDriverError(await asked, 'Aborted'))
  assert.is((await beside.ask<'look'>({ kind: 'look', path: folder }, bounds)).kind, 'folder')
})

test('who loses the process gets an error, and the next job a new process', async () => {
  const before = new Set(helpers())
  const beside = createBeside()
  await beside.ask<'look'>({ kind: 'look', path: folder }, bounds)
  const pid = helpers().find((each) => !before.has(each)) ?? 0
  process.kill(pid, 'SIGKILL')
  const lost = await failure(beside.ask<'look'>({ kind: 'look', path: folder }, bounds))
  assert.ok(lost === undefined || isDriverError(lost, 'Failed'), String(lost))
  assert.is((await beside.ask<'look'>({ kind: 'look', path: folder }, bounds)).kind, 'folder')
})

test('an idle process keeps nobody alive, and ends with its parent', async () => {
  const script = `
    const { createBeside } = await import(${JSON.stringify(new URL('../../../drivers/reading/beside.ts', import.meta.url).href)})
    await createBeside().ask({ kind: 'look', path: '/' }, { operation: 'look', stallMs: 20000, deadlineMs: 20000 })
    console.log(process.pid)`
  const path = join(folder, 'asks.mjs')
  writeFileSync(path, script)
  const out = execFileSync(process.execPath, ['--import', 'tsx', path], { timeout: 20_000 })
  const parent = out.toString().trim()
  const left = (): readonly string[] =>
    readdirSync('/proc').filter((pid) => {
      try {
        // In a session of its own: its number stays after its parent is gone.
        return (
          readFileSync(`/proc/${pid}/environ`, 'utf8').includes('UV_THREADPOOL_SIZE=64') &&
          readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nPPid:\t${parent}\n`)
        )
      } catch {
        return false
      }
    })
  for (let waitedMs = 0; left().length > 0 && waitedMs < 10_000; waitedMs += 50) await sleep(50)
  assert.equal(left(), [])
})

const why = noHangingFolder()
const hanging = (title: string, body: (path: string) => Promise<void>): void => {
  if (why !== undefined) return test.skip(title, why)
  test(title, async () => {
    const hangs = createHangingFolder()
    try {
      await body(hangs.path)
    } finally {
      hangs.remove()
    }
  })
}

hanging(
  'paths that hang time out by themselves, and the others are served meanwhile, also after many of them',
  async (hangs) => {
    const before = new Set(helpers())
    const beside = createBeside()
    const stallMs = 300
    for (let round = 0; round < 3; round += 1) {
      const stuck = Array.from({ length: 12 }, (_, n) =>
        failure(beside.ask<'look'>({ kind: 'look', path: `${hangs}/${round}-${n}` }, { ...bounds, stallMs })),
      )
      assert.is((await beside.ask<'look'>({ kind: 'look', path: folder }, bounds)).kind, 'folder')
      for (const each of await Promise.all(stuck)) assert.ok(isDriverError(each, 'Timeout'), String(each))
      const again = await failure(beside.ask<'look'>({ kind: 'look', path: `${hangs}/${round}-0` }, bounds))
      assert.ok(isDriverError(again, 'Timeout'), 'at once, not after 20 s')
      assert.match(again.detail, "still doesn't answer")
    }
    // Nothing of it holds a thread of this process.
    assert.is(await readFile(join(folder, 'file'), 'utf8'), 'content')
    const left = (): number => helpers().filter((each) => !before.has(each)).length
    for (let waitedMs = 0; left() > 1 && waitedMs < 10_000; waitedMs += 50) await sleep(50)
    assert.ok(left() <= 1, 'those in which too much hangs are killed')
  },
)

test.run()
