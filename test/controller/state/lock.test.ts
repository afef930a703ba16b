import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { acquireLock, LockedError, lockHolder } from '../../../controller/state/lock.ts'
import type { StateError } from '../../../controller/state/state-folder.ts'
import { prepareState } from '../../../controller/state/state-folder.ts'
import { nodeArguments } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('lock')
const HOLDER = join(import.meta.dirname, '..', '..', 'helpers', 'lock-holder.ts')

const withState = async (work: (state: string, start: () => Promise<Started>) => Promise<void>): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-lock-'))
  const children: ChildProcess[] = []
  const start = async (): Promise<Started> => {
    const child = spawn(process.execPath, [...nodeArguments(HOLDER), join(root, '.bottled')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    return { child, pid: child.pid ?? 0, says: line.toString().trim() }
  }
  try {
    await work(join(root, '.bottled'), start)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

interface Started {
  readonly child: ChildProcess
  readonly pid: number
  readonly says: string
}

const holderPid = async (work: Promise<unknown>): Promise<number> => {
  try {
    await work
  } catch (error) {
    if (error instanceof LockedError) return error.holder.pid
    throw error
  }
  throw new Error('was not locked')
}

test('a second controller learns the pid and host of the first, and writes nothing', () =>
  withState(async (state, start) => {
    const first = await start()
    assert.is(first.says, 'held')
    const before = await readdir(state)
    assert.is(await holderPid(acquireLock(state)), first.pid)
    assert.equal(await readdir(state), before)
    assert.is((await lockHolder(state))?.pid, first.pid)
  }))

test('the lock of a killed controller is free immediately', () =>
  withState(async (state, start) => {
    const first = await start()
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    assert.is(await lockHolder(state), undefined)
    const lock = await acquireLock(state)
    assert.is((await lockHolder(state))?.pid, process.pid)
    assert.equal((await readdir(state)).toSorted(), ['.gitignore', 'lock'])
    await lock.release()
    assert.equal(await readdir(state), ['.gitignore'])
  }))

test('a reused pid, a reboot or a copied folder means that the holder is dead', () =>
  withState(async (state) => {
    for (const self of [{ startTime: '1' }, { bootId: 'another' }, { folder: '1' }, { pid: 2 ** 22 + 1 }]) {
      await acquireLock(state, self)
      assert.is(await lockHolder(state), undefined)
      const lock = await acquireLock(state)
      await lock.release()
    }
  }))

test('a holder that cannot be inspected counts as alive, whatever its pid is here', () =>
  withState(async (state) => {
    for (const where of [
      { bootId: 'another', machine: 'another', host: 'elsewhere' },
      { pidNamespace: 'pid:[1]', host: 'container' },
    ]) {
      // No process here has this pid: only where the holder runs can its pid be checked.
      const self = { ...where, pid: 2 ** 22 + 1, startTime: '1' }
      await acquireLock(state, self)
      const error = await acquireLock(state).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.instance(error, LockedError)
      assert.match((error as LockedError).message, self.host)
      await rm(join(state, 'lock'))
    }
  }))

test('a lock that was copied with its folder is free', () =>
  withState(async (state, start) => {
    await start()
    await cp(state, `${state}-copy`, { recursive: true })
    const lock = await acquireLock(`${state}-copy`)
    await lock.release()
  }))

test('exactly one of many concurrent starters takes over from a dead holder', () =>
  withState(async (state) => {
    for (let round = 0; round < 20; round += 1) {
      await acquireLock(state, { startTime: '1' })
      // A starter that died during its takeover.
      if (round % 2 === 1) {
        const dead = JSON.parse(await readFile(join(state, 'lock'), 'utf8')) as { nonce: string }
        await writeFile(join(state, `lock.after-${dead.nonce}`), JSON.stringify({ ...dead, nonce: `dead-${round}` }))
      }
      const results = await Promise.allSettled(Array.from({ length: 12 }, () => acquireLock(state)))
      const won = results.filter((result) => result.status === 'fulfilled')
      const other = results.filter((result) => result.status === 'rejected' && !(result.reason instanceof LockedError))
      assert.equal(other, [])
      assert.is(won.length, 1, `round ${round}`)
      for (const result of won) await result.value.release()
      assert.equal(await readdir(state), ['.gitignore'])
    }
  }))

test(
  'exactly one of many concurrent processes takes over from a dead holder',
  () =>
    withState(async (state, start) => {
      await acquireLock(state, { startTime: '1' })
      const all = await Promise.all(Array.from({ length: 5 }, start))
      const [winner, ...more] = all.filter(({ says }) => says === 'held')
      assert.equal(more, [])
      assert.is((await lockHolder(state))?.pid, winner?.pid)
    }),
  { deadlineMs: 60_000 },
)

test('an unreadable lock is reported, with the command that removes it', () =>
  withState(async (state) => {
    await mkdir(state, { mode: 0o700 })
    await writeFile(join(state, 'lock'), 'x')
    const error = await acquireLock(state).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.match(String(error), /lock is unreadable$/)
    assert.match((error as StateError).hint, /no controller runs on this root: rm .*lock$/)
  }))

test('a lock whose file or folder was removed is taken again, but not from another controller', () =>
  withState(async (state, start) => {
    const lock = await acquireLock(state)
    const before = await readFile(join(state, 'lock'), 'utf8')
    await lock.restore()
    assert.is(await readFile(join(state, 'lock'), 'utf8'), before)
    await rm(join(state, 'lock'))
    await lock.restore()
    assert.is((await lockHolder(state))?.pid, process.pid)
    await rm(state, { recursive: true })
    await prepareState(state)
    await lock.restore()
    assert.is((await lockHolder(state))?.pid, process.pid)
    await rm(state, { recursive: true })
    const other = await start()
    assert.is(other.says, 'held')
    assert.is(await holderPid(lock.restore()), other.pid)
    await lock.release()
    assert.is((await lockHolder(state))?.pid, other.pid)
  }))

test.run()
