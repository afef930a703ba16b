import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openSimulation, worldPath } from '../../../drivers/simulated/simulation.ts'
import { sendBreak } from '../../../drivers/simulated/world-file.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'
import { suite } from '../../helpers/suite.ts'
import { NETWORK } from '../../conformance/docker/network-request.ts'

const test = suite('simulation')

test('records and world live in one folder, survive the controller and receive breaks', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'bottled-simulation-'))
  try {
    const open = () =>
      openSimulation({ stateDir, clock: createFakeClock(), random: createSeededRandom(1), latency: () => 0 })
    const first = await open()
    await first.drivers.networks.create(NETWORK)
    await first.drivers.records.write({
      version: 1,
      uid: 'u',
      name: 'a',
      identity: 'a',
      file: 'a.yaml',
      generation: 1,
      specHash: 'sha256:0',
    })
    await first.close()
    assert.equal(await readdir(stateDir), ['simulated'])
    assert.equal(await readdir(first.stateDir), ['bottles', 'world.json'])

    const second = await open()
    assert.is((await second.drivers.records.list()).length, 1)
    assert.is((await second.drivers.networks.list()).length, 1)
    await sendBreak(worldPath(stateDir), { do: 'removeNetwork', name: 'bottle-a' })
    assert.equal(await second.drivers.networks.list(), [])
    await second.close()
  } finally {
    await rm(stateDir, { recursive: true, force: true })
  }
})

test.run()
