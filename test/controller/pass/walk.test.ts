import * as assert from 'uvu/assert'
import { specOf, walk } from '../../../controller/pass/walk.ts'
import { DriverError, isDriverError } from '../../../drivers/errors.ts'
import type { BottleRecord, Drivers } from '../../../drivers/ports.ts'
import { change, defineReconciler, settled, stuck, wait } from '../../../reconcilers/contract/reconciler.ts'
import type { Goal, Plan, Step } from '../../../reconcilers/contract/reconciler.ts'
import { aRecord } from '../../parts/plans.ts'
import { createPassParts } from '../../parts/pass-parts.ts'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('walk')
const spec = { agent: 'claude' }

const make = async (record: Partial<BottleRecord> = {}) => {
  const rig = await createPassParts([{ spec, ...record }])
  const slow: unknown[] = []
  const go = (goal: Goal = 'up') =>
    walk(rig.parts, {
      goal,
      record: rig.records.read('web') ?? aRecord(),
      onSlow: async (what, verdicts) => void slow.push(what, verdicts.size),
    })
  return { ...rig, go, slow }
}
const step = (more: Partial<Step> = {}): Step => ({
  verb: 'make',
  target: 'thing/web',
  because: 'why',
  run: async () => {},
  ...more,
})
/** This step until it has run, then that. */
const once = (first: Step, then: Plan) => {
  let isDone = false
  const run: Step['run'] = async (drivers, signal) => {
    await first.run(drivers, signal)
    isDone = true
  }
  return (): Plan => (isDone ? then : change({ ...first, run }))
}

test('a spec starts where its file was', () => {
  assert.is(specOf(aRecord(), '/root'), undefined)
  const record = (base?: string) =>
    aRecord({ spec: { agent: 'a', workspace: { path: 'w', mode: 'copy' } }, ...(base === undefined ? {} : { base }) })
  assert.is(specOf(record('sub'), '/root')?.workspace?.path, '/root/sub/w')
  assert.is(specOf(record(), '/root')?.workspace?.path, '/root/w')
})

test('what the spec in force asks for is known before anything is planned', async () => {
  const rig = await make()
  const learned: unknown[] = []
  rig.parts.taint = { ...rig.parts.taint, learn: async (bottles) => void learned.push(...bottles) }
  await rig.go()
  assert.equal(learned, [{ record: rig.records.read('web'), spec: resolveSpec(spec, '/root') }])
})

test('what a reconciler is told', async () => {
  const rig = await make({ rollout: 'token' })
  rig.parts.steadyClock = { now: () => Date.UTC(2025, 0, 1) }
  await rig.go()
  const { forbidden: _, ...situation } = rig.world.situations[0] ?? {}
  assert.equal(situation, {
    goal: 'up',
    owner: 'me',
    uid: 'u1',
    name: 'web',
    identity: 'web',
    spec: specOf(aRecord({ spec }), '/root'),
    record: rig.records.read('web'),
    upstream: {},
    settings: rig.parts.settings,
    taint: rig.parts.taint,
    allocation: { subnet: '10.0.0.0/24' },
    rollout: true,
    now: '2026-01-01T00:00:00Z',
    steadyNow: '2025-01-01T00:00:00Z',
  })
})

const VIOLATION = { reason: 'PolicyViolation', message: 'web.yaml: it is not allowed' }

test('what the policy forbids when the step comes is not made, and may be stopped', async () => {
  for (const [verb, happens] of [
    ['create', false],
    ['start', false],
    ['copy', false],
    ['update', false],
    ['pull', false],
    ['stop', true],
    ['remove', true],
    ['note', true],
  ] as const) {
    const rig = await make()
    rig.world.policy = { ...rig.world.policy, ofRecord: async () => VIOLATION }
    let did = false
    rig.world.plan = once(step({ verb, run: async () => void (did = true) }), settled())
    const { verdicts } = await rig.go()
    assert.is(did, happens, verb)
    const failed = verdicts.get('thing')
    if (!happens) {
      assert.is(failed?.verdict, 'failed')
      const { error } = failed as { readonly error: unknown }
      assert.ok(isDriverError(error, 'PolicyViolation'))
      assert.is(error.message, `cannot ${verb} thing/web: web.yaml: it is not allowed`)
    }
  }
})

test('a step can ask whether it is still allowed, on the way up only', async () => {
  const rig = await make()
  const asked: unknown[] = []
  rig.world.policy = {
    ...rig.world.policy,
    ofStart: async ({ record, resolved }) => {
      asked.push([record.name, resolved.agent])
      return VIOLATION
    },
  }
  await rig.go()
  await rig.go('down')
  const [up, down] = rig.world.situations
  const resolved = resolveSpec({ agent: 'x' }, '/')
  assert.equal(await up?.forbidden?.(resolved, new AbortController().signal), VIOLATION)
  assert.equal(asked, [['web', 'x']])
  assert.is(down?.forbidden, undefined)
})

test('a subnet is asked for on the way up only, with its pin; a record that has one decides', async () => {
  const none = { reason: 'SubnetPoolExhausted', message: 'no subnet is reserved' }
  const pinned = { spec: { ...spec, network: { subnet: '10.5.5.0/24' } } }
  for (const [goal, record, allocation, log] of [
    ['up', {}, { subnet: '10.0.0.0/24' }, ['allocate web any']],
    ['up', pinned, { subnet: '10.0.0.0/24' }, ['allocate web 10.5.5.0/24']],
    ['up', { subnet: '10.9.9.0/24' }, { subnet: '10.9.9.0/24' }, ['allocate web any']],
    ['down', {}, none, []],
    ['gone', {}, none, []],
    ['down', { subnet: '10.9.9.0/24' }, { subnet: '10.9.9.0/24' }, []],
  ] as const) {
    const rig = await make(record)
    await rig.go(goal)
    assert.equal(rig.world.situations[0]?.allocation, allocation)
    assert.equal(rig.log, log)
    assert.is(rig.world.situations[0]?.rollout, false)
  }
  const rig = await make()
  rig.parts.allocator = { ...rig.parts.allocator, allocate: async () => new Map() }
  await rig.go()
  assert.equal(rig.world.situations[0]?.allocation, none)
})

test('the record moves on with the steps; one that is gone is the last that was known', async () => {
  const rig = await make()
  const more = step({ run: ({ records }) => records.update('web', { everReady: true }) })
  rig.world.plan = once(more, settled())
  await rig.go()
  assert.equal(
    rig.world.situations.map(({ record }) => record.everReady),
    [undefined, undefined, true],
  )
  const forgets = await make()
  forgets.world.plan = once(step({ run: ({ records }) => records.remove('web') }), settled())
  await forgets.go('gone')
  assert.equal(forgets.world.situations.at(-1)?.record.uid, 'u1')
})

test('slow steps are announced before they run, with what is settled by then; others are not', async () => {
  const rig = await make()
  rig.world.plan = once(step({ slow: true }), settled())
  await rig.go()
  assert.equal(rig.log.slice(1), [
    'begin web make thing/web',
    'at work on web: make thing/web: why',
    'step web make thing/web',
  ])
  assert.equal(rig.slow, [{ reconciler: 'thing', message: 'make thing/web: why' }, 0])
  const quick = await make()
  quick.world.plan = once(step(), settled())
  await quick.go()
  assert.equal([quick.log.slice(1), quick.slow], [['step web make thing/web'], []])
  const quiet = await make()
  quiet.world.plan = once(step({ quiet: true }), settled())
  await quiet.go()
  assert.equal(quiet.log.slice(1), [])
})

test('a slow step whose lane is full is not begun: the walk waits, whoever is quick goes on', async () => {
  for (const [verb, lane] of [
    ['create', 'boot'],
    ['start', 'boot'],
    ['copy', 'copy'],
    ['pull', 'pull'],
  ] as const) {
    const rig = await make()
    rig.world.full = [lane]
    rig.world.plan = once(step({ verb, slow: true }), settled())
    const { verdicts, steps } = await rig.go()
    const last = verdicts.get('thing')
    assert.equal(last?.verdict === 'wait' && [last.reason, last.message], [
      'Queued',
      `other bottles are at it: ${verb} thing/web begins when there is room`,
    ])
    assert.equal([steps, rig.log.slice(1), rig.slow], [0, [], []])
    const quick = await make()
    quick.world.full = [lane]
    quick.world.plan = once(step({ verb }), settled())
    assert.is((await quick.go()).steps, 1)
  }
})

test('after steps the lists are not trusted, where nothing looks again by itself', async () => {
  for (const [what, plan, names] of [
    ['settled', once(step(), settled()), ['bottle-web', 'bottle-web-bundle']],
    ['stuck', once(step(), stuck('S', '')), ['bottle-web', 'bottle-web-bundle']],
    ['waiting', once(step(), wait('W', '', 1)), []],
    ['failed', () => change(step({ run: () => Promise.reject(new Error('x')) })), []],
    ['nothing was done', () => settled(), []],
  ] as const) {
    const rig = await make()
    rig.world.plan = plan
    await rig.go()
    assert.equal(rig.world.distrusted, names, what)
  }
})

test('a subnet that Docker refuses is given back, unless it is pinned or the refusal is another', async () => {
  const error = (code: 'AddressTaken' | 'Timeout') => new DriverError({ code, operation: 'x', detail: 'y' })
  const pinned = { spec: { ...spec, network: { subnet: '10.0.0.0/24' } } }
  for (const [what, goal, record, thrown, given] of [
    ['taken', 'up', {}, error('AddressTaken'), true],
    ['pinned', 'up', pinned, error('AddressTaken'), false],
    ['late', 'up', {}, error('Timeout'), false],
    ['downwards', 'down', {}, error('AddressTaken'), false],
    ['nothing', 'up', {}, undefined, false],
  ] as const) {
    const rig = await make(record)
    if (thrown !== undefined) rig.world.plan = () => change(step({ run: () => Promise.reject(thrown) }))
    await rig.go(goal)
    assert.is(rig.log.includes('refuse web 10.0.0.0/24'), given, what)
  }
})

test('on the way down the lists are only trusted for what was suspended by then', async () => {
  const suspended = { phase: 'Suspended', observedGeneration: 1 }
  for (const [what, goal, record, trusted] of [
    ['up', 'up', {}, true],
    ['down', 'down', {}, false],
    ['down, suspended before', 'down', { status: suspended }, true],
    ['down, suspended by an earlier spec', 'down', { status: suspended, generation: 2 }, false],
    ['down, was ready', 'down', { status: { ...suspended, phase: 'Ready' } }, false],
    ['gone, suspended before', 'gone', { status: suspended }, false],
  ] as const) {
    const rig = await make(record)
    const asked: Drivers[] = []
    rig.parts.reconcilers = [
      defineReconciler<undefined>({
        name: 'thing',
        observe: async (_, drivers) => void asked.push(drivers),
        plan: () => settled(),
      }),
    ]
    await rig.go(goal)
    assert.is(asked[0] === rig.parts.cached, trusted, what)
  }
})

test('a record without a spec is torn down', async () => {
  const rig = await make({ spec: undefined })
  assert.is((await rig.go('gone')).verdicts.get('thing')?.verdict, 'settled')
})

test('the refusal counts whoever settled before it', async () => {
  const rig = await make()
  const [thing] = rig.parts.reconcilers
  if (thing === undefined) throw new Error('no reconciler')
  rig.parts.reconcilers = [
    defineReconciler<undefined>({ name: 'first', observe: async () => undefined, plan: () => settled() }),
    thing,
  ]
  const error = new DriverError({ code: 'AddressTaken', operation: 'x', detail: 'y' })
  rig.world.plan = () => change(step({ run: () => Promise.reject(error) }))
  await rig.go()
  assert.ok(rig.log.includes('refuse web 10.0.0.0/24'))
})

test.run()
