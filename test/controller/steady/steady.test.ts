import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { atRest, comesBack } from '../../../controller/pass/pass-end.ts'
import type { PassEnd } from '../../../controller/pass/pass-end.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import type { StatusTarget } from '../../../controller/status/status-writer.ts'
import { createSteadiness } from '../../../controller/steady/steady.ts'
import { createSnapshot } from '../../../controller/world/snapshot.ts'
import type { ContainerFacts } from '../../../drivers/ports.ts'
import { defineReconciler, settled } from '../../../reconcilers/contract/reconciler.ts'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import { bottleText, createPassParts } from '../../parts/pass-parts.ts'
import { aContainer, aMachine, aNetwork, aRecord } from '../../parts/plans.ts'
import { allowsAll } from '../../parts/policies.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('steadiness')
const ready: PassEnd = { state: 'rest', outcome: 'Ready', message: '', asAsked: true }

const make = async () => {
  const spec = { agent: 'claude' }
  const hash = specHash(spec)
  const status = { phase: 'Ready' }
  const rig = await createPassParts([{ spec, specHash: hash, goodHash: hash, status, subnet: '192.168.9.0/24' }])
  rig.put('web.yaml', bottleText('web'))
  const snapshot = createSnapshot()
  snapshot.adopt({ networks: [aNetwork()], containers: [aContainer()], machines: [aMachine()] })
  const world = {
    facts: { pids: 1 } as ContainerFacts | undefined,
    edge: 'closed',
    beats: true as boolean | Error,
    stands: true,
    targets: [] as StatusTarget[],
    situations: [] as Situation[],
    passes: 0,
    end: ready,
    meanwhile: async () => {},
    whileAsked: () => {},
  }
  const thing = defineReconciler<undefined>({
    name: 'thing',
    observe: async () => undefined,
    plan: () => settled(),
    pulse: async (situation) => {
      world.situations.push(situation)
      world.whileAsked()
      if (world.beats instanceof Error) throw world.beats
      return world.beats
    },
  })
  const steadiness = createSteadiness({
    ...rig.parts,
    reconcilers: [...rig.parts.reconcilers, thing],
    informer: { ...rig.parts.informer, snapshot: () => snapshot, factsOf: () => world.facts, edgeOf: () => world.edge },
    statusWriter: {
      ...rig.parts.statusWriter,
      stands: async (target) => {
        world.targets.push(target)
        return world.stands
      },
    },
  })
  /** Whether it was a whole pass. */
  const pass = async (name = 'web'): Promise<boolean> => {
    const before = world.passes
    const end = await steadiness.around(name, async () => {
      world.passes += 1
      await world.meanwhile()
      return world.end
    })
    assert.equal(end, world.end)
    return world.passes > before
  }
  return {
    ...rig,
    world,
    policies: rig.world,
    snapshot,
    pass,
    steadiness,
    record: () => rig.records.read('web') ?? aRecord(),
  }
}

test('after a pass that settled and changed nothing, the next one ends before it begins', async () => {
  const { pass, world, record } = await make()
  assert.equal([await pass(), await pass(), await pass()], [true, false, false])
  assert.is(world.situations.length, 2)
  const [target] = world.targets
  assert.equal([target?.identity, target?.status, target?.document.path], ['web', { phase: 'Ready' }, 'web.yaml'])
  const [situation] = world.situations
  assert.equal([situation?.goal, situation?.identity, situation?.upstream], ['up', 'web', {}])
  assert.is(situation?.record, record())
  assert.is(situation?.spec?.agent, 'claude')
})

test('anything that it was decided on makes the next pass a whole one, and the one after it none again', async () => {
  for (const [what, change] of [
    ['its record', ({ records }) => records.update('web', { rollout: 'x' })],
    ['its document', ({ put }) => put('web.yaml', `${bottleText('web')}# the same`)],
    [
      'a document of its name elsewhere',
      ({ put, store }) => (put('two.yaml', bottleText('web')), store.drop('two.yaml')),
    ],
    ['its network', ({ snapshot }) => snapshot.adopt({ networks: [aNetwork({ id: 'n2' })] })],
    [
      'a container on its network',
      ({ snapshot }) =>
        snapshot.adopt({ networks: [aNetwork({ endpoints: [{ containerId: 'x', containerName: 'x', ip: '' }] })] }),
    ],
    ['its bundle', ({ snapshot }) => snapshot.adopt({ containers: [aContainer({ state: 'exited' })] })],
    [
      'a stray of its bundle',
      ({ snapshot }) => snapshot.adopt({ containers: [aContainer(), aContainer({ id: 'c2', name: 'x' })] }),
    ],
    ['its machine', ({ snapshot }) => snapshot.adopt({ machines: [aMachine({ state: 'stopped' })] })],
    ['a look at its machine', ({ snapshot }) => snapshot.seeMachine('bottle-web', undefined)],
    ['the rules of its edges', ({ world }) => (world.edge = 'open')],
    ['what an inspect shows', ({ world }) => (world.facts = { pids: 2 } as ContainerFacts)],
    ['a person who asks', ({ steadiness }) => steadiness.forget('web')],
    ['a list that reports it', ({ steadiness }) => steadiness.forget('web')],
    ['another start of Docker', ({ steadiness }) => steadiness.forgetAll()],
  ] as readonly (readonly [string, (rig: Awaited<ReturnType<typeof make>>) => unknown])[]) {
    const rig = await make()
    await rig.pass()
    assert.not(await rig.pass(), what)
    await change(rig)
    assert.ok(await rig.pass(), what)
    assert.not(await rig.pass(), `${what}: again`)
  }
})

test('new lists of the same are no difference', async () => {
  const { pass, snapshot } = await make()
  await pass()
  snapshot.adopt({ networks: [aNetwork()], containers: [aContainer()], machines: [aMachine()] })
  assert.not(await pass())
})

test('a pulse that fails, or can not be taken, is a whole pass', async () => {
  for (const beats of [false, new Error('no')]) {
    const { pass, world } = await make()
    await pass()
    world.beats = beats
    assert.ok(await pass())
    world.beats = true
    assert.not(await pass())
  }
})

test('nothing is remembered of a pass that did not settle, or whose status is not written', async () => {
  for (const end of [
    atRest('Stuck', 'why'),
    comesBack('Wait', '', 500),
    { ...ready, state: 'busy' as const },
    { ...ready, asAsked: false },
    { ...ready, retryAfterMs: 1 },
  ]) {
    const { pass, world } = await make()
    world.end = end
    assert.equal([await pass(), await pass()], [true, true], end.outcome)
  }
  const { pass, world } = await make()
  world.stands = false
  assert.equal([await pass(), await pass()], [true, true])
})

test('a bottle that names paths of this host always has a whole pass', async () => {
  const spec = { agent: 'claude', workspace: { path: '/src', mode: 'copy' } }
  const rig = await make()
  rig.put('web.yaml', bottleText('web', 'agent: claude, workspace: {path: /src, mode: copy}'))
  await rig.records.update('web', { spec, specHash: specHash(spec), goodHash: specHash(spec) })
  assert.equal([await rig.pass(), await rig.pass(), await rig.pass()], [true, true, true])
})

test('a document that the policy in force forbids, or a record that is not up to it, is a whole pass', async () => {
  for (const change of [
    (rig) =>
      (rig.policies.policy = { ...allowsAll, ofDocument: async () => ({ reason: 'PolicyViolation', message: 'no' }) }),
    (rig) =>
      (rig.policies.policy = { ...allowsAll, ofDocument: () => Promise.reject(new Error('a path does not answer')) }),
  ] as readonly ((rig: Awaited<ReturnType<typeof make>>) => unknown)[]) {
    const rig = await make()
    await rig.pass()
    assert.not(await rig.pass())
    change(rig)
    assert.equal([await rig.pass(), await rig.pass()], [true, true])
  }
  for (const parked of [{ specHash: 'other' }, { file: 'elsewhere.yaml' }, { retained: true }] as const) {
    const rig = await make()
    await rig.records.update('web', parked)
    assert.equal([await rig.pass(), await rig.pass()], [true, true], JSON.stringify(parked))
  }
})

test('what happens while it is asked is met by a whole pass', async () => {
  for (const change of [
    ({ steadiness }) => steadiness.forget('web'),
    ({ snapshot }) => void snapshot.adopt({ machines: [] }),
  ] as readonly ((rig: Awaited<ReturnType<typeof make>>) => void)[]) {
    const rig = await make()
    await rig.pass()
    rig.world.whileAsked = () => change(rig)
    assert.ok(await rig.pass(), change.toString())
  }
})

test('what changes while the pass runs is not remembered as what it was decided on', async () => {
  for (const change of [
    ({ records }) => records.update('web', { everReady: true }),
    ({ put }) => put('web.yaml', bottleText('web', 'agent: codex')),
    ({ snapshot }) => snapshot.adopt({ machines: [] }),
    ({ world }) => (world.facts = { pids: 2 } as ContainerFacts),
    ({ world }) => (world.facts = undefined),
  ] as readonly ((rig: Awaited<ReturnType<typeof make>>) => unknown)[]) {
    const rig = await make()
    rig.world.meanwhile = async () => {
      await change(rig)
    }
    await rig.pass()
    rig.world.meanwhile = async () => {}
    assert.ok(await rig.pass(), change.toString())
  }
})

test('a bundle that this very pass inspected for the first time is no change', async () => {
  const { pass, world } = await make()
  world.facts = undefined
  world.meanwhile = async () => {
    world.facts = { pids: 1 } as ContainerFacts
  }
  assert.equal([await pass(), await pass()], [true, false])
})

test('a bundle that was never inspected is never taken for known', async () => {
  const { pass, world } = await make()
  world.facts = undefined
  assert.equal([await pass(), await pass()], [true, true])
})

test('a suspended bottle without a bundle needs no inspect', async () => {
  const { pass, world, snapshot, records } = await make()
  await records.update('web', { spec: { agent: 'claude', suspend: true } })
  snapshot.adopt({ containers: [] })
  world.facts = undefined
  assert.equal([await pass(), await pass()], [true, false])
  assert.is(world.situations.at(-1)?.goal, 'down')
})

test('what has no record, or not just one document, is always looked at, and so is everything while all is halted', async () => {
  const { pass, put, store, world, parts } = await make()
  assert.equal([await pass('nobody'), await pass('nobody')], [true, true])
  put('two.yaml', bottleText('web'))
  assert.equal([await pass(), await pass()], [true, true])
  store.drop('two.yaml')
  store.drop('web.yaml')
  assert.equal([await pass(), await pass()], [true, true])
  assert.is(parts.halted(), undefined)
  store.put('web.yaml', { sha256: 'x', text: '', parsed: parseFile({ path: 'web.yaml', text: bottleText('web') }) })
  await pass()
  assert.not(await pass())
  assert.is(world.passes, 7)
})

test('while all is halted every pass is a whole one', async () => {
  const rig = await make()
  await rig.pass()
  const before = createSteadiness({ ...rig.parts, halted: () => ({ reason: 'DaemonChanged', message: '' }) })
  let passes = 0
  for (let turn = 0; turn < 2; turn++)
    await before.around('web', async () => {
      passes += 1
      return ready
    })
  assert.is(passes, 2)
})

test.run()
