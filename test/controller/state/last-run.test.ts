import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { lastWorld, noteWorld } from '../../../controller/state/last-run.ts'
import { acquireLock } from '../../../controller/state/lock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('whose state it is')

const withState = async (body: (state: string) => Promise<void>): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'bottle-t-world-'))
  try {
    await body(join(root, '.bottled'))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

test('a running controller tells by its lock, one that ended by what it noted', () =>
  withState(async (state) => {
    assert.equal(await lastWorld(state), { simulated: false, known: 'ended' })
    for (const simulated of [true, false]) {
      const lock = await acquireLock(state, { simulated })
      assert.equal(await lastWorld(state), { simulated, known: 'running' })
      await noteWorld(state, simulated)
      await lock.release()
      assert.equal(await lastWorld(state), { simulated, known: 'ended' })
    }
  }))

test('the lock of a killed controller still tells, whatever was noted before', () =>
  withState(async (state) => {
    await noteWorld(await made(state), false)
    const lock = new URL('../../../controller/state/lock.ts', import.meta.url).href
    const code = `const { acquireLock } = await import(${JSON.stringify(lock)}); await acquireLock(${JSON.stringify(state)}, { simulated: true }); console.log('held'); setInterval(() => 0, 1000)`
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(await lastWorld(state), { simulated: true, known: 'killed' })
  }))

test('what is known is not written again', () =>
  withState(async (state) => {
    await made(state)
    await noteWorld(state, true)
    const before = statSync(join(state, 'last-run')).ino
    await noteWorld(state, true)
    assert.is(statSync(join(state, 'last-run')).ino, before)
    assert.is(readFileSync(join(state, 'last-run'), 'utf8'), '{"simulated":true}\n')
  }))

test('of state that an older version left, the newer counts, and that this is a guess', () =>
  withState(async (state) => {
    mkdirSync(join(state, 'simulated'), { recursive: true })
    writeFileSync(join(state, 'simulated', 'owner'), '{}')
    assert.equal(await lastWorld(state), { simulated: true, known: 'ended' })
    writeFileSync(join(state, 'owner'), '{}')
    utimesSync(join(state, 'owner'), 1, 1)
    assert.equal(await lastWorld(state), { simulated: true, known: 'guessed' })
    utimesSync(join(state, 'simulated', 'owner'), 0.5, 0.5)
    assert.equal(await lastWorld(state), { simulated: false, known: 'guessed' })
  }))

const made = async (state: string): Promise<string> => {
  mkdirSync(state, { mode: 0o700 })
  return state
}

test.run()
