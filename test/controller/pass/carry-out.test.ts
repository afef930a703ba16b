import * as assert from 'uvu/assert'
import { createCarryOut } from '../../../controller/pass/carry-out.ts'
import { createRetries } from '../../../controller/pass/retries.ts'
import { DriverError } from '../../../drivers/errors.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { change, defineReconciler, settled, stuck, wait } from '../../../reconcilers/contract/reconciler.ts'
import type { Plan, Step } from '../../../reconcilers/contract/reconciler.ts'
import { aRecord } from '../../parts/plans.ts'
import { bottleText, createPassParts } from '../../parts/pass-parts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('carrying out')
const spec = { agent: 'claude' }
const refusal = { reason: 'Invalid', message: 'no agent' }

const make = async (record: Partial<BottleRecord> = { spec }) => {
  const rig = await createPassParts([record])
  rig.put('web.yaml', bottleText('web'))
  const [document] = rig.store.documents('web')
  const { carryOut, conclude } = createCarryOut(rig.parts, createRetries(rig.parts))
  const go = (more: object = {}) => carryOut({ record: rig.records.read('web') ?? aRecord(), document, ...more })
  return { ...rig, go, conclude, record: () => rig.records.read('web') }
}
const step = (run: Step['run'] = async () => {}, more: Partial<Step> = {}): Step => ({
  verb: 'make',
  target: 'thing/web',
  because: 'why',
  run,
  ...more,
})
const failing = (error: unknown): Plan => change(step(() => Promise.reject(error)))
const away = new DriverError({ code: 'Unavailable', operation: 'ask Docker', detail: 'no socket' })

test('how a pass ends', async () => {
  for (const [what, plan, more, end, written] of [
    ['ready', settled({ name: 'x' }), {}, { state: 'rest', outcome: 'Ready', message: '', asAsked: true }, 'Ready'],
    ['stuck', stuck('S', 'why'), {}, { state: 'rest', outcome: 'S', message: 'why', asAsked: false }, 'Stalled'],
    [
      'waiting',
      wait('W', 'why', 500),
      {},
      { state: 'busy', outcome: 'W', message: 'why', asAsked: false, retryAfterMs: 500 },
      'Pending',
    ],
    [
      'waiting a moment',
      wait('W', 'why', 50),
      {},
      { state: 'busy', outcome: 'W', message: 'why', asAsked: false, retryAfterMs: 50 },
      undefined,
    ],
    [
      'failed',
      failing(new Error('why')),
      {},
      { state: 'busy', outcome: 'Error', message: 'why', asAsked: false, retryAfterMs: 250 },
      'Pending',
    ],
    [
      'an image is missing',
      wait('ImageNotFound', 'no x:1', 15_000),
      {},
      {
        state: 'busy',
        outcome: 'ImageNotFound',
        message: 'no x:1',
        asAsked: false,
        retryAfterMs: 15_000,
        needsPerson: true,
      },
      'Pending',
    ],
    [
      'a registry limits the rate, which passes',
      failing(new DriverError({ code: 'ImageUnauthorized', operation: 'pull x:1', detail: 'toomanyrequests' })),
      {},
      {
        state: 'busy',
        outcome: 'ImageUnauthorized',
        message: 'cannot pull x:1: toomanyrequests',
        asAsked: false,
        retryAfterMs: 250,
      },
      'Pending',
    ],
    [
      'Docker is away',
      failing(away),
      {},
      {
        state: 'busy',
        outcome: 'Unavailable',
        message: 'cannot ask Docker: no socket',
        asAsked: false,
        retryAfterMs: 1_000,
      },
      undefined,
    ],
    [
      'refused',
      settled(),
      { refusal },
      { state: 'rest', outcome: 'Invalid', message: 'no agent', asAsked: false },
      'Pending',
    ],
    [
      'refused, waiting a moment',
      wait('W', 'why', 50),
      { refusal },
      { state: 'busy', outcome: 'Invalid', message: 'no agent', asAsked: false, retryAfterMs: 50 },
      'Pending',
    ],
  ] as const) {
    const rig = await make()
    rig.world.plan = () => plan
    assert.equal(await rig.go(more), end, what)
    const writes = rig.log.filter((line) => line.startsWith('status'))
    // A settled pass makes the record everReady before its status is made.
    const phase = what === 'refused' ? 'Degraded' : written
    assert.equal(writes, phase === undefined ? [] : [`status ${phase} of web to web.yaml#0`], what)
    if (phase !== undefined) assert.equal(rig.record()?.status, rig.statuses[0], what)
  }
})

test('an image that went right before its use is looked for once more before a person is needed', async () => {
  const rig = await make()
  rig.world.plan = () => failing(new DriverError({ code: 'ImageNotFound', operation: 'make x', detail: 'no x:1' }))
  assert.is((await rig.go()).needsPerson, undefined)
  assert.is((await rig.go()).needsPerson, true)
})

test('a wait of a moment is said when it takes longer', async () => {
  const rig = await make()
  rig.world.plan = () => wait('W', 'why', 50)
  for (let pass = 0; pass < 4; pass++) await rig.go()
  assert.equal(rig.statuses, [])
  await rig.go()
  assert.is(rig.statuses.length, 1)
})

test('suspended goes down, and counts as asked', async () => {
  const rig = await make({ spec: { ...spec, suspend: true } })
  assert.equal(await rig.go(), { state: 'rest', outcome: 'Suspended', message: '', asAsked: true })
  assert.is(rig.world.situations[0]?.goal, 'down')
  assert.is(rig.record()?.everReady, undefined)
})

test('without a good spec, or while the root is halted, nothing is walked and it is said', async () => {
  const never = await make({})
  assert.equal(await never.go({ refusal }), { state: 'rest', outcome: 'Invalid', message: 'no agent', asAsked: false })
  assert.equal(await never.go(), { state: 'rest', outcome: 'Invalid', message: '', asAsked: false })
  assert.equal(
    [never.world.situations, never.log],
    [[], Array.from({ length: 2 }, () => 'status Invalid of web to web.yaml#0')],
  )
  const halted = await make()
  halted.world.halted = { reason: 'OtherDaemon', message: 'another' }
  assert.equal(await halted.go({ refusal }), { state: 'rest', outcome: 'Stalled', message: 'another', asAsked: false })
  assert.equal(halted.world.situations, [])
})

test('what a settled walk leaves in the record', async () => {
  const applied = { generation: 1, hash: 'h', spec }
  const good = { spec, goodHash: 'h' }
  for (const [what, record, change] of [
    ['the first time', good, { everReady: true, applied }],
    ['again', { ...good, everReady: true, applied }, {}],
    [
      'after failures',
      { ...good, everReady: true, applied, backoff: { failures: 2, retryAt: 'x' } },
      { backoff: undefined },
    ],
    ['after a rollout', { ...good, everReady: true, applied, rollout: 'r' }, { rollout: undefined }],
  ] as const) {
    const rig = await make(record)
    await rig.go()
    const { status: _, ...rest } = rig.record() ?? aRecord()
    assert.equal(rest, JSON.parse(JSON.stringify({ ...aRecord(record), ...change })), what)
  }
  const waiting = await make({ ...good, rollout: 'r' })
  waiting.world.plan = () => wait('W', '', 500)
  await waiting.go()
  assert.equal([waiting.record()?.rollout, waiting.record()?.everReady], ['r', undefined])
})

test('slow work is published once per pass, and not while a failure is retried', async () => {
  const slowly = () => {
    const steps = [step(undefined, { slow: true }), step(undefined, { slow: true, target: 'thing/two' })]
    return (): Plan => {
      const next = steps.shift()
      return next === undefined ? settled() : change(next)
    }
  }
  for (const [record, phases] of [
    [{ spec }, ['Pending', 'Ready']],
    [{ spec, backoff: { failures: 1, retryAt: '' } }, ['Ready']],
  ] as const) {
    const rig = await make(record)
    // The first look is at the lists, the second makes sure.
    const plans = slowly()
    let looked = false
    rig.world.plan = () => {
      if (looked) return plans()
      looked = true
      return wait('W', '', 1)
    }
    await rig.go()
    assert.equal(
      rig.statuses.map(({ phase }) => phase),
      phases,
    )
    const working = rig.statuses[0]?.conditions?.find(({ type }) => type === 'Reconciling')?.message
    assert.is(working, phases.length === 2 ? 'make thing/web: why' : undefined)
  }
})

test('a pass whose slow step must wait for room ends, without a retry of its own; only a file that says Ready is told', async () => {
  for (const [record, phases] of [
    [{ spec }, []],
    [{ spec, status: { phase: 'Provisioning' } }, []],
    [{ spec, everReady: true, status: { phase: 'Ready' } }, ['Degraded']],
  ] as const) {
    const rig = await make(record)
    rig.world.full = ['make']
    rig.world.plan = () => change(step(undefined, { slow: true }))
    const { state, outcome, asAsked, retryAfterMs } = await rig.go()
    assert.equal([state, outcome, asAsked, retryAfterMs], ['busy', 'Queued', false, undefined])
    assert.equal(
      rig.statuses.map(({ phase }) => phase),
      phases,
    )
    assert.is(rig.record()?.backoff, undefined)
  }
})

test('a pass that is stopped says nothing, and is tried again', async () => {
  const rig = await make()
  rig.stop.abort()
  assert.equal(await rig.go(), {
    state: 'busy',
    outcome: 'Stopped',
    message: 'the controller was stopped',
    asAsked: false,
  })
  assert.equal([rig.statuses, rig.record()?.backoff], [[], undefined])
})

test('advice that fails leaves the bottle ready and at rest, and is tried again less and less often', async () => {
  const rig = await make()
  let error: Error | undefined = new Error('iptables')
  const advice = defineReconciler<undefined>({
    name: 'advice',
    advises: { condition: 'Sealed', unsettled: 'EdgesOpen', judgedBy: 'advice' },
    observe: async () => {
      if (error !== undefined) throw error
      return undefined
    },
    plan: () => settled({ Sealed: { status: 'Unknown', reason: 'NotProven', message: '' } }),
  })
  const parts = { ...rig.parts, reconcilers: [advice, ...rig.parts.reconcilers] }
  const { carryOut } = createCarryOut(parts, createRetries(parts))
  const go = () => carryOut({ record: rig.record() ?? aRecord(), document: rig.store.documents('web')[0] })
  const ready = { state: 'rest', outcome: 'Ready', message: '', asAsked: true } as const
  for (const retryAfterMs of [250, 500, 1_000]) assert.equal(await go(), { ...ready, retryAfterMs })
  const sealed = () => rig.statuses.at(-1)?.conditions?.find(({ type }) => type === 'Sealed')
  assert.equal([sealed()?.reason, sealed()?.message], ['EdgesOpen', 'iptables'])
  assert.is(rig.record()?.everReady, true)
  error = undefined
  assert.equal(await go(), ready)
  assert.is(sealed()?.reason, 'NotProven')
  assert.is(rig.record()?.backoff, undefined)
})

test('advice that failed is not what a walk that waits comes back for', async () => {
  const rig = await make()
  rig.world.plan = () => wait('W', 'why', 500)
  const advice = defineReconciler<undefined>({
    name: 'advice',
    advises: { condition: 'Sealed', unsettled: 'EdgesOpen', judgedBy: 'machine' },
    observe: () => Promise.reject(new Error('iptables')),
    plan: () => settled(),
  })
  const parts = { ...rig.parts, reconcilers: [advice, ...rig.parts.reconcilers] }
  const { carryOut } = createCarryOut(parts, createRetries(parts))
  const end = await carryOut({ record: rig.record() ?? aRecord() })
  assert.equal([end.state, end.outcome, end.retryAfterMs], ['busy', 'W', 500])
})

test('a spec is held to the policy before it runs, unless that was just done', async () => {
  for (const [what, record, more, asked] of [
    ['up', { spec }, {}, 1],
    ['up, and just allowed', { spec }, { isAllowed: true }, 0],
    ['down', { spec: { ...spec, suspend: true } }, {}, 0],
  ] as const) {
    const rig = await make(record)
    let count = 0
    rig.world.policy = {
      ...rig.world.policy,
      ofRecord: async () => {
        count += 1
        return undefined
      },
    }
    await rig.go(more)
    assert.is(count, asked, what)
  }
})

test('the end of a walk that asked nobody is no success', async () => {
  const rig = await make()
  const end = await rig.conclude({ record: aRecord({ spec }) }, 'up', {
    verdicts: new Map(),
    stopped: new Map(),
    steps: 0,
  })
  assert.equal(end, { state: 'rest', outcome: 'Error', message: '', asAsked: false })
})

test('a record that is gone by then is not written', async () => {
  const rig = await make()
  const end = await rig.go({ document: undefined, record: aRecord({ spec, identity: 'nobody' }) })
  assert.equal([end.outcome, rig.records.read('nobody'), rig.log], ['Ready', undefined, ['allocate nobody any']])
})

test('a file that can not be written is warned of', async () => {
  const rig = await make()
  rig.world.written = { kind: 'unwritable', why: 'read-only' }
  await rig.go()
  assert.ok(rig.log.includes('warn web StatusNotWritten: web.yaml: read-only'), rig.log.join('\n'))
  const fine = await make()
  await fine.go()
  assert.not(fine.log.some((line) => line.startsWith('warn')))
})

test('a quiet wait comes again at its own, growing pace', async () => {
  const rig = await make()
  rig.world.plan = () => wait('W', 'why', 50)
  assert.equal([(await rig.go()).retryAfterMs, (await rig.go()).retryAfterMs], [50, 100])
})

test('a rollout that was asked for while it is suspended waits until it is resumed', async () => {
  const rig = await make({ spec: { ...spec, suspend: true }, rollout: 'r' })
  assert.is((await rig.go()).outcome, 'Suspended')
  assert.is(rig.record()?.rollout, 'r')
})

test.run()
