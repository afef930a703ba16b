import * as assert from 'uvu/assert'
import type { Break } from '../../../drivers/simulated/simulated.ts'
import type { Step } from '../../../reconcilers/contract/reconciler.ts'
import { bundle } from '../../../reconcilers/bundle/bundle.ts'
import { createRig } from '../../helpers/situation.ts'
import type { Rig } from '../../helpers/situation.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bundle by its facts')
const NETWORK = 'bottle-web'
const BUNDLE = 'bottle-web-bundle'
const MACHINE = 'bottle-web'

const running = async (...args: Parameters<typeof createRig>) => {
  const rig = await createRig(...args)
  await rig.settle('up')
  rig.log.length = 0
  return rig
}

const upstream = (rig: Rig) => {
  const subnet = String(rig.record()?.subnet)
  const id = Object.values(rig.world.world.networks).find(({ name }) => name === NETWORK)?.id
  const at = (last: number) => subnet.replace('0/24', String(last))
  return { network: { id, name: NETWORK, subnet, gateway: at(1), bundleIp: at(2) } }
}

/** The steps that the bundle's reconciler would take now. */
const stepsOf = async (rig: Rig): Promise<readonly Step[]> => {
  const situation = rig.situation('up', upstream(rig))
  const plan = bundle.plan(situation, await bundle.observe(situation, rig.drivers, new AbortController().signal))
  return plan.verdict === 'change' ? plan.steps : []
}

const recreated = [`remove bundle/${BUNDLE}`, `create bundle/${BUNDLE}`]

const DRIFTS: readonly (readonly [string, (rig: Rig) => Break, string])[] = [
  [
    'restarts by itself',
    () => ({ do: 'alterContainer', name: BUNDLE, facts: { restartPolicy: 'always' } }),
    'Docker restarts it by itself (always)',
  ],
  [
    'has more memory',
    () => ({ do: 'alterContainer', name: BUNDLE, facts: { memoryMiB: 4_096 } }),
    'its memory limit is 4096 MiB and not 256 MiB',
  ],
  [
    'was made anew by a tool, without hardening',
    () => ({ do: 'remakeContainer', name: BUNDLE }),
    'it keeps capabilities; its processes may gain privileges; its root is writable; its memory limit is none and not 256 MiB; its limit of processes is none and not 128',
  ],
  [
    'has another address',
    (rig) => ({ do: 'moveContainer', name: BUNDLE, ip: upstream(rig).network.subnet.replace('0/24', '128') }),
    'its address is ',
  ],
  [
    'is on a second network',
    () => ({ do: 'joinContainer', name: BUNDLE, networkId: 'f'.repeat(64), ip: '10.1.1.7' }),
    'it is on a further network',
  ],
]
for (const [what, change, because] of DRIFTS)
  test(`a bundle that ${what} is recreated, under a running VM, and says why`, async () => {
    const rig = await running()
    rig.world.break(change(rig))
    const [step] = await stepsOf(rig)
    assert.ok(step?.because.startsWith(because), step?.because ?? 'nothing is planned')
    await rig.settle('up')
    assert.equal(rig.log, recreated)
    assert.is(rig.world.world.machines[MACHINE]?.state, 'running')
    rig.log.length = 0
    await rig.settle('up')
    assert.equal(rig.log, [], 'once')
  })

test('a bundle that was renamed is ours still: it goes, and one of our name comes', async () => {
  const rig = await running()
  rig.world.break({ do: 'renameContainer', name: BUNDLE, to: 'old' })
  await rig.settle('up')
  assert.equal(rig.log, ['remove bundle/old', `create bundle/${BUNDLE}`])
  assert.equal(Object.keys(rig.world.world.containers), [BUNDLE])
})

test('a renamed bundle goes with its bottle, and at a suspend', async () => {
  for (const goal of ['down', 'gone'] as const) {
    const rig = await running()
    rig.world.break({ do: 'renameContainer', name: BUNDLE, to: 'old' })
    rig.spec = { ...rig.spec, suspend: goal === 'down' }
    await rig.settle(goal)
    assert.equal(rig.world.world.containers, {})
  }
})

test('what the Engine makes of a request by itself is no drift, and what is changed of it later is', async () => {
  const rig = await createRig()
  const { containers } = rig.drivers
  // As on a kernel that can't limit processes.
  const create = containers.create
  Object.assign(containers, {
    create: async (...args: Parameters<typeof create>) => {
      const made = await create(...args)
      rig.world.break({ do: 'alterContainer', name: BUNDLE, facts: { pids: 0 } })
      return made
    },
  })
  await rig.settle('up')
  rig.log.length = 0
  await rig.settle('up')
  assert.equal(rig.log, [])
  rig.world.break({ do: 'alterContainer', name: BUNDLE, facts: { restartPolicy: 'always' } })
  await rig.settle('up')
  await rig.settle('up')
  assert.equal(rig.log, recreated)
})

test('a bundle off our network is not asked whether it answers', async () => {
  const rig = await running()
  let asked = 0
  const { ask } = rig.drivers.probes
  Object.assign(rig.drivers.probes, { ask: (...args: Parameters<typeof ask>) => ((asked += 1), ask(...args)) })
  rig.world.break({ do: 'removeNetwork', name: NETWORK })
  const situation = rig.situation('up', upstream(rig))
  await bundle.observe(situation, rig.drivers, new AbortController().signal)
  assert.is(asked, 0)
})

test('a route that takes the addresses stalls the bottle with the VM stopped, by the name of its device', async () => {
  const rig = await running()
  const cidr = String(rig.record()?.subnet)
  rig.world.break({ do: 'addRoute', cidr: cidr.replace('.0/24', '.0/25'), device: 'tun7', first: true })
  const verdict = (await rig.walk('up')).verdicts.get('network')
  assert.is(verdict?.verdict === 'stuck' ? verdict.reason : '', 'SubnetTaken')
  assert.match(verdict?.verdict === 'stuck' ? verdict.message : '', /leaves over tun7 and not over the bridge/)
  assert.is(rig.world.world.machines[MACHINE]?.state, 'stopped')
  rig.log.length = 0
  rig.world.break({ do: 'removeRoute', cidr: cidr.replace('.0/24', '.0/25') })
  await rig.settle('up')
  assert.equal(rig.log, [`start bundle/${BUNDLE}`, `start machine/${MACHINE}`])
})

test('a route that comes while a start is prepared keeps the VM from starting', async () => {
  const rig = await running()
  rig.world.break({ do: 'killMachine', name: MACHINE })
  rig.meanwhile = () =>
    rig.world.break({ do: 'addRoute', cidr: String(rig.record()?.subnet), device: 'tun7', first: true })
  const verdict = (await rig.walk('up')).verdicts.get('machine')
  assert.match(verdict?.verdict === 'failed' ? String(verdict.error) : '', /leaves over another device than the bridge/)
  assert.is(rig.world.world.machines[MACHINE]?.state, 'stopped')
})

test('an Engine whose bridges this host lacks is told apart, and no VM runs without them', async () => {
  const rig = await running()
  rig.world.world.routable = false
  const verdict = (await rig.walk('up')).verdicts.get('bundle')
  assert.is(verdict?.verdict === 'wait' ? verdict.reason : '', 'BridgeNotRoutable')
  assert.is(rig.world.world.machines[MACHINE]?.state, 'stopped')
})

test('an address that nobody has for a moment, over our own bridge, leaves the VM alone', async () => {
  const rig = await running()
  const { ask } = rig.drivers.probes
  Object.assign(rig.drivers.probes, { ask: async () => ({ ok: false, kind: 'Unroutable', message: 'EHOSTUNREACH' }) })
  const verdict = (await rig.walk('up')).verdicts.get('bundle')
  assert.is(verdict?.verdict === 'wait' ? verdict.reason : '', 'BridgeNotRoutable')
  assert.is(rig.world.world.machines[MACHINE]?.state, 'running')
  Object.assign(rig.drivers.probes, { ask })
  await rig.settle('up')
  assert.equal(rig.log, [])
})

const slow = (readyMs: number) => ({
  simulated: { latency: (port: string, verb: string) => (`${port}.${verb}` === 'containers.ready' ? readyMs : 0) },
})

test('a bundle that takes its time to the first answer is let be, and one that takes longer than that is not', async () => {
  const rig = await createRig({}, slow(75_000))
  for (let seconds = 0; seconds < 80; seconds += 5) {
    await rig.walk('up')
    await rig.clock.advance(5_000)
  }
  await rig.settle('up')
  assert.not(rig.log.includes(`stop bundle/${BUNDLE}`))

  const hasty = await createRig({ bundle: { startTimeout: '40s' } }, slow(75_000))
  for (let seconds = 0; seconds < 50; seconds += 5) {
    await hasty.walk('up')
    await hasty.clock.advance(5_000)
  }
  assert.ok(hasty.log.includes(`stop bundle/${BUNDLE}`))
})

test('one that has answered since its start is started again after 30 s, and gets its time anew', async () => {
  const rig = await running()
  rig.world.break({ do: 'closePort', name: BUNDLE, port: 'proxy' })
  await rig.clock.advance(31_000)
  await rig.walk('up')
  assert.equal(rig.log, [`stop bundle/${BUNDLE}`, `start bundle/${BUNDLE}`])
  rig.log.length = 0
  await rig.clock.advance(200_000)
  await rig.walk('up')
  assert.equal(rig.log, [], 'it has not answered since')
  await rig.clock.advance(100_000)
  await rig.walk('up')
  assert.equal(rig.log, [`stop bundle/${BUNDLE}`, `start bundle/${BUNDLE}`])
})

test('a stubborn bundle is not asked politely where its network is gone, and is at a suspend', async () => {
  const rig = await running()
  rig.world.break({ do: 'hardenContainer', name: BUNDLE })
  rig.world.break({ do: 'removeNetwork', name: NETWORK })
  const begun = rig.clock.now()
  await rig.settle('up')
  assert.ok(rig.clock.now() - begun < 5_000, `repaired after ${rig.clock.now() - begun} ms`)
  rig.world.break({ do: 'hardenContainer', name: BUNDLE })
  rig.spec = { ...rig.spec, suspend: true }
  const asked = rig.clock.now()
  await rig.walk('down')
  assert.ok(rig.clock.now() - asked >= 10_000)
  assert.is(rig.world.world.containers[BUNDLE]?.state, 'exited')
})

test.run()
