import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { lastRun, noteRun } from '../../../controller/state/last-run.ts'
import { acquireLock } from '../../../controller/state/lock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('last run')

const withState = async (body: (state: string) => Promise<void>): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'bottle-t-world-'))
  try {
    await body(join(root, '.bottled'))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

test('a running controller is known by its lock, one that ended by its note', () =>
  withState(async (state) => {
    assert.equal(await lastRun(state), { simulated: false, known: 'never' })
    for (const simulated of [true, false]) {
      const lock = await acquireLock(state, { simulated })
      assert.equal(await lastRun(state), { simulated, known: 'running' })
      await noteRun(state, simulated)
      await lock.release()
      assert.equal(await lastRun(state), { simulated, known: 'ended' })
    }
  }))

test('the lock of a killed controller counts for more than an older note', () =>
  withState(async (state) => {
    await noteRun(await made(state), false)
    const lock = new URL('../../../controller/state/lock.ts', import.meta.url).href
    const code = `const { acquireLock } = await import(${JSON.stringify(lock)}); await acquireLock(${JSON.stringify(state)}, { simulated: true }); console.log('held'); setInterval(() => 0, 1000)`
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(await lastRun(state), { simulated: true, known: 'killed' })
  }))

test('an unchanged note is not written again', () =>
  withState(async (state) => {
    await made(state)
    await noteRun(state, true)
    const before = statSync(join(state, 'last-run')).ino
    await noteRun(state, true)
    assert.is(statSync(join(state, 'last-run')).ino, before)
    assert.is(readFileSync(join(state, 'last-run'), 'utf8'), '{"simulated":true}\n')
  }))

test('of state left by an older version the newer counts, and is marked as a guess if there are both', () =>
  withState(async (state) => {
    mkdirSync(join(state, 'simulated'), { recursive: true })
    writeFileSync(join(state, 'simulated', 'owner'), '{}')
    assert.equal(await lastRun(state), { simulated: true, known: 'ended' })
    writeFileSync(join(state, 'owner'), '{}')
    utimesSync(join(state, 'owner'), 1, 1)
    assert.equal(await lastRun(state), { simulated: true, known: 'guessed' })
    utimesSync(join(state, 'simulated', 'owner'), 0.5, 0.5)
    assert.equal(await lastRun(state), { simulated: false, known: 'guessed' })
  }))

const made = async (state: string): Promise<string> => {
  mkdirSync(state, { mode: 0o700 })
  return state
}

test.run()
