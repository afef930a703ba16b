import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { HarmCheck } from './bench.ts'
import { NO_CHANGE, refuses } from './bench.ts'

/** Promises of the port Machines in worlds with faults. */
export const harmPromises = (check: HarmCheck, atOnce: number): void => {
  check('boots: machines started at once all run, each as its own process', async (bench, harm) => {
    const names = Array.from({ length: atOnce }, (_, index) => `${bench.tag}-${index}`)
    await Promise.all(names.map((name) => bench.create({ name })))
    await Promise.all(names.map((name) => bench.machines.start(name)))
    const list = await bench.machines.list()
    assert.equal(
      list.map(({ name, state }) => [name, state]),
      names.map((name) => [name, 'running']),
    )
    assert.is(new Set(list.map(({ pid }) => pid)).size, names.length)
    assert.is(await harm.living(), names.length)
  })

  check('boots: until its guest answers a machine is listed as it was before', async (bench, harm) => {
    const name = await bench.create()
    await harm.slowBoots(700)
    const started = bench.machines.start(name)
    await until(async () => (await harm.living()) === 1)
    const { state, pid } = await bench.found(name)
    assert.equal({ state, pid }, { state: 'created', pid: undefined })
    await started
    assert.is((await bench.found(name)).state, 'running')
  })

  check('boots: a stop ends the process, and so does a removal', async (bench, harm) => {
    const name = await bench.create()
    await bench.machines.start(name)
    assert.is(await harm.living(), 1)
    await bench.machines.stop(name)
    assert.is(await harm.living(), 0)
    await bench.machines.start(name)
    await bench.machines.remove(name)
    assert.is(await harm.living(), 0)
  })

  check('boots: a restart sees the env that was changed while the machine was stopped', async (bench, harm) => {
    const name = await bench.create({ env: { A: '1', GONE: 'two words' } })
    await bench.machines.start(name)
    const before = await harm.envOf(name)
    assert.equal([before['A'], before['GONE']], ['1', 'two words'])
    await bench.machines.stop(name)
    await bench.machines.change(name, { ...NO_CHANGE, setEnv: { A: '9 = x', NEW: 'yes' }, removeEnv: ['GONE'] })
    await bench.machines.start(name)
    const after = await harm.envOf(name)
    assert.equal([after['A'], after['NEW'], after['GONE']], ['9 = x', 'yes', undefined])
  })

  check('boots: a change refused by a running machine changes nothing', async (bench, harm) => {
    const name = await bench.create()
    await bench.machines.start(name)
    const before = await bench.found(name)
    await refuses('Busy', () => bench.machines.change(name, { ...NO_CHANGE, setEnv: { A: '9' }, cpus: 2 }))
    assert.equal(await bench.found(name), before)
    await bench.machines.stop(name)
    await bench.machines.start(name)
    assert.is((await harm.envOf(name))['A'], '1')
  })

  check('boots: a failed start is reported, leaves nothing running, and the next one works', async (bench, harm) => {
    const name = await bench.create()
    await harm.failStarts(1)
    await refuses('StartFailed', () => bench.machines.start(name))
    assert.is((await bench.found(name)).pid, undefined)
    assert.is(await harm.living(), 0)
    await bench.machines.start(name)
    assert.is((await bench.found(name)).state, 'running')
  })

  check('boots: an interrupted start leaves nothing booting, and the next one works', async (bench, harm) => {
    const name = await bench.create()
    await harm.slowBoots(1_500)
    const cut = new AbortController()
    const started = refuses('Aborted', () => bench.machines.start(name, cut.signal))
    await until(async () => (await harm.living()) === 1)
    cut.abort()
    await started
    assert.is(await harm.living(), 0)
    const { state, pid } = await bench.found(name)
    assert.equal({ state, pid }, { state: 'created', pid: undefined })
    await harm.slowBoots(10)
    await bench.machines.start(name)
    assert.is((await bench.found(name)).state, 'running')
  })

  check('boots: a killed VM is stopped, and starts again with its disk', async (bench, harm) => {
    const name = await bench.create()
    await bench.machines.start(name)
    const { pid } = await bench.found(name)
    const repo = join(bench.folder, 'repo')
    await mkdir(repo, { recursive: true })
    await writeFile(join(repo, 'file'), 'content')
    await bench.machines.copyIn(name, repo, '/workspace')
    await harm.kill(name)
    await until(async () => (await bench.found(name)).state === 'stopped')
    await bench.machines.start(name)
    const after = await bench.found(name)
    assert.is(after.state, 'running')
    assert.is.not(after.pid, pid)
    assert.is(await bench.machines.hasCopy(name, '/workspace'), true)
  })

  check('boots: a silent guest is unreachable, and a stop ends its VM', async (bench, harm) => {
    const name = await bench.create()
    await bench.machines.start(name)
    await harm.hang(name)
    await until(async () => (await bench.found(name)).state === 'unreachable')
    assert.is((await bench.machines.list())[0]?.state, 'unreachable')
    await bench.machines.stop(name)
    assert.is((await bench.found(name)).state, 'stopped')
    assert.is(await harm.living(), 0)
  })
}

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(10)
}
