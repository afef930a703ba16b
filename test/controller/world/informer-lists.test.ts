import * as assert from 'uvu/assert'
import { createInformer } from '../../../controller/world/informer.ts'
import { DriverError } from '../../../drivers/errors.ts'
import type { ContainerFacts, Daemon, Drivers, EdgesLook } from '../../../drivers/ports.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { aContainer, aMachine, aNetwork } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

/** The informer against lists and a stream that do what a test says; test/controller/world/informer.test.ts has a world. */
const test = suite('informer and its lists')
const POLL_MS = 2_000
const RESYNC_MS = 60_000

const make = async () => {
  const clock = createFakeClock()
  const log: string[] = []
  const asked: string[] = []
  const daemon = { id: 'd1', dataRoot: '/docker' } as Daemon
  const world = {
    daemon,
    networks: [aNetwork()],
    containers: [aContainer()],
    machines: [aMachine()],
    edges: { may: true, closed: [], identities: [] } as EdgesLook,
    fail: new Map<string, Error>(),
    slowMs: 0,
  }
  let send: (end: string | Error) => void = () => {}
  const answer = async <T>(verb: string, value: () => T): Promise<T> => {
    asked.push(verb)
    const error = world.fail.get(verb)
    if (error !== undefined) throw error
    if (world.slowMs > 0) await clock.sleep(world.slowMs)
    return value()
  }
  let last: EdgesLook | undefined
  const drivers = {
    engine: {
      ping: () => answer('ping', () => world.daemon),
      events: async function* () {
        for (;;) {
          const end = await new Promise<string | Error>((resolve) => (send = resolve))
          if (end === 'return') return
          if (end instanceof Error) throw end
          yield end.startsWith('event ') ? end.slice('event '.length) : undefined
        }
      },
    },
    networks: { list: () => answer('networks', () => world.networks) },
    containers: {
      list: () => answer('containers', () => world.containers),
      find: () => answer('inspect', () => aContainer({ facts: { pids: 9 } as ContainerFacts })),
    },
    machines: {
      list: () => answer('machines', () => world.machines),
      find: () => answer('look', () => aMachine({ state: 'stopped' })),
      mark: async () => undefined,
    },
    firewall: { last: () => last, look: () => answer('edges', () => (last = world.edges)) },
  } as unknown as Drivers
  const informer = createInformer({
    drivers,
    clock,
    pollMs: POLL_MS,
    resyncMs: RESYNC_MS,
    onChange: (names) => log.push(`changed ${[...names].toSorted().join(' ')}`),
    onAway: (why) => log.push(`away: ${why}`),
    onDoubt: () => log.push('in doubt'),
    onBack: ({ id }, wasAway) => log.push(`${wasAway ? 'back' : 'met'}: ${id}`),
    onProblem: (why) => log.push(`problem: ${why}`),
    onMachinesUnknown: (why) => log.push(why === undefined ? 'machines known' : `machines unknown: ${why}`),
  })
  const first = await informer.start(new AbortController().signal)
  await clock.advance(0)
  asked.length = 0
  const count = (verb: string): number => asked.filter((each) => each === verb).length
  /** Why Docker is away, as far as was said. */
  const away = (): string | undefined => {
    const last = log.findLast((line) => /^(away|back): /.test(line))
    return last?.startsWith('away: ') === true ? last.slice('away: '.length) : undefined
  }
  return {
    clock,
    log,
    away,
    asked,
    count,
    world,
    informer,
    first,
    daemon,
    send: (end: Parameters<typeof send>[0]) => send(end),
  }
}
const timeout = new DriverError({ code: 'Timeout', operation: 'list', detail: 'late' })

test('the first lists are the snapshot, and are no change', async () => {
  const { informer, first, daemon, log, away } = await make()
  assert.is(first, daemon)
  assert.equal(informer.snapshot().machine('bottle-web'), aMachine())
  assert.equal(informer.snapshot().network('bottle-web')[0]?.endpoints, [
    { containerId: 'c1', containerName: 'bottle-web-bundle', ip: '192.168.9.2' },
  ])
  assert.equal([log, away()], [[], undefined])
})

test('machines are listed each poll, Docker each resync', async () => {
  const { clock, count } = await make()
  await clock.advance(RESYNC_MS - 1)
  assert.equal([count('machines'), count('networks'), count('containers')], [29, 0, 0])
  await clock.advance(1)
  assert.equal([count('machines'), count('networks'), count('containers')], [30, 1, 1])
})

test('the firewall is looked at each resync, and only edges that no longer stand are reported', async () => {
  const { clock, world, log, count } = await make()
  const edge = (identity: string, bridge = 'br-1') => ({ identity, bridge, bundleIp: '10.0.0.2', reach: [] })
  const resync = async (edges: EdgesLook): Promise<readonly string[]> => {
    log.length = 0
    world.edges = edges
    await clock.advance(RESYNC_MS)
    return log
  }
  const closed = (...edges: readonly ReturnType<typeof edge>[]): EdgesLook => ({
    may: true,
    closed: edges,
    identities: [],
  })
  assert.equal(await resync(closed(edge('a'), edge('b'))), [])
  assert.is(count('edges'), 1)
  assert.equal(await resync(closed(edge('a'))), ['changed bottle-b'])
  assert.equal(await resync(closed(edge('a', 'br-2'))), ['changed bottle-a'])
  assert.equal(await resync({ may: false, why: 'no' }), ['changed bottle-a'])
  assert.equal(await resync({ may: false, why: 'no' }), [])
  world.fail.set('edges', timeout)
  assert.equal(await resync(closed()), ['problem: cannot list: late'])
})

test('a failed list of machines leaves those that were known in force, and is said once', async () => {
  const { clock, world, informer, log } = await make()
  world.fail.set('machines', timeout)
  await clock.advance(POLL_MS * 3)
  assert.equal(informer.snapshot().machines, [aMachine()])
  assert.equal(log, ['machines unknown: cannot list: late'])
  world.fail.clear()
  await clock.advance(POLL_MS)
  assert.equal(log, ['machines unknown: cannot list: late', 'machines known'])
  await clock.advance(POLL_MS)
  assert.is(log.length, 2)
  world.machines = []
  await clock.advance(POLL_MS)
  assert.equal([informer.snapshot().machines, log.at(-1)], [[], 'changed bottle-web'])
})

test('what is distrusted is reported by the next list of each kind, whatever it says, and only by that', async () => {
  const { informer, log } = await make()
  informer.distrust(['bottle-a', 'bottle-b'])
  await informer.refreshDocker()
  assert.equal(log, ['changed bottle-a bottle-b'])
  await informer.refreshDocker()
  assert.is(log.length, 1)
  await informer.refreshMachines()
  assert.equal(log, ['changed bottle-a bottle-b', 'changed bottle-a bottle-b'])
  await informer.refreshMachines()
  assert.is(log.length, 2)
})

test('a doubt outlasts a list that fails', async () => {
  for (const [refresh, verb] of [
    ['refreshDocker', 'containers'],
    ['refreshMachines', 'machines'],
  ] as const) {
    const { informer, world, log } = await make()
    informer.distrust(['bottle-a'])
    world.fail.set(verb, timeout)
    await informer[refresh]()
    world.fail.clear()
    assert.not(log.some((line) => line.startsWith('changed')))
    await informer[refresh]()
    assert.is(log.filter((line) => line === 'changed bottle-a').length, 1)
  }
})

test('each kind of list leaves the other as it was', async () => {
  const { informer, world, log } = await make()
  world.containers = []
  world.machines = []
  await informer.refreshDocker()
  assert.equal([informer.snapshot().containers, informer.snapshot().machines.length], [[], 1])
  await informer.refreshMachines()
  assert.equal([informer.snapshot().networks.length, informer.snapshot().machines], [1, []])
  // Who is attached to a network belongs to it.
  assert.equal(log, ['changed bottle-web bottle-web-bundle', 'changed bottle-web'])
})

test('what a look at a machine shows is in the cache at once, and is no change', async () => {
  const { informer, log } = await make()
  await informer.live.machines.find('bottle-web')
  assert.is((await informer.cached.machines.find('bottle-web'))?.state, 'stopped')
  assert.equal(log, [])
  await informer.refreshMachines()
  assert.equal([log, informer.snapshot().machines], [['changed bottle-web'], [aMachine()]])
})

test('while events go on, lists take a tenth of the time', async () => {
  const { clock, count, send, world, informer } = await make()
  world.slowMs = 100
  void informer.refreshDocker()
  await clock.advance(100)
  assert.is(count('networks'), 1)
  send('event')
  await clock.advance(990)
  assert.is(count('networks'), 1)
  await clock.advance(20)
  assert.is(count('networks'), 2)
})

test('however long a list takes, the next one follows an event within three seconds', async () => {
  const { clock, count, send, world, informer } = await make()
  world.slowMs = 2_000
  void informer.refreshDocker()
  await clock.advance(2_000)
  assert.is(count('networks'), 1)
  for (let at = 0; at < 30 && count('networks') === 1; at++) {
    send('event')
    await clock.advance(100)
  }
  assert.is(count('networks'), 2)
})

test('a burst of events is one list, and one more when it has settled', async () => {
  const { clock, count, send } = await make()
  for (let event = 0; event < 5; event++) {
    send('event')
    await clock.advance(1)
  }
  assert.is(count('networks'), 0)
  await clock.advance(20)
  assert.is(count('networks'), 1)
  await clock.advance(970)
  assert.is(count('networks'), 1)
  await clock.advance(30)
  assert.is(count('networks'), 2)
  send('event')
  await clock.advance(25)
  assert.is(count('networks'), 3, 'the next burst')
})

test('while Docker is away it is asked less and less often, and its return is said once', async () => {
  const { clock, world, informer, log, count, away } = await make()
  world.fail.set('networks', timeout)
  await informer.refreshDocker()
  assert.equal([log, away()], [['away: cannot list: late'], 'cannot list: late'])
  const gaps: number[] = []
  let before = count('networks')
  let waited = 0
  while (gaps.length < 7) {
    await clock.advance(100)
    waited += 100
    if (count('networks') === before) continue
    gaps.push(waited)
    before = count('networks')
    waited = 0
  }
  // The resync of each minute comes in between.
  assert.equal(gaps.slice(0, 6), [500, 1_000, 2_000, 5_000, 10_000, 30_000])
  world.fail.clear()
  world.fail.set('ping', timeout)
  await informer.refreshDocker()
  assert.is(away(), 'cannot list: late', 'it must say who it is')
  world.fail.clear()
  await informer.refreshDocker()
  await informer.refreshDocker()
  assert.equal([log, away()], [['away: cannot list: late', 'back: d1'], undefined])
  world.fail.set('networks', timeout)
  await informer.refreshDocker()
  before = count('networks')
  await clock.advance(31_000)
  assert.is(log.at(-1), 'away: cannot list: late')
})

test('after a return the pauses are short again', async () => {
  const { clock, world, informer, count } = await make()
  world.fail.set('networks', timeout)
  await informer.refreshDocker()
  await clock.advance(4_000)
  world.fail.clear()
  await informer.refreshDocker()
  await clock.advance(40_000)
  world.fail.set('networks', timeout)
  await informer.refreshDocker()
  const before = count('networks')
  await clock.advance(500)
  assert.is(count('networks'), before + 1)
})

test('a stream that ends leaves a doubt who is there, which the next ping settles, and is opened again with a list', async () => {
  const { clock, send, count, log } = await make()
  send('return')
  await clock.advance(1)
  assert.equal([log, count('ping'), count('networks')], [['in doubt', 'met: d1'], 1, 0])
  await clock.advance(500)
  assert.equal([log, count('ping'), count('networks')], [['in doubt', 'met: d1'], 2, 1])
})

test('a stream that fails by Docker being away is that; any other failure is a doubt and a problem', async () => {
  for (const [end, said] of [
    [timeout, ['away: cannot list: late', 'back: d1']],
    [
      new DriverError({ code: 'Unavailable', operation: 'list', detail: 'gone' }),
      ['away: cannot list: gone', 'back: d1'],
    ],
    [new Error('odd'), ['in doubt', "problem: Docker's events can't be followed: odd", 'met: d1']],
    [
      new DriverError({ code: 'Failed', operation: 'list', detail: 'odd' }),
      ['in doubt', "problem: Docker's events can't be followed: cannot list: odd", 'met: d1'],
    ],
  ] as const) {
    const { clock, send, count, log } = await make()
    send(end)
    await clock.advance(1)
    assert.equal([count('ping'), count('networks')], [0, 0])
    await clock.advance(500)
    assert.equal(log, said)
    assert.ok(count('networks') >= 1)
  }
})

test('another daemon on the socket is told at the first ping, by its id or its data', async () => {
  for (const other of [{ id: 'd2' }, { dataRoot: '/elsewhere' }]) {
    const { clock, send, log, world, daemon } = await make()
    world.daemon = { ...daemon, ...other }
    send('return')
    await clock.advance(1)
    assert.equal(log, ['in doubt', `met: ${world.daemon.id}`])
    await clock.advance(5_000)
    assert.is(log.length, 2, 'it is known now')
  }
  const silent = await make()
  silent.send('return')
  silent.world.fail.set('ping', new Error('odd'))
  await silent.clock.advance(1)
  silent.world.daemon = { ...silent.daemon, id: 'd2' }
  silent.world.fail.clear()
  await silent.clock.advance(500)
  assert.equal(silent.log, ['in doubt', "problem: Docker's events can't be followed: odd", 'met: d2'])
})

test('while Docker is away a ping of the stream says nothing: its return does', async () => {
  const { clock, send, log, world, informer } = await make()
  world.fail.set('networks', timeout)
  await informer.refreshDocker()
  send('return')
  await clock.advance(600)
  assert.equal(log, ['away: cannot list: late'])
  world.fail.clear()
  await clock.advance(2_000)
  assert.equal(log, ['away: cannot list: late', 'back: d1'])
})

test('a container that an event names is reported by the next list though it looks the same', async () => {
  const { clock, send, log } = await make()
  send('event x')
  await clock.advance(30)
  assert.equal(log, [])
  send('event c1')
  await clock.advance(30)
  assert.equal(log, ['changed bottle-web-bundle'])
})

test('what an inspect shows is remembered for looks at the cache, until an event or a new stream', async () => {
  const { informer, clock, send, count } = await make()
  const look = () => informer.cached.containers.find('bottle-web-bundle')
  assert.is((await look())?.facts?.pids, 9)
  await look()
  assert.is(count('inspect'), 1)
  send('event c1')
  await clock.advance(30)
  await look()
  assert.is(count('inspect'), 2)
  send('return')
  await clock.advance(600)
  await look()
  assert.is(count('inspect'), 3)
  await informer.live.containers.find('bottle-web-bundle')
  await look()
  assert.is(count('inspect'), 4)
})

test('a stream that can not be opened is tried less and less often', async () => {
  const { clock, send, world, count, asked } = await make()
  send('return')
  await clock.advance(1)
  asked.length = 0
  world.fail.set('ping', new Error('odd'))
  await clock.advance(3_600)
  assert.is(count('ping'), 3, 'after 0.5, 1 and 2 s')
  world.fail.clear()
  await clock.advance(5_000)
  assert.is(count('ping'), 4)
  send('return')
  await clock.advance(600)
  assert.is(count('ping'), 6, 'at once, and soon again after it was open')
})

test('calls made during a list share one more after it', async () => {
  const { informer, count, clock } = await make()
  const all = Promise.all([informer.refreshDocker(), informer.refreshDocker(), informer.refreshDocker()])
  await clock.advance(0)
  await all
  assert.is(count('networks'), 2)
  await informer.refreshDocker()
  assert.is(count('networks'), 3)
})

test('a stopped informer asks nothing and says nothing more', async () => {
  for (const prepare of [
    async () => {},
    async ({ world, informer }: Awaited<ReturnType<typeof make>>) => {
      world.fail.set('networks', timeout)
      await informer.refreshDocker()
      world.fail.clear()
    },
    async ({ send, clock }: Awaited<ReturnType<typeof make>>) => {
      send('event')
      await clock.advance(30)
    },
  ]) {
    const rig = await make()
    await prepare(rig)
    rig.informer.stop()
    rig.asked.length = 0
    rig.log.length = 0
    await rig.clock.advance(120_000)
    assert.equal([rig.asked, rig.log], [[], []])
  }
  const late = await make()
  late.informer.stop()
  for (const verb of ['networks', 'machines']) late.world.fail.set(verb, timeout)
  await late.informer.refreshDocker()
  await late.informer.refreshMachines()
  assert.equal([late.log, late.away()], [[], undefined])
})

test('a list without a change says nothing', async () => {
  const { informer, log } = await make()
  await informer.refreshDocker()
  await informer.refreshMachines()
  assert.equal(log, [])
})

test('another daemon is told without a doubt before it, and while Docker is away only by its return', async () => {
  for (const other of [{ id: 'd2' }, { dataRoot: '/elsewhere' }]) {
    const { clock, send, log, world, daemon } = await make()
    send('return')
    await clock.advance(1)
    world.daemon = { ...daemon, ...other }
    await clock.advance(500)
    assert.equal(log, ['in doubt', 'met: d1', `met: ${world.daemon.id}`])
    const away = await make()
    away.world.fail.set('networks', timeout)
    await away.informer.refreshDocker()
    away.world.daemon = { ...away.daemon, ...other }
    away.send('return')
    await away.clock.advance(600)
    assert.equal(away.log, ['away: cannot list: late'])
  }
})

test.run()
