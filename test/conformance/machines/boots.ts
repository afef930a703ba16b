import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Check } from './bench.ts'
import { NO_CHANGE, refuses } from './bench.ts'

/** Promises of the port Machines that need a guest. */
export const bootPromises = (check: Check): void => {
  check('boots: a started machine runs with a pid, and a second start changes nothing', async (bench) => {
    const name = await bench.create()
    await bench.machines.start(name)
    const running = await bench.found(name)
    assert.is(running.state, 'running')
    assert.type(running.pid, 'number')
    await bench.machines.start(name)
    assert.equal(await bench.found(name), running)
  })

  check('boots: a machine can be stopped twice, has no pid or error then, and starts again', async (bench) => {
    const name = await bench.create()
    await bench.machines.start(name)
    await bench.machines.stop(name)
    await bench.machines.stop(name)
    const { state, pid, lastExit } = await bench.found(name)
    assert.equal({ state, pid, lastExit }, { state: 'stopped', pid: undefined, lastExit: undefined })
    await bench.machines.start(name)
    assert.is((await bench.found(name)).state, 'running')
  })

  check('boots: a running machine is removed in one call', async (bench) => {
    const name = await bench.create()
    await bench.machines.start(name)
    await bench.machines.remove(name)
    assert.is(await bench.machines.find(name), undefined)
  })

  check(
    'boots: a running machine is Busy for changes, a stopped one accepts them, and its disk grows but never shrinks',
    async (bench) => {
      const name = await bench.create()
      await bench.machines.start(name)
      await refuses('Busy', () => bench.machines.change(name, { ...NO_CHANGE, cpus: 2 }))
      await bench.machines.stop(name)
      const grown = bench.traits.sizesDisks ? 30 : undefined
      await bench.machines.change(name, { ...NO_CHANGE, cpus: 2, storageGiB: grown })
      await refuses('InvalidRequest', () => bench.machines.change(name, { ...NO_CHANGE, storageGiB: 25 }))
      const { cpus, storageGiB } = await bench.found(name)
      assert.equal({ cpus, storageGiB }, { cpus: 2, storageGiB: grown })
    },
  )

  check('boots: a copied folder is known, survives a stop, and goes with the disk', async (bench) => {
    const name = await bench.create()
    await bench.machines.start(name)
    assert.is(await bench.machines.hasCopy(name, '/workspace'), false)
    await bench.machines.copyIn(name, bench.folder, '/workspace')
    assert.is(await bench.machines.hasCopy(name, '/workspace'), true)
    assert.is(await bench.machines.hasCopy(name, '/elsewhere'), false)
    await bench.machines.stop(name)
    await bench.machines.start(name)
    assert.is(await bench.machines.hasCopy(name, '/workspace'), true)
    await bench.machines.remove(name)
    await bench.create()
    await bench.machines.start(name)
    assert.is(await bench.machines.hasCopy(name, '/workspace'), false)
  })

  check('boots: a missing folder is SourceUnavailable, and no copy is known', async (bench) => {
    const name = await bench.create()
    await bench.machines.start(name)
    const missing = join(bench.folder, 'missing')
    await refuses('SourceUnavailable', () => bench.machines.copyIn(name, missing, '/workspace'))
    assert.is(await bench.machines.hasCopy(name, '/workspace'), false)
  })
}
