import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createPersistentWorld, readWorld, sendBreak } from '../../../drivers/simulated/world-file.ts'
import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'
import { suite } from '../../helpers/suite.ts'
import { NETWORK } from '../../conformance/docker/network-request.ts'

const test = suite('simulated store')

const inFolder = async (body: (path: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottled-simulated-'))
  try {
    await body(join(folder, 'simulated/world.json'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const open = async (path: string) => {
  const store = await createPersistentWorld(path)
  return { store, ...createSimulated({ clock: createFakeClock(), random: createSeededRandom(1), ...store }) }
}

test('the effect of a verb is on disk when it returns', () =>
  inFolder(async (path) => {
    const it = await open(path)
    await Promise.all(
      [1, 2, 3].map((n) => it.networks.create({ ...NETWORK, name: `n${n}`, subnet: `192.168.${n}.0/24` })),
    )
    assert.equal(
      Object.values((await readWorld(path)).networks)
        .map(({ name }) => name)
        .sort(),
      ['n1', 'n2', 'n3'],
    )
    const again = await open(path)
    assert.equal(await again.networks.list(), await it.networks.list())
  }))

test('breaks from outside are applied by the next list, in the order sent, and announced', () =>
  inFolder(async (path) => {
    const it = await open(path)
    await it.networks.create(NETWORK)
    const stop = new AbortController()
    let hints = 0
    const watching = (async () => {
      for await (const _ of it.engine.events(stop.signal)) hints += 1
    })()
    await sendBreak(path, { do: 'removeNetwork', name: 'bottle-a' })
    await new Promise((resolve) => setTimeout(resolve, 2))
    await sendBreak(path, { do: 'addNetwork', name: 'theirs', subnet: '192.168.9.0/24' })
    assert.equal(
      (await it.networks.list()).map(({ name }) => name),
      ['theirs'],
    )
    stop.abort()
    await watching
    assert.is(hints, 2)
    assert.equal(await readdir(join(path, '../breaks')), [])
    assert.equal(
      Object.values((await readWorld(path)).networks).map(({ name }) => name),
      ['theirs'],
    )
  }))

test('a break sent while nothing runs waits for the next holder', () =>
  inFolder(async (path) => {
    await (await open(path)).networks.create(NETWORK)
    await sendBreak(path, { do: 'daemonChanged', id: 'OTHER' })
    const next = await open(path)
    await next.machines.list()
    assert.is((await next.engine.ping()).id, 'OTHER')
    assert.equal(await next.networks.list(), [])
  }))

test('invalid files in the folder of breaks are dropped, a broken world is refused with its path', () =>
  inFolder(async (path) => {
    const it = await open(path)
    await it.networks.create(NETWORK)
    await sendBreak(path, { do: 'lose', path: '/x' })
    await writeFile(join(path, '../breaks/0.json'), '{torn')
    assert.is((await it.networks.list()).length, 1)
    assert.equal(it.world.missing, ['/x'])
    await writeFile(path, '{"version":')
    const error = await open(path).catch((failure: unknown) => failure)
    assert.match(String(error), /world\.json: it is not a simulated world/)
  }))

test.run()
