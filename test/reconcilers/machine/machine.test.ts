import * as assert from 'uvu/assert'
import type { BottleRecord, Machine, MachineState } from '../../../drivers/ports.ts'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import { machine } from '../../../reconcilers/machine/machine.ts'
import { givenBy } from '../../../reconcilers/machine/seal.ts'
import { judgePaths } from '../../../reconcilers/machine/paths.ts'
import { machineShape } from '../../../reconcilers/machine/shape.ts'
import type { Verdict } from '../../../reconcilers/taint/taint.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { ALLOWED, DRIFTS, GIVEN } from '../../parts/seal-drifts.ts'
import { aVerdict } from '../../parts/a-taint.ts'
import { FOREIGN, LEFTOVER, NOW, aMachine, aSituation, createCalls, words } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('machine')
const VM = 'machine/bottle-web'

interface Seen {
  readonly machine?: Machine | undefined
  readonly missing?: string
  readonly secretsThere?: boolean
  readonly verdict?: Verdict
  readonly asMade?: Verdict
  readonly source?: string
  readonly version?: string
}
const plan = (situation: Situation, seen: Seen = {}): readonly string[] =>
  words(
    machine.plan(situation, {
      machine: undefined,
      missing: undefined,
      secretsThere: false,
      verdict: undefined,
      asMade: undefined,
      source: undefined,
      ...seen,
    }),
  )
type Kept = NonNullable<BottleRecord['machine']>
/** A bottle whose VM was made by what its spec says. */
const known = (
  spec: Partial<BottleSpec> = {},
  kept: Partial<Kept> = {},
  change: Omit<Parameters<typeof aSituation>[0], 'spec' | 'record'> = {},
): Situation => {
  const { restartHash } = machineShape(aSituation({ spec }))
  return aSituation({
    ...change,
    spec,
    record: { machine: { envKeys: [], restartHash, workspaceCopied: true, ...kept } },
  })
}
const fitting = (situation: Situation, change: Partial<Machine> = {}): Machine => {
  const { labels, mount } = machineShape(situation).request
  return aMachine({ labels, mounts: mount === undefined ? 0 : 1, ...change })
}
const up = known()
const SETTLED = ['settled {"name":"bottle-web","state":"running","pid":7}']
const isDown = (state: MachineState): boolean => state === 'created' || state === 'stopped' || state === 'failed'
const STATES: readonly MachineState[] = ['created', 'running', 'stopped', 'failed', 'unreachable', 'frozen']
const RECREATED = 'the VM must be recreated, and its disk is lost: bottlectl rollout web'
const TAKEN_BACK = 'bottlectl rollout web takes that back and starts the VM again, with its disk'

test('whose it is', () => {
  assert.equal(plan(up, { machine: aMachine({ labels: FOREIGN }) }), [
    'stuck NameConflict: machine bottle-web belongs to the root with owner id them; if that root is gone or was this one, run bottled with --adopt them',
  ])
  assert.equal(plan(up, { machine: aMachine({ labels: LEFTOVER }) }), [
    `remove ${VM}: it belongs to an earlier bottle of this name; its disk goes with it`,
  ])
  assert.equal(plan(up, { machine: fitting(up) }), SETTLED)
  assert.equal(plan(up, { machine: fitting(up, { pid: undefined }) }), [
    'settled {"name":"bottle-web","state":"running"}',
  ])
})

test('what is not known of a VM is no output', () => {
  const found = fitting(up, { pid: undefined })
  const observed = {
    machine: found,
    missing: undefined,
    secretsThere: false,
    verdict: undefined,
    asMade: undefined,
    source: undefined,
  }
  const plan = machine.plan(up, observed)
  assert.equal(plan.verdict === 'settled' ? plan.outputs : {}, { name: 'bottle-web', state: 'running' })
})

const made = known({}, { given: GIVEN })
const like = { others: GIVEN.others }

test('a VM whose seal is not the one that must hold is stopped, and not started again', () => {
  assert.equal(plan(made, { machine: fitting(made, like) }), SETTLED)
  for (const [what, drifted, drift, inPlace] of DRIFTS)
    for (const state of STATES) {
      const pid = state === 'running' ? ',"pid":7' : ''
      const found = fitting(made, { ...like, ...drifted, state })
      const stuck = [
        `stuck EgressDrift: ${drift}; ${inPlace ? TAKEN_BACK : RECREATED}`,
        `{"name":"bottle-web","state":"${state}"${pid}}`,
      ]
      assert.equal(
        plan(made, { machine: found }),
        isDown(state) ? stuck : [`stop ${VM}: ${drift}`],
        `${what}, ${state}`,
      )
      // What may boot may run.
      const mayBoot = known({}, { given: GIVEN, starting: true })
      assert.equal(plan(mayBoot, { machine: found }), [`stop ${VM}: ${drift}`], `${what}, ${state}, booting`)
    }
  assert.equal(plan(up, { machine: fitting(up, { allowedCidrs: ['192.168.9.2/32', '192.168.9.2/32'] }) }), SETTLED)
})

test('a rollout takes back what smolvm can take back, and only else costs the disk', () => {
  const rollout = known({}, { given: GIVEN }, { rollout: true })
  const recreate = known({ machine: { updatePolicy: 'Recreate' } }, { given: GIVEN })
  for (const situation of [rollout, recreate])
    for (const [what, drifted, drift, inPlace] of DRIFTS) {
      const found = (state: MachineState): Machine => fitting(situation, { ...like, ...drifted, state })
      const remove = [`remove ${VM}: ${drift}; its disk goes with it`]
      // Another version may say so of every VM: a policy must not destroy one disk after the other.
      const isSure = situation === rollout || !drift.endsWith(' when it was created')
      const stuck = [`stuck EgressDrift: ${drift}; ${RECREATED}`, '{"name":"bottle-web","state":"stopped"}']
      const [running, stopped] = inPlace
        ? [[`stop ${VM}: ${drift}`], [`reseal ${VM}: ${drift}`]]
        : isSure
          ? [remove, remove]
          : [[`stop ${VM}: ${drift}`], stuck]
      assert.equal(plan(situation, { machine: found('running') }), running, what)
      assert.equal(plan(situation, { machine: found('stopped') }), stopped, what)
    }
})

test('what another version of smolvm reports is noted, once', () => {
  const note = (situation: Situation, seen: Seen): readonly string[] => plan(situation, seen)
  const newer = { ...like.others, secure: 'true' }
  const noted = [`note ${VM}: this is how smolvm 1.33.0 reports it`]
  assert.equal(note(made, { machine: fitting(made, { others: newer }), version: '1.33.0' }), noted)
  assert.equal(note(up, { machine: fitting(up), version: '1.33.0' }), noted)
  // The same version: somebody changed it.
  assert.match(note(made, { machine: fitting(made, { others: newer }), version: '1.32.2' })[0] ?? '', /^stop /)
  // What no version may bring is never taken for its own.
  const device = fitting(made, { others: { ...newer, gpu: 'true' } })
  const after = known({}, { given: givenBy(device, '1.33.0') })
  assert.equal(givenBy(device, '1.33.0'), { version: '1.33.0', createdAt: 1, others: newer })
  assert.equal(plan(after, { machine: device }), [`stop ${VM}: its gpu is true`])
  const lost = aSituation()
  assert.match(note(lost, { machine: fitting(lost), version: '1.33.0' })[0] ?? '', /^stop .*: env, cpus/)
})

test('a new disk is only made where the policy or a person says so', () => {
  const opened = { allowedCidrs: ['0.0.0.0/0'] }
  const recreate = known({ machine: { updatePolicy: 'Recreate' } })
  const rollout = known({}, {}, { rollout: true })
  for (const situation of [recreate, rollout]) {
    assert.equal(plan(situation, { machine: aMachine(opened) }), [`remove ${VM}: ${ALLOWED}; its disk goes with it`])
    assert.equal(plan(situation, { machine: aMachine() }), [
      `remove ${VM}: its spec changed in fields that need a new disk; its disk goes with it`,
    ])
    assert.equal(plan(situation, { machine: fitting(situation) }), SETTLED)
  }
  assert.equal(plan(up, { machine: aMachine(opened) }), [`stop ${VM}: ${ALLOWED}`])
  const rebuilt = known({}, { source: '/kept/1' }, { rollout: true })
  assert.equal(plan(rebuilt, { machine: fitting(rebuilt), source: '/kept/2' }), [
    `remove ${VM}: its source file was rebuilt; its disk goes with it`,
  ])
  assert.equal(plan(rebuilt, { machine: fitting(rebuilt), source: '/kept/1' }), SETTLED)
  assert.equal(plan(rebuilt, { machine: fitting(rebuilt) }), SETTLED)
  const unknown = aSituation({ rollout: true })
  assert.equal(plan(unknown, { machine: fitting(unknown), source: '/kept/2' }), [
    `remove ${VM}: its source file was rebuilt; its disk goes with it`,
  ])
})

test('until then the VM runs on, and what a restart applies is applied', () => {
  const pending =
    'stuck UpdatePending: the change recreates the VM, and its disk is lost: bottlectl rollout web applies it'
  assert.equal(plan(up, { machine: aMachine() }), [pending, '{"name":"bottle-web","state":"running","pid":7}'])
  assert.equal(plan(up, { machine: aMachine({ state: 'stopped' }) }), [`slowly start ${VM}: it is stopped`])
  const edited = known({}, { restartHash: 'old' })
  assert.equal(plan(edited, { machine: aMachine() }), [`stop ${VM}: env, cpus, memory or storage changed`])
})

test('an edit of env or size: stop, update, start', () => {
  const edited = known({ machine: { storage: 20 } }, { restartHash: 'old' })
  for (const state of STATES)
    assert.equal(
      plan(edited, { machine: fitting(edited, { state, storageGiB: 20 }) }),
      isDown(state)
        ? [`update ${VM}: env, cpus, memory or storage changed`]
        : [`stop ${VM}: env, cpus, memory or storage changed`],
      state,
    )
  const removed = [`remove ${VM}: its storage changed before it ever ran`]
  const updated = [`update ${VM}: env, cpus, memory or storage changed`]
  for (const [what, situation, machine, lines] of [
    ['never ran', edited, { state: 'created', storageGiB: 10 }, removed],
    ['never ran, by default', edited, { state: 'created', storageGiB: undefined }, removed],
    [
      'may boot',
      known({ machine: { storage: 20 } }, { restartHash: 'old', starting: true }),
      { state: 'created', storageGiB: 10 },
      updated,
    ],
    ['ran', edited, { state: 'stopped', storageGiB: 10 }, updated],
    [
      'never ran, and the record is new',
      aSituation({ spec: { machine: { storage: 20 } } }),
      { state: 'created', storageGiB: 10 },
      removed,
    ],
  ] as const)
    assert.equal(plan(situation, { machine: fitting(situation, machine) }), lines, what)
  const never = aSituation()
  assert.equal(plan(never, { machine: fitting(never) }), [`stop ${VM}: env, cpus, memory or storage changed`])
})

test('what each state leads to', () => {
  for (const [machine, lines] of [
    [{ state: 'running' }, SETTLED],
    [{ state: 'unreachable' }, [`note ${VM}: its process lives, but its guest is silent`]],
    [{ state: 'frozen' }, ['wait 5000 MachineFrozen: machine bottle-web is a fork base; smolvm must release it']],
    [{ state: 'created' }, [`slowly start ${VM}: it is created`]],
    [{ state: 'stopped' }, [`slowly start ${VM}: it is stopped`]],
    [{ state: 'failed', lastExit: 'a panic' }, [`slowly start ${VM}: it ended: a panic`]],
  ] as const)
    assert.equal(plan(up, { machine: fitting(up, machine) }), lines, machine.state)
  const silent = known({}, { silentSince: NOW })
  assert.equal(plan(silent, { machine: fitting(silent) }), [`note ${VM}: its guest answers again`])
})

test('nothing tainted is started or recreated; what runs is stopped only if it could write what is ours', () => {
  const mount = { workspace: { path: 'w', mode: 'mount' } } as const
  const here = known(mount, { mount: '/base/w' })
  const verdict = aVerdict(here, { tainted: 'it lies wrong' })
  const stuck = ['stuck Tainted: it lies wrong']
  for (const state of ['created', 'stopped', 'failed'] as const)
    assert.equal(plan(here, { verdict, machine: fitting(here, { state }) }), stuck, state)
  const told = [...stuck, '{"name":"bottle-web","state":"running","pid":7}']
  assert.equal(plan(here, { verdict, machine: fitting(here) }), told)
  const ours = aVerdict(here, { tainted: 'it holds the root', reachesOurs: true })
  const stop = [`stop ${VM}: it holds the root`]
  assert.equal(plan(here, { verdict: ours, machine: fitting(here) }), stop)
  assert.equal(plan(here, { verdict: ours, machine: fitting(here, { state: 'stopped' }) }), [
    'stuck Tainted: it holds the root',
  ])
  const edited = aMachine({ mounts: 1 })
  // The edit isn't applied: what it was made with is fine.
  assert.equal(plan(here, { verdict: ours, machine: edited }), ['stuck Tainted: it holds the root', told[1]])
  assert.equal(plan(here, { verdict: aVerdict(here), asMade: ours, machine: edited }), stop)
  for (const asked of [{ ...here, rollout: true }, known({ ...mount, machine: { updatePolicy: 'Recreate' } })]) {
    assert.equal(plan(asked, { verdict, machine: edited }).slice(0, 1), stuck, 'its disk would be lost for nothing')
    const fine = plan(asked, { verdict: aVerdict(asked), asMade: verdict, machine: edited })
    assert.match(fine[0] ?? '', /^remove .*; its disk goes with it$/)
  }
  const copy = known({ workspace: { path: 'w', mode: 'copy' } }, { workspaceCopied: false })
  assert.equal(plan(copy, { verdict: aVerdict(copy, { tainted: 'it lies wrong' }), machine: fitting(copy) }), told)
})

test('a workspace that leads elsewhere by now needs a new disk; what was not noted is', () => {
  const mount = { workspace: { path: 'w', mode: 'mount' } } as const
  const here = known(mount, { mount: '/base/w' })
  const elsewhere = aVerdict(here, { leads: { '/base/w': '/new' } })
  const pending = [
    `stuck UpdatePending: the change recreates the VM, and its disk is lost: bottlectl rollout web applies it`,
    '{"name":"bottle-web","state":"running","pid":7}',
  ]
  assert.equal(plan(here, { verdict: elsewhere, asMade: aVerdict(here), machine: fitting(here) }), pending)
  assert.equal(plan({ ...here, rollout: true }, { verdict: elsewhere, machine: fitting(here) }), [
    `remove ${VM}: its workspace leads to another folder; its disk goes with it`,
  ])
  const note = [`note paths/bottle-web: it was started with other paths`]
  assert.equal(plan(here, { verdict: aVerdict(here), machine: fitting(here) }), note)
  const before = known(mount)
  assert.equal(plan(before, { verdict: elsewhere, machine: fitting(before) }), note, 'an older version noted no folder')
  const noted = { ...here, record: { ...here.record, reach: { machine: aVerdict(here).uses } } }
  assert.equal(plan(noted, { verdict: aVerdict(here), machine: fitting(here) }), SETTLED)
})

test('paths are judged where something is to be started, copied or recreated, or runs with others', async () => {
  const mount = { workspace: { path: 'w', mode: 'mount' } } as const
  const here = known(mount, { mount: '/base/w' })
  const noted = { ...here, record: { ...here.record, reach: { machine: aVerdict(here).uses } } }
  const made = (situation: Situation, mounted: string): Situation => ({
    ...situation,
    record: { ...situation.record, machine: { envKeys: [], restartHash: '', workspaceCopied: true, mount: mounted } },
  })
  const signal = new AbortController().signal
  for (const [what, situation, found, judged, asMade] of [
    ['to be created', here, undefined, true, false],
    ['stopped', noted, fitting(noted, { state: 'stopped' }), true, false],
    ['running', noted, fitting(noted), false, false],
    ['running, not noted', here, fitting(here), true, false],
    ['running, edited', noted, aMachine(), true, false],
    ['a rollout', { ...noted, rollout: true }, fitting(noted), true, false],
    ['made with another', made(noted, '/old'), aMachine(), true, true],
    [
      'its workspace is copied now',
      made(known({ workspace: { path: 'w', mode: 'copy' } }), '/old'),
      aMachine(),
      true,
      true,
    ],
    ['without paths', known(), aMachine({ state: 'stopped' }), false, false],
    ['without paths by now', made(known(), '/old'), aMachine(), true, true],
    ['downwards', { ...here, goal: 'down' as const }, undefined, false, false],
  ] as const) {
    const seen = await judgePaths(situation, found, signal)
    assert.equal([seen.verdict !== undefined, seen.asMade !== undefined], [judged, asMade], what)
  }
})

test('what a start needs', () => {
  const copy = { workspace: { path: 'w', mode: 'copy' } } as const
  const mount = { workspace: { path: 'w', mode: 'mount' } } as const
  const create = [`slowly create ${VM}: it does not exist`]
  const root = [
    "stuck RootMount: as root smolvm gives each VM its own uid, which can't use a mounted workspace; run bottled as an ordinary user in the groups docker and kvm, or use mode: copy",
  ]
  const here = { verdict: aVerdict(aSituation({ spec: copy })) }
  const mounted = { verdict: aVerdict(aSituation({ spec: mount })) }
  const lost = { verdict: aVerdict(aSituation({ spec: copy }), { missing: ['/base/w'] }) }
  const tainted = { verdict: aVerdict(aSituation({ spec: mount }), { tainted: 'it is the root' }) }
  const gone = ["wait 5000 WorkspaceUnavailable: workspace /base/w doesn't exist"]
  for (const [what, situation, seen, lines] of [
    ['nothing', aSituation(), {}, create],
    [
      'a secret',
      aSituation(),
      { missing: '$A is not set' },
      ["wait 5000 SecretUnavailable: $A is not set; the VM isn't started without it"],
    ],
    ['a workspace that is there', aSituation({ spec: copy }), here, create],
    ['a workspace that is not', aSituation({ spec: copy }), lost, gone],
    ['a mount that is not', aSituation({ spec: mount }), lost, gone],
    ['a mount', aSituation({ spec: mount }), mounted, create],
    ['a mount as root', aSituation({ spec: mount, settings: { userId: 0 } }), mounted, root],
    ['a copy as root', aSituation({ spec: copy, settings: { userId: 0 } }), here, create],
    ['what is tainted', aSituation({ spec: mount }), tainted, ['stuck Tainted: it is the root']],
    ['both', aSituation({ spec: mount }), { ...tainted, missing: 'A' }, ['stuck Tainted: it is the root']],
  ] as const)
    assert.equal(plan(situation, seen), lines, what)
  const there = known(copy)
  assert.equal(plan(there, { machine: fitting(there, { state: 'stopped' }), ...lost }), gone, 'for a start, too')
})

test('a workspace is copied once per disk, when the VM runs', () => {
  const copy = { workspace: { path: 'w', mode: 'copy' } } as const
  const mount = { workspace: { path: 'w', mode: 'mount' } } as const
  for (const [situation, lines] of [
    [known(copy, { workspaceCopied: false }), ['slowly copy workspace/workspace: the disk is new']],
    [known(copy), SETTLED],
    [known(mount, { workspaceCopied: false }), SETTLED],
    [known({}, { workspaceCopied: false }), SETTLED],
  ] as const)
    assert.equal(plan(situation, { machine: fitting(situation) }), lines)
})

test('downwards it is stopped and its secrets are removed; what is not ours is left alone', () => {
  const suspended = aSituation({ goal: 'down', spec: { suspend: true } })
  const stop = `stop ${VM}: the bottle is suspended`
  for (const [what, situation, seen, line] of [
    ['none', suspended, {}, 'settled {}'],
    ["another's", suspended, { machine: aMachine({ labels: FOREIGN }) }, 'settled {}'],
    ['none, with secrets', suspended, { secretsThere: true }, stop],
    ["another's, with secrets", suspended, { machine: aMachine({ labels: FOREIGN }), secretsThere: true }, stop],
    ['running', suspended, { machine: aMachine() }, stop],
    ['unreachable', suspended, { machine: aMachine({ state: 'unreachable' }) }, stop],
    ['frozen', suspended, { machine: aMachine({ state: 'frozen' }) }, stop],
    [
      'created',
      suspended,
      { machine: aMachine({ state: 'created' }) },
      'settled {"name":"bottle-web","state":"created"}',
    ],
    [
      'stopped',
      suspended,
      { machine: aMachine({ state: 'stopped' }) },
      'settled {"name":"bottle-web","state":"stopped"}',
    ],
    ['failed', suspended, { machine: aMachine({ state: 'failed' }) }, 'settled {"name":"bottle-web","state":"failed"}'],
    ['of an earlier bottle', suspended, { machine: aMachine({ labels: LEFTOVER }) }, stop],
    ['stopped, with secrets', suspended, { machine: aMachine({ state: 'stopped' }), secretsThere: true }, stop],
    [
      'may boot',
      known({}, { starting: true }, { goal: 'down' }),
      { machine: aMachine({ state: 'created' }) },
      `stop ${VM}: its network is not safe`,
    ],
    ['unsafe', aSituation({ goal: 'down' }), { machine: aMachine() }, `stop ${VM}: its network is not safe`],
  ] as const)
    assert.equal(plan(situation, seen), [line], what)
  const held = aSituation({ goal: 'down', record: { reach: { machine: [] } } })
  const left = ['note paths/machine: it no longer runs']
  assert.equal(plan(held), left)
  assert.equal(plan(held, { machine: aMachine({ state: 'stopped' }) }), left)
  assert.equal(plan(held, { machine: aMachine() }), [`stop ${VM}: its network is not safe`])
  const gone = aSituation({ goal: 'gone', spec: 'none' })
  for (const [seen, line] of [
    [{}, 'settled {}'],
    [{ machine: aMachine({ labels: FOREIGN }) }, 'settled {}'],
    [{ machine: aMachine() }, `remove ${VM}: the bottle is deleted; its disk goes with it`],
    [{ machine: aMachine({ labels: LEFTOVER }) }, `remove ${VM}: the bottle is deleted; its disk goes with it`],
    [{ secretsThere: true }, `remove ${VM}: its secrets are left over`],
  ] as const)
    assert.equal(plan(gone, seen), [line])
  assert.equal(plan({ ...suspended, spec: undefined }, { machine: aMachine() }), [
    `stop ${VM}: its network is not safe`,
  ])
})

test('what is read, and when', async () => {
  const find = 'machines.find("bottle-web")'
  const secrets = { secrets: { A: { fromEnv: 'A' } } }
  const copy = { workspace: { path: 'w', mode: 'copy' } } as const
  const missing = 'secrets.missing({"A":{"fromEnv":"A"}})'
  const has = 'secrets.has("web")'
  const stopped = aMachine({ state: 'stopped' })
  const image = { machine: { image: './a.tar' } }
  const version = 'machines.version()'
  const given = { version: '1', createdAt: 1, others: {} }
  for (const [what, situation, machineThere, more] of [
    ['new', aSituation(), undefined, []],
    ['new, with secrets', aSituation({ spec: secrets }), undefined, [missing]],
    ['stopped, with secrets', known(secrets, { given }), stopped, [missing]],
    ['running, with secrets', known(secrets, { given }), aMachine(), []],
    ['running, unknown when new', known(), aMachine(), [version]],
    ['running, with something new', known({}, { given }), aMachine({ others: { a: '1' } }), [version]],
    ['down, with something new', known({}, { given }, { goal: 'down' }), aMachine({ others: { a: '1' } }), []],
    ['down, with secrets', aSituation({ goal: 'down', spec: secrets }), stopped, [has]],
    ['gone, with secrets', aSituation({ goal: 'gone', spec: secrets }), undefined, [has]],
    ['gone, without a spec', aSituation({ goal: 'gone', spec: 'none' }), undefined, []],
    ['down, without secrets', aSituation({ goal: 'down' }), stopped, []],
    ['new, with a workspace', aSituation({ spec: copy }), undefined, []],
    ['running, copied', known(copy, { given }), aMachine(), []],
    ['running, not copied yet', known(copy, { given, workspaceCopied: false }), aMachine(), []],
    ['down, copied', known(copy, {}, { goal: 'down' }), stopped, []],
    [
      'a rollout of a file',
      known(image, { given }, { rollout: true }),
      aMachine(),
      ['archives.keepFile("/base/a.tar")'],
    ],
    [
      'a rollout of an artifact',
      known({ machine: { artifact: 'a' } }, { given }, { rollout: true }),
      aMachine(),
      ['archives.keepFile("/base/a")'],
    ],
    ['a rollout of a reference', known({ machine: { image: 'a:1' } }, { given }, { rollout: true }), aMachine(), []],
    ['a rollout of the bare guest', known({}, { given }, { rollout: true }), aMachine(), []],
    ['no rollout', known(image, { given }), aMachine(), []],
    ['a rollout, down', known(image, {}, { rollout: true, goal: 'down' }), aMachine(), []],
  ] as const) {
    const { drivers, calls } = createCalls({ 'machines.find': machineThere })
    await machine.observe(situation, drivers, new AbortController().signal)
    assert.equal(
      calls.filter((call) => call !== 'seals.last()'),
      [find, ...more],
      what,
    )
  }
  const { drivers } = createCalls({
    'machines.find': stopped,
    'secrets.missing': 'A',
    'secrets.has': true,
    'archives.keepFile': '/kept',
    'machines.version': '1.32.2',
  })
  const rollout = aSituation({ spec: { ...secrets, ...copy, ...image }, rollout: true })
  const signal = new AbortController().signal
  const judged = await judgePaths(rollout, stopped, signal)
  assert.is(judged.verdict?.spec.workspace?.path, '/base/w')
  assert.equal(await machine.observe(rollout, drivers, signal), {
    machine: stopped,
    missing: 'A',
    secretsThere: false,
    ...judged,
    source: '/kept',
    version: '1.32.2',
    seal: undefined,
  })
  assert.equal(await machine.observe({ ...rollout, goal: 'gone' }, drivers, signal), {
    machine: stopped,
    missing: undefined,
    secretsThere: true,
    verdict: undefined,
    asMade: undefined,
    source: undefined,
    version: undefined,
    seal: undefined,
  })
})

test('while the bottle is parked its document is why it stops, suspended or not', () => {
  const parked = { since: '', until: '' }
  for (const [record, suspend, because] of [
    [{ parked }, false, "the bottle's document is gone"],
    [{ parked }, true, "the bottle's document is gone"],
    [{ parked, deleting: { since: '' } }, true, 'the bottle is suspended'],
    [{}, false, 'its network is not safe'],
  ] as const)
    assert.equal(plan(aSituation({ goal: 'down', spec: { suspend }, record }), { machine: aMachine() }), [
      `stop ${VM}: ${because}`,
    ])
})

test.run()
