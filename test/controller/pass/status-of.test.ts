import * as assert from 'uvu/assert'
import { NotConvergingError } from '../../../controller/pass/chain.ts'
import { statusOf, whoseConditions, wordsOf } from '../../../controller/pass/status-of.ts'
import type { Outcome } from '../../../controller/pass/status-of.ts'
import { DriverError } from '../../../drivers/errors.ts'
import { change, settled, stuck, wait } from '../../../reconcilers/contract/reconciler.ts'
import type { BottleStatus } from '../../../schemas/bottle.ts'
import { NOW, aRecord, secondsAgo } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('status')
const spec = { agent: 'claude' }
const NAMES = ['metadata', 'network', 'bundle', 'machine']
type Verdict = Outcome['verdicts'] extends ReadonlyMap<string, infer V> ? V : never
const failed = (error: unknown): Verdict => ({ verdict: 'failed', error, step: undefined })
const outputs: Readonly<Record<string, object>> = {
  metadata: { startedAt: '2025-01-01T00:00:00Z' },
  network: { name: 'n', subnet: 's', gateway: 'g', bundleIp: 'hidden' },
  bundle: { name: 'b', id: 'c1', ip: 'i', image: 'm', restarts: 0 },
  machine: { name: 'v', state: 'running', pid: 7 },
}
const all = NAMES.map((name): readonly [string, Verdict] => [name, settled(outputs[name] as never)])
/** Settled up to these, which end the walk. */
const until = (count: number, ...more: readonly (readonly [string, Verdict])[]) =>
  new Map([...all.slice(0, count), ...more])

const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  record: aRecord({ spec, generation: 3, specHash: 'h' }),
  goal: 'up',
  refusal: undefined,
  reconcilers: NAMES,
  verdicts: new Map(all),
  slow: undefined,
  halted: undefined,
  simulated: false,
  now: NOW,
  ...more,
})
const status = (more: Partial<Outcome> = {}): BottleStatus => statusOf(outcome(more))
/** `Type=Status Reason: message`, in the order they stand in. */
const conditions = (more: Partial<Outcome> = {}): readonly string[] =>
  (status(more).conditions ?? []).map(
    ({ type, status: is, reason, message }) => `${type}=${is} ${reason}${message === '' ? '' : `: ${message}`}`,
  )
const ACCEPTED = 'Accepted=True Valid'

test('a bottle that is ready', () => {
  const was = { lastTransitionTime: NOW, observedGeneration: 3, message: '' }
  const ready = (type: string, reason = 'Ready') => ({ type, status: 'True', reason, ...was })
  assert.equal(status(), {
    phase: 'Ready',
    observedGeneration: 3,
    specHash: 'h',
    uid: 'u1',
    startedAt: '2025-01-01T00:00:00Z',
    network: { name: 'n', subnet: 's', gateway: 'g' },
    bundle: { name: 'b', id: 'c1', ip: 'i', image: 'm', restarts: 0 },
    machine: { name: 'v', state: 'running', runtime: 'microvm', pid: 7 },
    conditions: [
      ready('Accepted', 'Valid'),
      ready('BundleReady'),
      ready('MachineReady'),
      ready('MetadataReady'),
      ready('NetworkReady'),
      ready('Ready', 'AllReady'),
    ],
  } as never)
  assert.is(status({ simulated: true }).simulated, true)
})

test('what only advises has its condition, and changes nothing else', () => {
  const advisers = [{ name: 'edges', condition: 'Sealed', unsettled: 'EdgesOpen', judgedBy: 'machine' }]
  const isSealed = (line: string): boolean => line.startsWith('Sealed')
  const rest = (lines: readonly string[]): readonly string[] => lines.filter((each) => !isSealed(each))
  const sealed = (verdict: Verdict | undefined, more: Partial<Outcome> = {}): readonly string[] => {
    const verdicts = new Map([...all, ...(verdict === undefined ? [] : [['edges', verdict] as const])])
    return conditions({ advisers, verdicts, ...more })
  }
  const judged = (status: string, reason: string, message = '') => ({ Sealed: { status, reason, message } }) as never
  const proven = judged('True', 'Proven', 'why')
  const leak = judged('False', 'Leak', 'why')
  const stuckAs = (outputs: never): Verdict => ({ verdict: 'stuck', reason: 'S', message: 'm', outputs })
  for (const [what, edges, machine, line] of [
    ['its judge', settled(), settled(judged('Unknown', 'NotProven')), 'Sealed=Unknown NotProven'],
    ['its judge, with a message', settled(), settled(proven), 'Sealed=True Proven: why'],
    ['its judge that is stuck', settled(), stuckAs(leak), 'Sealed=False Leak: why'],
    ['a failure', failed(new Error('it')), settled(proven), 'Sealed=Unknown EdgesOpen: it'],
    ['a wait', wait('W', 'it', 50), settled(proven), 'Sealed=Unknown EdgesOpen: it'],
    ['a failure beside what is False', failed(new Error('it')), stuckAs(leak), 'Sealed=False Leak: why'],
    ['no turn', undefined, settled(proven), 'Sealed=Unknown NotObserved'],
    ['a judge that says nothing', settled(), settled(), 'Sealed=Unknown NotObserved'],
    ['a judge that says nonsense', settled(), settled(judged('Maybe', 'Proven')), 'Sealed=Unknown NotObserved'],
    ['a judge that waits', settled(), wait('W', 'it', 50), 'Sealed=Unknown WaitingForMachine'],
  ] as const) {
    const verdicts = new Map([
      ...all,
      ...(edges === undefined ? [] : [['edges', edges] as const]),
      ['machine', machine] as const,
    ])
    const lines = conditions({ advisers, verdicts })
    assert.is(lines.find(isSealed), line, what)
    assert.equal(rest(lines), rest(conditions({ verdicts })), what)
  }
  const down = sealed(settled(), { goal: 'down' })
  assert.ok(down.includes('Sealed=Unknown Suspended'), down.join())
  assert.ok(sealed(settled(), { goal: 'parked' }).includes('Sealed=Unknown Parked'))
  const before = until(1, ['network', wait('W', 'why', 50)])
  assert.ok(conditions({ advisers, verdicts: before }).includes('Sealed=Unknown WaitingForNetwork'))
  // What can't be removed is why nothing after it is.
  const gone = conditions({ advisers, goal: 'gone', verdicts: new Map([['edges', failed(new Error('why'))]]) })
  assert.ok(gone.includes('MetadataReady=Unknown WaitingForEdges') && gone.includes('Sealed=Unknown EdgesOpen: why'))
})

test('a condition of its own is there for specs that it is for, and Ready needs it then', () => {
  const own = { type: 'EgressEnforced', met: 'PolicyLoaded', where: (of: object | undefined) => of !== undefined }
  const plain = { observe: async () => undefined, plan: () => settled() }
  const list = [...NAMES.slice(0, 3), 'egress', 'machine'].map((name) => ({
    name,
    ...plain,
    ...(name === 'egress' ? { condition: own } : {}),
  }))
  assert.equal(whoseConditions(list, undefined).reconcilers, NAMES)
  const whose = whoseConditions(list, {})
  assert.equal(whose.reconcilers, ['metadata', 'network', 'bundle', 'egress', 'machine'])
  const withEgress = (verdict: Verdict, more: Partial<Outcome> = {}): readonly string[] =>
    conditions({ ...whose, verdicts: new Map([...all.slice(0, 3), ['egress', verdict], ...all.slice(3)]), ...more })
  const loaded = withEgress(settled({ hash: 'h' }))
  assert.ok(loaded.includes('EgressEnforced=True PolicyLoaded') && loaded.includes('Ready=True AllReady'))
  const refused = conditions({ ...whose, verdicts: until(3, ['egress', wait('PolicyNotLoaded', 'why', 50)]) })
  for (const line of ['EgressEnforced=False PolicyNotLoaded: why', 'Ready=False PolicyNotLoaded: why'])
    assert.ok(refused.includes(line), line)
  assert.ok(refused.includes('MachineReady=Unknown WaitingForEgress'))
  const down = withEgress(settled(), { goal: 'down' })
  for (const type of ['BundleReady', 'EgressEnforced', 'MachineReady'])
    assert.ok(down.includes(`${type}=False Suspended`), type)
  assert.ok(down.includes('NetworkReady=True Ready'))
})

test('what each verdict says of the bottle', () => {
  const settledTwo = ['MetadataReady=True Ready', 'NetworkReady=True Ready']
  const waiting = 'MachineReady=Unknown WaitingForBundle'
  for (const [what, verdict, reason, more] of [
    ['a wait', wait('ProxyNotReady', 'closed', 50), 'ProxyNotReady: closed', ['Reconciling=True Progressing']],
    ['stuck', stuck('NoBundleImage', 'none'), 'NoBundleImage: none', ['Stalled=True NoBundleImage: none']],
    ['a failure', failed(new Error('why')), 'Error: why', ['Reconciling=True Progressing']],
    [
      'work',
      change(
        { verb: 'create', target: 'x/y', because: '', run: async () => {} },
        { verb: 'start', target: 'x/z', because: '', run: async () => {} },
      ),
      'Progressing: create x/y, start x/z',
      ['Reconciling=True Progressing'],
    ],
  ] as const) {
    const seen = conditions({ verdicts: until(2, ['bundle', verdict]) })
    const words = [`BundleReady=False ${reason}`, waiting, ...settledTwo, `Ready=False ${reason}`]
    assert.equal(seen, [ACCEPTED, ...words, ...more], what)
  }
})

test('the words of a failure', () => {
  const driver = { code: 'Timeout', operation: 'x', detail: 'late' } as const
  for (const [verdict, reason, message] of [
    [settled(), 'Ready', ''],
    [failed('odd'), 'Error', 'odd'],
    [failed(new DriverError(driver)), 'Timeout', 'cannot x: late'],
    [failed(new DriverError({ ...driver, hint: 'wait' })), 'Timeout', 'cannot x: late; wait'],
    [failed(new NotConvergingError(undefined)), 'NotConverging', 'no plan settles'],
    [wait('W', 'x'.repeat(1_024), 1), 'W', 'x'.repeat(1_024)],
    [wait('W', 'x'.repeat(1_025), 1), 'W', `${'x'.repeat(1_023)}…`],
    [failed(new Error('y'.repeat(2_000))), 'Error', `${'y'.repeat(1_023)}…`],
  ] as const)
    assert.equal(wordsOf(verdict), { reason, message })
})

test('who had no turn waits for the first that is not settled', () => {
  const unknown = (more: Partial<Outcome>): readonly string[] =>
    conditions(more).filter((line) => line.includes('=Unknown'))
  assert.equal(unknown({ verdicts: until(0, ['metadata', failed(new Error('x'))]) }), [
    'BundleReady=Unknown WaitingForMetadata',
    'MachineReady=Unknown WaitingForMetadata',
    'NetworkReady=Unknown WaitingForMetadata',
  ])
  // Downwards the later ones come first.
  assert.equal(unknown({ goal: 'gone', verdicts: new Map([['machine', failed(new Error('x'))]]) }), [
    'BundleReady=Unknown WaitingForMetadata',
    'MetadataReady=Unknown WaitingForMachine',
    'NetworkReady=Unknown WaitingForMetadata',
  ])
  assert.equal(unknown({ verdicts: new Map(), reconcilers: ['metadata'] }), ['MetadataReady=Unknown NotObserved'])
  const halted = { reason: 'OtherDaemon', message: 'another' }
  assert.equal(conditions({ verdicts: new Map(), halted }), [
    ACCEPTED,
    'BundleReady=Unknown OtherDaemon: another',
    'MachineReady=Unknown OtherDaemon: another',
    'MetadataReady=Unknown OtherDaemon: another',
    'NetworkReady=Unknown OtherDaemon: another',
    'Ready=False OtherDaemon: another',
    'Stalled=True OtherDaemon: another',
  ])
})

test('slow work is named where it happens', () => {
  const slow = { reconciler: 'bundle', message: 'pull image/x: why' }
  assert.equal(conditions({ verdicts: until(2), slow }), [
    ACCEPTED,
    'BundleReady=False Progressing: pull image/x: why',
    'MachineReady=Unknown WaitingForBundle',
    'MetadataReady=True Ready',
    'NetworkReady=True Ready',
    'Ready=False Progressing: pull image/x: why',
    'Reconciling=True Working: pull image/x: why',
  ])
})

test('a refusal is the first thing that is said, and stalls only a bottle that never had a good spec', () => {
  const refusal = { reason: 'Invalid', message: 'no agent' }
  const accepted = 'Accepted=False Invalid: no agent'
  const rest = [
    'BundleReady=True Ready',
    'MachineReady=True Ready',
    'MetadataReady=True Ready',
    'NetworkReady=True Ready',
  ]
  assert.equal(conditions({ refusal }), [accepted, ...rest, 'Ready=False Invalid: no agent'])
  const record = aRecord({ generation: 1 })
  const never = { refusal, record, verdicts: new Map() }
  assert.is(conditions(never).at(-1), 'Stalled=True Invalid: no agent')
  assert.is(conditions({ ...never, refusal: undefined }).at(-1), 'Reconciling=True Progressing')
})

test('suspended as asked', () => {
  const down = (machine: object, more: Partial<Outcome> = {}) =>
    conditions({ goal: 'down', verdicts: until(3, ['machine', settled(machine as never)]), ...more })
  assert.equal(down({ name: 'v', state: 'stopped' }), [
    ACCEPTED,
    'BundleReady=False Suspended',
    'MachineReady=False Suspended',
    'MetadataReady=True Ready',
    'NetworkReady=True Ready',
    'Ready=False Suspended',
  ])
  // What was never made is not ready either.
  const nothing = new Map(NAMES.map((name): readonly [string, Verdict] => [name, settled({ startedAt: undefined })]))
  assert.equal(down({}, { verdicts: nothing }).slice(1, 5), [
    'BundleReady=False Suspended',
    'MachineReady=False Suspended',
    'MetadataReady=False Suspended',
    'NetworkReady=False Suspended',
  ])
  assert.is(down({}, { verdicts: until(3, ['machine', wait('W', 'w', 1)]) }).at(-1), 'Reconciling=True Progressing')
})

test('the phase', () => {
  const waiting = until(2, ['bundle', wait('W', '', 1)])
  const record = (more: object) => aRecord({ spec, ...more })
  for (const [phase, more] of [
    ['Ready', {}],
    ['Terminating', { goal: 'gone' }],
    ['Terminating', { goal: 'gone', record: aRecord() }],
    ['Invalid', { record: aRecord() }],
    ['Suspended', { goal: 'down' }],
    ['Suspended', { goal: 'down', refusal: { reason: 'R', message: '' } }],
    ['Pending', { goal: 'down', verdicts: waiting }],
    ['Stalled', { verdicts: until(2, ['bundle', stuck('S', '')]) }],
    ['Stalled', { halted: { reason: 'H', message: '' } }],
    ['Stalled', { verdicts: until(2, ['bundle', stuck('S', '')]), record: record({ everReady: true }) }],
    ['Pending', { verdicts: waiting }],
    ['Provisioning', { verdicts: waiting, record: record({ networkExisted: true }) }],
    ['Degraded', { verdicts: waiting, record: record({ networkExisted: true, everReady: true }) }],
    ['Degraded', { refusal: { reason: 'R', message: '' }, record: record({ everReady: true }) }],
  ] as const)
    assert.is(status(more as Partial<Outcome>).phase, phase, JSON.stringify(more))
  assert.not(conditions({ goal: 'gone' }).includes('Reconciling=True Progressing'))
  assert.ok(conditions({ goal: 'gone', verdicts: waiting }).includes('Reconciling=True Progressing'))
  const refused = conditions({ goal: 'gone', refusal: { reason: 'R', message: '' } })
  assert.ok(refused.includes('Reconciling=True Progressing'), 'what is being deleted is at work until it is gone')
})

test('what is known stays where nobody was asked, and goes where something is being made again', () => {
  const before = {
    startedAt: '2024-01-01T00:00:00Z',
    network: { name: 'old' },
    bundle: { name: 'old' },
    machine: { name: 'old', state: 'running', runtime: 'microvm', pid: 1 },
  }
  const record = aRecord({ spec, status: before })
  const machine = (more: Partial<Outcome>) => status({ record, ...more }).machine
  const ended = (verdict: Verdict) => machine({ verdicts: until(3, ['machine', verdict]) })
  assert.equal(machine({ verdicts: until(3) }), before.machine)
  assert.equal(ended(failed(new Error('x'))), before.machine)
  assert.is(ended(wait('W', '', 1)), undefined)
  assert.is(ended(change()), undefined)
  assert.equal(ended(stuck('S', '')), before.machine)
  assert.equal(ended({ verdict: 'stuck', reason: 'S', message: '', outputs: { name: 'v', state: 'stopped' } }), {
    name: 'v',
    state: 'stopped',
    runtime: 'microvm',
  })
  assert.is(ended(settled()), undefined)
  const stoppedVm = { name: 'v', state: 'stopped', runtime: 'microvm' }
  assert.equal(ended(settled({ name: 'v', state: 'stopped', pid: undefined })), stoppedVm)
  assert.equal(ended(settled({ name: 'v', runtime: 'container' })), { name: 'v', runtime: 'container' })
  const met = { reason: 'ContainerIsolation', message: 'shared' }
  const told = status({ record, verdicts: until(3, ['machine', { ...settled({ name: 'v' }), met } as Verdict]) })
  const ready = told.conditions?.find(({ type }) => type === 'MachineReady')
  assert.equal([ready?.status, ready?.reason, ready?.message], ['True', met.reason, met.message])
  const stopped = new Map([['machine', { name: 'v', state: 'stopped' }]])
  assert.equal(machine({ verdicts: until(2), stopped }), stoppedVm)
  assert.is(machine({ verdicts: until(3, ['machine', wait('W', '', 1)]), stopped }), undefined)
  const { network, bundle, startedAt } = status({ record, verdicts: new Map() })
  assert.equal([network, bundle, startedAt], [before.network, before.bundle, before.startedAt])
  const fresh = status({ verdicts: new Map() })
  assert.equal(Object.keys(fresh), ['phase', 'observedGeneration', 'specHash', 'uid', 'conditions'])
})

test('a time moves only with the status, not with its reason', () => {
  const old = secondsAgo(60)
  const condition = (type: string, is: string) => ({
    type,
    status: is,
    reason: 'x',
    message: 'x',
    observedGeneration: 1,
    lastTransitionTime: old,
  })
  const record = aRecord({
    spec,
    status: { conditions: [condition('Accepted', 'True'), condition('BundleReady', 'False')] },
  })
  const times = new Map(
    status({ record }).conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]),
  )
  assert.equal([times.get('Accepted'), times.get('BundleReady'), times.get('Ready')], [old, NOW, NOW])
})

test('of what is kept while suspended one output is enough to have been made', () => {
  const verdicts = new Map(
    NAMES.map((name): readonly [string, Verdict] => [name, settled({ name, startedAt: undefined })]),
  )
  assert.equal(conditions({ goal: 'down', verdicts }).slice(3, 5), [
    'MetadataReady=True Ready',
    'NetworkReady=True Ready',
  ])
})

test('who waits for slow work waits for it by name, though it has settled before', () => {
  const slow = { reconciler: 'network', message: 'x' }
  assert.ok(conditions({ verdicts: until(2), slow }).includes('BundleReady=Unknown WaitingForNetwork'))
})

test('of several that end a walk downwards, the one that is not settled is waited for', () => {
  const verdicts = new Map<string, Verdict>([
    ['machine', settled()],
    ['bundle', failed(new Error('x'))],
  ])
  const names = ['metadata', 'machine', 'bundle']
  assert.ok(
    conditions({ goal: 'gone', reconcilers: names, verdicts }).includes('MetadataReady=Unknown WaitingForBundle'),
  )
})

test('parked it is Terminating, and what is down or gone says Parked', () => {
  const parked = { goal: 'parked' } as const
  assert.is(status(parked).phase, 'Terminating')
  assert.equal(
    conditions(parked).filter((line) => line.includes('Parked')),
    [
      'BundleReady=False Parked',
      'MachineReady=False Parked',
      'MetadataReady=False Parked',
      'NetworkReady=False Parked',
      'Ready=False Parked',
    ],
  )
})

test.run()
