import * as assert from 'uvu/assert'
import type { ContainerRequest, MachineRequest } from '../../../drivers/ports.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import {
  createSimulated,
  createWorld,
  type Effect,
  type SimulatedOptions,
} from '../../../drivers/simulated/simulated.ts'
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'
import { suite } from '../../helpers/suite.ts'
import { NETWORK } from '../../conformance/docker/network-request.ts'
import { dockerConformance } from '../../conformance/docker/docker.ts'
import { refuses } from '../../conformance/docker/bench.ts'

dockerConformance({
  name: 'simulated',
  image: 'bundle:1',
  make: async () => ({
    ...createSimulated({
      clock: createFakeClock(),
      random: createSeededRandom(1),
      world: createWorld({ images: ['bundle:1'], registry: [] }),
    }),
    cleanup: async () => undefined,
  }),
})

const test = suite('simulated')

const setUp = (options: Partial<SimulatedOptions> = {}) => {
  const clock: FakeClock = createFakeClock()
  const world = options.world ?? createWorld({ images: ['bundle:1'] })
  return { clock, ...createSimulated({ clock, random: createSeededRandom(1), ...options, world }) }
}

type Setting = ReturnType<typeof setUp>

const container = (networkId: string, more: Partial<ContainerRequest> = {}): ContainerRequest => ({
  name: 'bottle-a-bundle',
  image: 'bundle:1',
  labels: {},
  networkId,
  ip: '192.168.9.2',
  env: { BOTTLE_GIT: '1' },
  command: undefined,
  user: undefined,
  mounts: [],
  tmpfs: [],
  readOnlyRoot: true,
  memoryMiB: 64,
  cpus: undefined,
  pids: 64,
  ...more,
})

const machine = (more: Partial<MachineRequest> = {}): MachineRequest => ({
  name: 'bottle-a',
  labels: { x: '1' },
  source: { kind: 'bare' },
  smolfile: '/s/smolfile.toml',
  env: { A: '1' },
  bundleIp: '192.168.9.2',
  mount: undefined,
  command: [],
  cpus: undefined,
  memoryMiB: undefined,
  storageGiB: undefined,
  ...more,
})

const bundle = async (it: Setting): Promise<{ readonly networkId: string; readonly id: string }> => {
  const { id: networkId } = await it.networks.create(NETWORK)
  const { id } = await it.containers.create(container(networkId))
  await it.containers.start(id)
  return { networkId, id }
}

const booting = { latency: (_: string, verb: string) => (verb === 'boot' ? 1000 : 0) }

test('a bundle answers on the ports that its environment declares, while it runs and its network exists', async () => {
  const it = setUp()
  const { id } = await bundle(it)
  const ask = async (port: 'proxy' | 'git' | 'supervise') => {
    const answer = await it.probes.ask({ ip: '192.168.9.2', port, thorough: true })
    return answer.ok ? 'ok' : answer.kind
  }
  assert.equal([await ask('proxy'), await ask('git'), await ask('supervise')], ['ok', 'ok', 'Refused'])
  it.break({ do: 'closePort', name: 'bottle-a-bundle', port: 'git' })
  assert.is(await ask('git'), 'Refused')
  it.break({ do: 'killContainer', name: 'bottle-a-bundle', oom: true })
  assert.is(await ask('proxy'), 'Silent')
  const found = await it.containers.find('bottle-a-bundle')
  assert.equal([found?.state, found?.exitCode, found?.oomKilled], ['exited', 137, true])
  await it.containers.start(id)
  it.break({ do: 'removeNetwork', name: 'bottle-a' })
  assert.is(await ask('proxy'), 'Silent')
  assert.equal((await it.containers.find('bottle-a-bundle'))?.attachments, [])
})

test('the bridge of each network is among the routes, unless the host can not reach it', async () => {
  const it = setUp()
  const { networkId } = await bundle(it)
  assert.ok(
    (await it.host.routes()).some(
      ({ cidr, device }) => cidr === NETWORK.subnet && device === `br-${networkId.slice(0, 12)}`,
    ),
  )
  it.world.routable = false
  assert.not((await it.host.routes()).some(({ cidr }) => cidr === NETWORK.subnet))
})

test('a boot takes time and shows as created, then the VM runs with its policy', async () => {
  const it = setUp(booting)
  await it.machines.create(machine())
  const started = it.machines.start('bottle-a')
  await it.clock.advance(700)
  assert.equal((await it.machines.find('bottle-a'))?.state, 'created')
  await it.clock.advance(700)
  await started
  const found = await it.machines.find('bottle-a')
  assert.is(found?.state, 'running')
  assert.ok(found?.pid)
  assert.equal([found?.allowedCidrs, found?.dns], [['192.168.9.2/32'], '192.168.9.2'])
})

test('a second start ends both, a stop ends a boot', async () => {
  const it = setUp(booting)
  await it.machines.create(machine())
  const first = it.machines.start('bottle-a').catch((error: unknown) => error)
  await it.clock.advance(100)
  await refuses('StartFailed', () => it.machines.start('bottle-a'))
  await it.clock.advance(2000)
  assert.ok(isDriverError(await first, 'StartFailed'))
  const third = it.machines.start('bottle-a').catch((error: unknown) => error)
  await it.clock.advance(100)
  await it.machines.stop('bottle-a')
  await it.clock.advance(2000)
  assert.ok(isDriverError(await third, 'StartFailed'))
  assert.is((await it.machines.find('bottle-a'))?.state, 'created')
})

test("a start ended by its signal leaves nothing booting; after a controller's death the boot continues", async () => {
  const it = setUp(booting)
  await it.machines.create(machine())
  const stop = new AbortController()
  const cut = it.machines.start('bottle-a', stop.signal).catch((error: unknown) => error)
  await it.clock.advance(100)
  assert.ok(it.world.machines['bottle-a']?.boot)
  stop.abort()
  assert.ok(isDriverError(await cut, 'Aborted'))
  assert.is(it.world.machines['bottle-a']?.boot, undefined)

  void it.machines.start('bottle-a')
  await it.clock.advance(100)
  const next = setUp({ ...booting, world: it.world })
  assert.is((await next.machines.find('bottle-a'))?.state, 'created')
  await refuses('StartFailed', () => next.machines.start('bottle-a'))
})

test('a change needs a stopped VM; storage only grows, and only after a first start', async () => {
  const it = setUp()
  const change = { setEnv: { B: '2' }, removeEnv: ['A'], cpus: 2, memoryMiB: undefined, storageGiB: undefined }
  await it.machines.create(machine())
  await refuses('InvalidRequest', () => it.machines.change('bottle-a', { ...change, storageGiB: 40 }))
  await it.machines.start('bottle-a')
  await refuses('Busy', () => it.machines.change('bottle-a', change))
  await it.machines.stop('bottle-a')
  await it.machines.change('bottle-a', { ...change, storageGiB: 40 })
  await refuses('InvalidRequest', () => it.machines.change('bottle-a', { ...change, storageGiB: 30 }))
  assert.equal(it.world.machines['bottle-a']?.env, { B: '2' })
  const found = await it.machines.find('bottle-a')
  assert.equal([found?.cpus, found?.memoryMiB, found?.storageGiB], [2, 8192, 40])
})

test('copies live and die with the disk', async () => {
  const it = setUp()
  await it.machines.create(machine())
  await it.machines.start('bottle-a')
  assert.not(await it.machines.hasCopy('bottle-a', '/workspace'))
  it.break({ do: 'lose', path: '/repo' })
  await refuses('SourceUnavailable', () => it.machines.copyIn('bottle-a', '/repo', '/workspace'))
  it.break({ do: 'restore', path: '/repo' })
  await it.machines.copyIn('bottle-a', '/repo', '/workspace')
  await it.machines.stop('bottle-a')
  await it.machines.start('bottle-a')
  assert.ok(await it.machines.hasCopy('bottle-a', '/workspace'))
  await it.machines.remove('bottle-a')
  await it.machines.remove('bottle-a')
  await it.machines.stop('bottle-a')
  await it.machines.create(machine())
  await it.machines.start('bottle-a')
  assert.not(await it.machines.hasCopy('bottle-a', '/workspace'))
})

test('a rebuilt file gets a new copy, a missing one is refused', async () => {
  const it = setUp()
  const first = await it.archives.keepFile('/agent.tar')
  assert.is(await it.archives.keepFile('/agent.tar'), first)
  it.break({ do: 'rebuild', path: '/agent.tar' })
  assert.is.not(await it.archives.keepFile('/agent.tar'), first)
  it.break({ do: 'lose', path: '/agent.tar' })
  await refuses('SourceUnavailable', () => it.archives.keepFile('/agent.tar'))
  await refuses('ImageNotFound', () => it.archives.keepImage('absent:1'))
  await it.machines.create(machine({ source: { kind: 'archive', path: first } }))
})

test('faults happen as often as requested, before the effect or as a lost reply after it', async () => {
  const it = setUp()
  it.break({ do: 'fail', fault: { port: 'networks', verb: 'create', times: 2, code: 'Timeout' } })
  await refuses('Timeout', () => it.networks.create(NETWORK))
  await refuses('Timeout', () => it.networks.create(NETWORK))
  assert.equal(await it.networks.list(), [])
  it.break({
    do: 'fail',
    fault: { port: 'networks', verb: 'create', target: 'bottle-a', times: 1, code: 'Timeout', when: 'after' },
  })
  await refuses('Timeout', () => it.networks.create(NETWORK))
  assert.is((await it.networks.list()).length, 1)
  assert.equal(it.world.faults, [])
})

test('the journal sees each effect before and after, and an error it throws is a crash there', async () => {
  const seen: Effect[] = []
  let killAt = -1
  const it = setUp({
    journal: (effect) => {
      if (seen.push(effect) === killAt) throw new Error('killed')
    },
  })
  await bundle(it)
  await it.machines.create(machine())
  await it.machines.start('bottle-a')
  assert.equal(
    seen.map(({ moment, port, verb }) => `${moment} ${port}.${verb}`).filter((line) => line.startsWith('before')),
    [
      'before networks.create',
      'before containers.create',
      'before containers.start',
      'before machines.create',
      'before machines.start',
      'before machines.booted',
    ],
  )
  killAt = seen.length + 1
  await it.machines.stop('bottle-a').then(
    () => assert.unreachable(),
    (error: unknown) => assert.match(String(error), /killed/),
  )
  assert.is((await it.machines.find('bottle-a'))?.state, 'running')
  killAt = seen.length + 2
  await it.machines.stop('bottle-a').then(
    () => assert.unreachable(),
    (error: unknown) => assert.match(String(error), /killed/),
  )
  assert.is((await it.machines.find('bottle-a'))?.state, 'stopped')
})

test("a daemon that is down doesn't answer and ends its stream; machines and data plane keep running", async () => {
  const it = setUp()
  await bundle(it)
  await it.machines.create(machine())
  let hints = 0
  const watching = (async () => {
    for await (const _ of it.engine.events(new AbortController().signal)) hints += 1
  })().catch((error: unknown) => error)
  await it.clock.advance(0)
  it.break({ do: 'killContainer', name: 'bottle-a-bundle' })
  it.break({ do: 'daemonDown' })
  assert.ok(isDriverError(await watching, 'Unavailable'))
  assert.is(hints, 1)
  await refuses('Unavailable', () => it.engine.ping())
  await refuses('Unavailable', () => it.networks.list())
  await refuses('Unavailable', () => it.containers.create(container('x')))
  assert.is((await it.machines.list()).length, 1)
  it.break({ do: 'daemonUp' })
  assert.is((await it.containers.list()).length, 1)
})

test('another daemon has other objects, and the first one still has its own when it comes back', async () => {
  const it = setUp()
  await bundle(it)
  const { id } = await it.engine.ping()
  it.break({ do: 'daemonChanged', id: 'OTHER' })
  assert.is((await it.engine.ping()).id, 'OTHER')
  assert.equal([await it.networks.list(), await it.containers.list()], [[], []])
  assert.equal(await it.networks.find('bottle-a'), [])
  await it.networks.create(NETWORK)
  it.break({ do: 'daemonChanged', id })
  assert.is((await it.containers.list()).length, 1)
  assert.is((await it.networks.find('bottle-a'))[0]?.endpoints.length, 1)
})

test('a thief holds the address until it is removed', async () => {
  const it = setUp()
  const { id } = await bundle(it)
  it.break({ do: 'stealAddress', network: 'bottle-a', ip: '192.168.9.2' })
  await refuses('AddressTaken', () => it.containers.start(id))
  const [holder] = (await it.networks.find('bottle-a'))[0]?.endpoints ?? []
  assert.is(holder?.ip, '192.168.9.2')
  it.break({ do: 'removeContainer', name: holder?.containerName ?? '' })
  await it.containers.start(id)
})

test('a pull fetches an image of the registry and refuses a missing one', async () => {
  const it = setUp({ world: createWorld({ registry: ['bundle:2'] }) })
  await it.images.pull('bundle:2', () => undefined)
  assert.ok(await it.images.has('bundle:2'))
  await refuses('ImageNotFound', () => it.images.pull('bundle:3', () => undefined))
})

test('secrets are known only by key', async () => {
  const it = setUp({ world: createWorld({ missing: ['ABSENT'] }) })
  const sources = { K: { fromEnv: 'PRESENT' }, L: { fromEnv: 'ABSENT' } }
  assert.match((await it.secrets.missing(sources)) ?? '', /^L: .*ABSENT is not set/)
  await refuses('SecretUnavailable', () => it.secrets.write('a', sources))
  assert.not(await it.secrets.has('a'))
  await it.secrets.write('a', { K: { fromEnv: 'PRESENT' } })
  assert.equal(it.world.secrets, { a: ['K'] })
  await it.secrets.remove('a')
  assert.equal(it.world.secrets, {})
})

test('the world is plain JSON and continues from a copy', async () => {
  const it = setUp()
  const { id } = await bundle(it)
  await it.machines.create(machine())
  await it.machines.start('bottle-a')
  const copy = JSON.parse(JSON.stringify(it.world)) as typeof it.world
  assert.equal(copy, it.world)
  const next = setUp({ world: copy })
  assert.equal(await next.containers.list(), await it.containers.list())
  assert.equal(await next.machines.list(), await it.machines.list())
  await next.containers.stop(id)
  await refuses('AddressTaken', () => next.networks.create({ ...NETWORK, name: 'other', subnet: '192.168.0.0/16' }))
})

test('an overlap is seen for any sizes', async () => {
  const it = setUp()
  await it.networks.create(NETWORK)
  it.break({ do: 'addNetwork', name: 'wide', subnet: '10.0.0.0/8' })
  const refused: string[] = []
  for (const subnet of ['192.168.9.128/25', '192.168.0.0/16', '192.0.0.0/8', '10.200.3.0/24', '10.0.0.0/7']) {
    await refuses('AddressTaken', () => it.networks.create({ ...NETWORK, name: 'other', subnet }))
    refused.push(subnet)
  }
  assert.is(refused.length, 5)
  await it.networks.create({ ...NETWORK, name: 'other', subnet: '192.168.10.0/24' })
})

test.run()
