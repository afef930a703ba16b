import * as assert from 'uvu/assert'
import type { Drivers } from '../../drivers/ports.ts'
import { reconcilers } from '../../reconcilers/index.ts'
import type { Goal, Outputs } from '../../reconcilers/contract/reconciler.ts'
import { createRig } from '../helpers/situation.ts'
import { suite } from '../helpers/suite.ts'

/** Rules for every reconciler in the list, whichever it is. */
const test = suite('reconciler contract')
const GOALS: readonly Goal[] = ['up', 'down', 'gone']

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value) && !(value instanceof AbortSignal)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}

test('up settles, and a second walk has no step', async () => {
  const rig = await createRig({ git: true, supervise: true, env: { A: '1' } })
  await rig.settle('up')
  const steps = rig.log.length
  const { verdicts } = await rig.walk('up')
  assert.is(rig.log.length, steps)
  assert.equal(
    [...verdicts.keys()],
    reconcilers.map(({ name }) => name),
  )
})

test('down settles and keeps disk and network; up comes back', async () => {
  const rig = await createRig()
  await rig.settle('up')
  await rig.settle('down')
  const steps = rig.log.length
  await rig.walk('down')
  assert.is(rig.log.length, steps, 'a second walk down has steps')
  assert.is(rig.world.world.machines['bottle-web']?.state, 'stopped')
  await rig.settle('up')
  assert.not(rig.log.includes('remove machine/bottle-web'))
})

test('parked keeps the disk and the record and nothing else; up continues with the same VM', async () => {
  const rig = await createRig({ secrets: { KEY: { fromEnv: 'KEY' } } })
  await rig.settle('up')
  const { uid, subnet } = rig.record() ?? {}
  rig.log.length = 0
  await rig.settle('parked')
  const { world } = rig.world
  assert.equal(rig.log, [
    'stop machine/bottle-web',
    'remove bundle/bottle-web-bundle',
    'remove edges/web',
    'remove network/bottle-web',
  ])
  assert.equal([Object.keys(world.networks), Object.keys(world.containers), world.secrets], [[], [], {}])
  assert.is(world.machines['bottle-web']?.state, 'stopped')
  assert.equal([rig.record()?.uid, rig.record()?.subnet], [uid, subnet])
  rig.log.length = 0
  await rig.walk('parked')
  assert.equal(rig.log, [], 'a second walk has steps')
  await rig.settle('up')
  assert.equal(rig.log, [
    'create network/bottle-web',
    'close edges/web',
    'create bundle/bottle-web-bundle',
    'start machine/bottle-web',
  ])
  assert.is(Object.values(world.networks)[0]?.subnets[0], subnet)
})

test('gone leaves nothing, and gone twice is harmless', async () => {
  const rig = await createRig()
  await rig.settle('up')
  await rig.settle('gone')
  const { networks, containers, machines, edges } = rig.world.world
  assert.equal([networks, containers, machines, edges].map(Object.keys), [[], [], [], []])
  assert.is(rig.record(), undefined)
  const steps = rig.log.length
  await rig.walk('gone')
  assert.is(rig.log.length, steps)
})

test('gone removes in reverse order: VM, bundle, edges, network, record', async () => {
  const rig = await createRig()
  await rig.settle('up')
  rig.log.length = 0
  await rig.settle('gone')
  assert.equal(rig.log, [
    'remove machine/bottle-web',
    'remove bundle/bottle-web-bundle',
    'remove edges/web',
    'remove network/bottle-web',
    'forget record/web',
  ])
})

/**
 * Shown by lists and in the record: who remembers them sees by identity that they are as they were. What was told to a bundle only
 * a pass of its bottle changes.
 */
const LISTED: ReadonlySet<string> = new Set([
  'networks.find',
  'containers.find',
  'containers.carrying',
  'machines.find',
  'firewall.look',
  'records.read',
  'bundles.last',
  'seals.last',
])

test('whatever a settled bottle asks that no list shows is asked by a pulse as well', async () => {
  const spec = { git: true, supervise: true, secrets: { KEY: { fromEnv: 'KEY' } } }
  for (const goal of ['up', 'down'] as const) {
    const rig = await createRig(spec)
    await rig.settle('up')
    await rig.settle(goal)
    const asked = { observe: new Set<string>(), pulse: new Set<string>() }
    const { signal } = new AbortController()
    let upstream: Readonly<Record<string, Outputs>> = {}
    for (const reconciler of reconcilers) {
      const situation = rig.situation(goal, upstream)
      const observed = await reconciler.observe(situation, counted(rig.drivers, asked.observe), signal)
      const plan = reconciler.plan(situation, observed)
      assert.is(plan.verdict, 'settled', reconciler.name)
      if (plan.verdict === 'settled') upstream = { ...upstream, [reconciler.name]: plan.outputs }
      const isStill = await reconciler.pulse?.(rig.situation(goal), counted(rig.drivers, asked.pulse), signal)
      assert.is.not(isStill, false, reconciler.name)
    }
    const unlisted = [...asked.observe].filter((call) => !LISTED.has(call))
    assert.ok(unlisted.length > 0)
    assert.equal(
      unlisted.filter((call) => !asked.pulse.has(call)),
      [],
      goal,
    )
  }
})

test('a file of the record that others changed, or secrets that a stopped VM keeps, end the pulse', async () => {
  const rig = await createRig({ secrets: { KEY: { fromEnv: 'KEY' } } })
  const { signal } = new AbortController()
  const beats = (goal: Goal): Promise<readonly (boolean | undefined)[]> =>
    Promise.all(reconcilers.map(async ({ pulse }) => pulse?.(rig.situation(goal), rig.drivers, signal)))
  await rig.settle('up')
  assert.not((await beats('up')).includes(false))
  const before = await rig.drivers.records.readMetadata('web')
  assert.ok(before)
  await rig.drivers.records.writeMetadata({ ...before, agent_name: 'another' })
  assert.is((await beats('up')).filter((beat) => beat === false).length, 1)
  await rig.settle('down')
  assert.not((await beats('down')).includes(false))
  await rig.drivers.secrets.write('web', {})
  assert.is((await beats('down')).filter((beat) => beat === false).length, 1)
})

/** Notes each call. */
const counted = (drivers: Drivers, calls: Set<string>): Drivers =>
  Object.fromEntries(
    Object.entries(drivers).map(([port, verbs]) => [
      port,
      Object.fromEntries(
        Object.entries(verbs as Record<string, (...args: unknown[]) => unknown>).map(([verb, call]) => [
          verb,
          (...args: unknown[]) => {
            calls.add(`${port}.${verb}`)
            return call(...args)
          },
        ]),
      ),
    ]),
  ) as unknown as Drivers

for (const reconciler of reconcilers) {
  test(`${reconciler.name}: plan is pure, and its steps have verb, target and because`, async () => {
    for (const stage of ['nothing', 'up', 'down'] as const) {
      for (const goal of GOALS) {
        const rig = await createRig({ supervise: true })
        if (stage !== 'nothing') await rig.settle('up')
        if (stage === 'down') await rig.settle('down')
        const upstream: Record<string, Outputs> = {
          network: {
            id: 'n',
            name: 'bottle-web',
            subnet: '192.168.9.0/24',
            gateway: '192.168.9.1',
            bundleIp: '192.168.9.2',
          },
        }
        const situation = deepFreeze(rig.situation(goal, upstream))
        const observed = deepFreeze(await reconciler.observe(situation, rig.drivers, new AbortController().signal))
        const first = reconciler.plan(situation, observed)
        assert.equal(words(reconciler.plan(situation, observed)), words(first))
        if (first.verdict !== 'change') continue
        assert.ok(first.steps.length > 0, `${stage}/${goal}: a change without steps`)
        for (const { verb, target, because } of first.steps) {
          assert.match(verb, /^[a-z]+$/)
          assert.match(target, /^[a-z]+\/.+/)
          assert.ok(because.length > 3)
        }
      }
    }
  })
}

const words = (plan: object): string => JSON.stringify(plan)

test.run()
