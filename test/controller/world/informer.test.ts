import * as assert from 'uvu/assert'
import { createInformer } from '../../../controller/world/informer.ts'
import type { Network, Networks } from '../../../drivers/ports.ts'
import { createRecords } from '../../../drivers/disk/records.ts'
import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('informer')

type ListOf = (networks: Networks, now: () => number) => Networks['list']

const setUp = async (listOf: ListOf = (networks) => networks.list, onInspect: () => unknown = () => {}) => {
  const clock = createFakeClock()
  const simulated = createSimulated({ clock, random: () => 0.5 })
  const log: string[] = []
  const informer = createInformer({
    drivers: {
      ...simulated,
      containers: {
        ...simulated.containers,
        find: (name, signal) => (onInspect(), simulated.containers.find(name, signal)),
      },
      networks: { ...simulated.networks, list: listOf(simulated.networks, () => clock.now()) },
      records: createRecords('/state', createMemoryDisk()),
    },
    clock,
    pollMs: 2_000,
    resyncMs: 60_000,
    onChange: (names) => log.push(...names),
    onAway: () => log.push('away'),
    onDoubt: () => log.push('in doubt'),
    onBack: (daemon, wasAway) => log.push(`${wasAway ? 'back' : 'met'} ${daemon.id}`),
    onProblem: (why) => log.push(why),
    onMachinesUnknown: (why) => log.push(why === undefined ? 'machines known' : 'machines unknown'),
  })
  await informer.start(new AbortController().signal)
  await clock.advance(100)
  return { clock, simulated, informer, log }
}

test('an event leads to a new list within moments', async () => {
  const { clock, simulated, informer, log } = await setUp()
  simulated.break({ do: 'addNetwork', name: 'vpn', subnet: '10.9.9.0/24' })
  await clock.advance(100)
  assert.equal(log, ['vpn'])
  assert.is(informer.snapshot().network('vpn').length, 1)
})

test('a change that lists show half a second after its event does not wait for the resync', async () => {
  const { clock, simulated, log } = await setUp((networks, now) => {
    let before: readonly Network[] | undefined
    let since = Infinity
    return async (signal) => {
      const all = await networks.list(signal)
      before ??= all
      if (all.length > before.length) since = Math.min(since, now())
      return now() - since < 500 ? before : all
    }
  })
  simulated.break({ do: 'addNetwork', name: 'vpn', subnet: '10.9.9.0/24' })
  await clock.advance(400)
  assert.equal(log, [])
  await clock.advance(1_600)
  assert.equal(log, ['vpn'])
})

test('a daemon that goes and comes back is reported once each, and its objects never count as gone', async () => {
  const { clock, simulated, informer, log } = await setUp()
  simulated.break({ do: 'addNetwork', name: 'mine', subnet: '10.9.9.0/24' })
  await clock.advance(100)
  simulated.break({ do: 'daemonDown' })
  await clock.advance(120_000)
  assert.is(informer.snapshot().network('mine').length, 1)
  simulated.break({ do: 'daemonUp' })
  await clock.advance(60_000)
  assert.equal(log, ['mine', 'away', 'back SIMULATED'])
})

test('a list that fails while the stream is open is tried again, and does not pause the controller for ever', async () => {
  const { clock, simulated, informer, log } = await setUp()
  simulated.break({ do: 'fail', fault: { port: 'networks', verb: 'list', times: 1, code: 'Timeout' } })
  await informer.refreshDocker()
  assert.equal(log, ['away'])
  await clock.advance(2_000)
  assert.equal(log, ['away', 'back SIMULATED'])
})

test('another daemon on the socket is met before anything else happens, also where the stream ended in good order', async () => {
  const { clock, simulated, log } = await setUp()
  simulated.break({ do: 'daemonChanged', id: 'OTHER', cleanly: true })
  await clock.advance(0)
  assert.equal(log, ['in doubt', 'met OTHER'])
  await clock.advance(60_000)
  assert.equal(log, ['in doubt', 'met OTHER'])
})

test('a stream that fails for an unknown reason is told, and leaves a doubt until Docker has said who it is', async () => {
  const { clock, simulated, log } = await setUp()
  simulated.break({ do: 'fail', fault: { port: 'engine', verb: 'events', times: 1, code: 'Failed' } })
  simulated.break({ do: 'daemonChanged', id: 'SIMULATED', cleanly: true })
  await clock.advance(3_000)
  assert.equal(log.slice(0, 3), ['in doubt', 'met SIMULATED', 'in doubt'])
  assert.match(log[3] ?? '', /^Docker's events can't be followed: .*simulated fault Failed/)
  assert.equal(log.slice(4), ['met SIMULATED'])
})

const aBundle = async (simulated: Awaited<ReturnType<typeof setUp>>['simulated']): Promise<string> => {
  simulated.world.images.push('bundle:1')
  const made = await simulated.containers.create({
    name: 'b',
    image: 'bundle:1',
    labels: { 'dev.bottled.uid': 'u1' },
    networkId: 'n',
    ip: '10.9.9.2',
    env: {},
    command: undefined,
    user: undefined,
    mounts: [],
    tmpfs: [],
    readOnlyRoot: true,
    memoryMiB: 64,
    cpus: undefined,
    pids: 64,
  })
  return made.id
}

test('facts that no list shows are inspected once, and again after an update or a break of the stream', async () => {
  let inspected = 0
  const { clock, simulated, informer, log } = await setUp(
    (networks) => networks.list,
    () => (inspected += 1),
  )
  await aBundle(simulated)
  await clock.advance(100)
  const policy = async () => (await informer.cached.containers.find('b'))?.facts?.restartPolicy
  assert.equal([await policy(), await policy(), inspected], ['no', 'no', 1])
  log.length = 0
  simulated.break({ do: 'alterContainer', name: 'b', facts: { restartPolicy: 'always' } })
  await clock.advance(100)
  assert.equal(log, ['b'], 'its bottle is looked at, though the list is the same')
  assert.equal([await policy(), await policy(), inspected], ['always', 'always', 2])
  simulated.break({ do: 'daemonRestarted' })
  await clock.advance(5_000)
  assert.equal([await policy(), await policy(), inspected], ['always', 'always', 3])
  assert.equal(
    (await informer.cached.containers.carrying({ 'dev.bottled.uid': 'u1' })).map(({ name }) => name),
    ['b'],
  )
  assert.equal(await informer.cached.containers.carrying({ 'dev.bottled.uid': 'u1', more: 'x' }), [])
})

test('a failed list of machines leaves the last one in force', async () => {
  const { clock, simulated, informer, log } = await setUp()
  await simulated.machines.create({
    name: 'vm',
    labels: {},
    source: { kind: 'bare' },
    smolfile: '/smolfile.toml',
    env: {},
    bundleIp: '192.168.77.2',
    mount: undefined,
    command: [],
    cpus: 1,
    memoryMiB: 256,
    storageGiB: undefined,
  })
  await clock.advance(2_000)
  const { machines } = informer.snapshot()
  assert.equal(
    machines.map(({ name }) => name),
    ['vm'],
  )
  simulated.break({ do: 'fail', fault: { port: 'machines', verb: 'list', times: 2, code: 'Timeout' } })
  await clock.advance(3_000)
  assert.equal(log, ['vm', 'machines unknown'])
  assert.equal(informer.snapshot().machines, machines)
  await clock.advance(7_000)
  assert.equal(log, ['vm', 'machines unknown', 'machines known'])
  assert.equal(informer.snapshot().machines, machines)
})

test.run()
