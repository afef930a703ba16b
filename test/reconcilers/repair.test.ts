import * as assert from 'uvu/assert'
import type { Rig } from '../helpers/situation.ts'
import { createRig } from '../helpers/situation.ts'
import { suite } from '../helpers/suite.ts'
import { whyEnded } from '../../reconcilers/bundle/crashes.ts'

const test = suite('repair')
const NETWORK = 'bottle-web'
const BUNDLE = 'bottle-web-bundle'
const MACHINE = 'bottle-web'

const running = async (...args: Parameters<typeof createRig>) => {
  const rig = await createRig(...args)
  await rig.settle('up')
  rig.log.length = 0
  return rig
}

const crashed = async (times: number): Promise<Rig> => {
  const rig = await running()
  for (let crash = 1; crash <= times; crash++) {
    rig.world.break({ do: 'killContainer', name: BUNDLE })
    await rig.settle('up')
  }
  rig.log.length = 0
  return rig
}

const crashAndWalk = async (rig: Rig): Promise<readonly string[]> => {
  rig.world.break({ do: 'killContainer', name: BUNDLE })
  await rig.walk('up')
  return rig.log
}

for (const [what, harm, log] of [
  [
    'network',
    { do: 'removeNetwork', name: NETWORK },
    [`remove bundle/${BUNDLE}`, `create network/${NETWORK}`, 'close edges/web'],
  ],
  ['bundle', { do: 'removeContainer', name: BUNDLE }, []],
] as const)
  test(`a VM isn't started if its ${what} disappears while the start is prepared`, async () => {
    const rig = await running()
    rig.world.break({ do: 'killMachine', name: MACHINE })
    rig.meanwhile = () => rig.world.break(harm)
    const { verdicts } = await rig.walk('up')
    rig.meanwhile = () => {}
    const verdict = verdicts.get('machine')
    assert.match(
      verdict?.verdict === 'failed' ? String(verdict.error) : '',
      new RegExp(`cannot start machine ${MACHINE}: its ${what} has just disappeared`),
    )
    assert.is(rig.world.world.machines[MACHINE]?.state, 'stopped')
    assert.is(rig.record()?.machine?.starting, undefined)
    rig.log.length = 0
    await rig.settle('up')
    assert.equal(rig.log, [...log, `create bundle/${BUNDLE}`, `start machine/${MACHINE}`])
  })

test('a killed bundle is restarted under a running VM', async () => {
  const rig = await running()
  rig.world.break({ do: 'killContainer', name: BUNDLE })
  await rig.settle('up')
  assert.equal(rig.log, [`start bundle/${BUNDLE}`])
  assert.is(rig.record()?.bundleRestarts, 1)
})

test('a bundle that keeps crashing waits longer each time, and says so', async () => {
  const rig = await running()
  const waits: number[] = []
  for (let crash = 1; crash <= 6; crash++) {
    rig.world.break({ do: 'killContainer', name: BUNDLE, exitCode: 1 })
    const verdict = (await rig.walk('up')).verdicts.get('bundle')
    waits.push(verdict?.verdict === 'wait' && verdict.reason === 'CrashLoop' ? verdict.retryAfterMs : 0)
    if (verdict?.verdict === 'wait' && verdict.reason === 'CrashLoop')
      assert.match(
        verdict.message,
        new RegExp(`^it exited with code 1, ${crash} times in a row; see bottlectl logs web`),
      )
    await rig.settle('up')
  }
  assert.equal(waits, [0, 0, 0, 4_000, 8_000, 16_000])
  assert.is(rig.record()?.bundleRestarts, 6)
})

test('an end is blamed on memory only if the Engine says so; after SIGKILL it is named as a possibility', () => {
  const words = [
    { exitCode: 137, oomKilled: true },
    { exitCode: 137, oomKilled: false },
    { exitCode: 3, oomKilled: false },
  ].map(whyEnded)
  assert.equal(words, [
    'it ran out of memory',
    'it was killed, by someone or for lack of memory (137)',
    'it exited with code 3',
  ])
})

test('a long run resets the count of crashes', async () => {
  const rig = await crashed(5)
  await rig.clock.advance(60_000)
  assert.equal(await crashAndWalk(rig), [`start bundle/${BUNDLE}`])
})

test('a suspend is not a crash, and resets the count', async () => {
  const rig = await crashed(5)
  rig.spec = { ...rig.spec, suspend: true }
  await rig.walk('down')
  assert.is(rig.world.world.containers[BUNDLE]?.state, 'exited')
  rig.spec = { ...rig.spec, suspend: false }
  rig.log.length = 0
  const begun = rig.clock.now()
  await rig.settle('up')
  assert.equal(rig.log, [`start bundle/${BUNDLE}`, `start machine/${MACHINE}`])
  assert.ok(rig.clock.now() - begun < 10_000, `${rig.clock.now() - begun} ms`)
})

test('an edit resets the count: it may be the fix', async () => {
  const rig = await crashed(5)
  rig.world.break({ do: 'killContainer', name: BUNDLE })
  const waiting = (await rig.walk('up')).verdicts.get('bundle')
  assert.is(waiting?.verdict === 'wait' ? waiting.reason : waiting?.verdict, 'CrashLoop')
  await rig.drivers.records.update('web', { generation: 2 })
  await rig.walk('up')
  assert.is(rig.log[0], `start bundle/${BUNDLE}`)
})

test('a failed start counts as neither a crash nor a restart', async () => {
  const rig = await running()
  rig.world.break({ do: 'killContainer', name: BUNDLE })
  rig.world.break({ do: 'fail', fault: { port: 'containers', verb: 'start', code: 'Failed', times: 5 } })
  for (let tries = 0; tries < 5; tries++) assert.is((await rig.walk('up')).verdicts.get('bundle')?.verdict, 'failed')
  await rig.settle('up')
  assert.is(rig.record()?.bundleRestarts, 1)
  assert.is(rig.record()?.bundleEnd?.crashes, 1)
})

const REFUSALS = [
  'task 4f: already exists',
  'mkdir /run/containerd/io.containerd.runtime.v2.task/moby/4f: file exists',
  'id already in use',
]
for (const words of REFUSALS) {
  test(`a bundle that Docker can never start again (${words}) is recreated once, on a new network`, async () => {
    const rig = await running()
    rig.world.break({ do: 'wedgeContainer', name: BUNDLE, words })
    assert.is((await rig.walk('up')).verdicts.get('bundle')?.verdict, 'failed')
    await rig.settle('up')
    assert.equal(rig.log, [
      `stop machine/${MACHINE}`,
      `remove network/${NETWORK}`,
      `create network/${NETWORK}`,
      'close edges/web',
      `remove bundle/${BUNDLE}`,
      `create bundle/${BUNDLE}`,
      `start machine/${MACHINE}`,
    ])
  })
}

test('the network is replaced, too, if someone removes the container that Docker refused to start', async () => {
  const rig = await running()
  rig.world.break({ do: 'wedgeContainer', name: BUNDLE })
  assert.is((await rig.walk('up')).verdicts.get('bundle')?.verdict, 'failed')
  rig.world.break({ do: 'removeContainer', name: BUNDLE })
  await rig.settle('up')
  assert.equal(rig.log, [
    `stop machine/${MACHINE}`,
    `remove network/${NETWORK}`,
    `create network/${NETWORK}`,
    'close edges/web',
    `create bundle/${BUNDLE}`,
    `start machine/${MACHINE}`,
  ])
})

test('a removed bundle is recreated under a running VM', async () => {
  const rig = await running()
  rig.world.break({ do: 'removeContainer', name: BUNDLE })
  await rig.settle('up')
  assert.equal(rig.log, [`create bundle/${BUNDLE}`])
})

test('a lost network is recreated on the same subnet, after the VM has stopped and the bundle is removed', async () => {
  const rig = await running()
  const { subnet } = rig.record() ?? {}
  rig.world.break({ do: 'removeNetwork', name: NETWORK })
  await rig.settle('up')
  assert.equal(rig.log, [
    `stop machine/${MACHINE}`,
    `remove bundle/${BUNDLE}`,
    `create network/${NETWORK}`,
    'close edges/web',
    `create bundle/${BUNDLE}`,
    `start machine/${MACHINE}`,
  ])
  assert.is(rig.record()?.subnet, subnet)
})

test('a stopped, killed or deleted VM comes back', async () => {
  for (const [what, steps] of [
    ['stopMachine', [`start machine/${MACHINE}`]],
    ['killMachine', [`start machine/${MACHINE}`]],
    ['deleteMachine', [`create machine/${MACHINE}`]],
    ['hangMachine', [`note machine/${MACHINE}`, `stop machine/${MACHINE}`, `start machine/${MACHINE}`]],
  ] as const) {
    const rig = await running()
    rig.world.break({ do: what, name: MACHINE })
    await rig.settle('up')
    assert.equal(rig.log, steps, what)
  }
})

test('a guest that is busy for a moment is not stopped; one that stays silent is, also after a crash of the controller', async () => {
  const rig = await running()
  const reasonOf = async (): Promise<string | undefined> => {
    const verdict = (await rig.walk('up')).verdicts.get('machine')
    return verdict?.verdict === 'wait' ? verdict.reason : verdict?.verdict
  }
  rig.world.break({ do: 'hangMachine', name: MACHINE })
  assert.is(await reasonOf(), 'MachineSilent')
  await rig.clock.advance(6_000)
  assert.is(await reasonOf(), 'MachineSilent')
  rig.world.break({ do: 'wakeMachine', name: MACHINE })
  assert.is(await reasonOf(), 'settled')
  assert.is(rig.record()?.machine?.silentSince, undefined)
  assert.equal(rig.log, [`note machine/${MACHINE}`, `note machine/${MACHINE}`])

  // Earlier silence no longer counts.
  await rig.clock.advance(6_000)
  rig.world.break({ do: 'hangMachine', name: MACHINE })
  assert.is(await reasonOf(), 'MachineSilent')
  await rig.clock.advance(10_000)
  assert.is(await reasonOf(), 'settled')
  assert.equal(rig.log.slice(2), [`note machine/${MACHINE}`, `stop machine/${MACHINE}`, `start machine/${MACHINE}`])
  assert.is(rig.record()?.machine?.silentSince, undefined)
})

test('a clock that was set back makes nobody wait for it to catch up', async () => {
  const rig = await crashed(5)
  rig.world.break({ do: 'killContainer', name: BUNDLE, exitCode: 1 })
  rig.clock.set(-7_200_000)
  await rig.walk('up')
  assert.is(rig.log[0], `start bundle/${BUNDLE}`, 'how long ago it crashed is not known')
  await rig.settle('up')
  // By the new clock all is as before.
  rig.world.break({ do: 'killContainer', name: BUNDLE, exitCode: 1 })
  const again = (await rig.walk('up')).verdicts.get('bundle')
  assert.ok(again?.verdict === 'wait' && again.reason === 'CrashLoop' && again.retryAfterMs > 10_000)
})

test('a port that is closed is noticed after the clock was set back', async () => {
  const rig = await running()
  rig.clock.set(-7_200_000)
  rig.world.break({ do: 'closePort', name: BUNDLE, port: 'proxy' })
  await rig.walk('up')
  assert.equal(rig.log, [`stop bundle/${BUNDLE}`, `start bundle/${BUNDLE}`])
})

for (const [how, hours] of [
  ['back', -2],
  ['forward', 2],
] as const)
  test(`a silent guest has its ten seconds where the clock is set ${how}`, async () => {
    const rig = await running()
    rig.world.break({ do: 'hangMachine', name: MACHINE })
    await rig.walk('up')
    rig.clock.set(hours * 3_600_000)
    await rig.clock.advance(6_000)
    await rig.walk('up')
    assert.is(rig.world.world.machines[MACHINE]?.state, 'unreachable')
    await rig.clock.advance(5_000)
    await rig.settle('up')
    assert.equal(rig.log, [`note machine/${MACHINE}`, `stop machine/${MACHINE}`, `start machine/${MACHINE}`])
  })

test('a stranger at .2 stops the VM, and is not touched', async () => {
  const rig = await running()
  rig.world.break({ do: 'stealAddress', network: NETWORK, ip: String(rig.record()?.subnet).replace('0/24', '2') })
  const { verdicts } = await rig.walk('up')
  const verdict = verdicts.get('network')
  assert.is(verdict?.verdict === 'stuck' ? verdict.reason : verdict?.verdict, 'AddressTaken')
  assert.is(rig.world.world.machines[MACHINE]?.state, 'stopped')
})

test('a subnet lost to another network stalls, naming the taker, with the VM stopped', async () => {
  const rig = await running()
  rig.world.break({ do: 'removeNetwork', name: NETWORK })
  rig.world.break({ do: 'addNetwork', name: 'vpn', subnet: String(rig.record()?.subnet) })
  const { verdicts } = await rig.walk('up')
  const verdict = verdicts.get('network')
  assert.ok(verdict?.verdict === 'stuck' && verdict.reason === 'SubnetTaken' && verdict.message.includes('vpn'))
  assert.is(rig.world.world.machines[MACHINE]?.state, 'stopped')
})

test('an edit of env stops, updates and starts the VM on the same disk', async () => {
  const rig = await running({ env: { A: '1', B: '2' } })
  rig.spec = { ...rig.spec, env: { A: '9' } }
  await rig.settle('up')
  assert.equal(rig.log, [`stop machine/${MACHINE}`, `update machine/${MACHINE}`, `start machine/${MACHINE}`])
  const env: Readonly<Record<string, string>> = rig.world.world.machines[MACHINE]?.env ?? {}
  assert.is(env['A'], '9')
  assert.is(env['B'], undefined)
})

test('under OnDelete a change of the disk waits with the VM running, and a rollout applies it', async () => {
  const rig = await running()
  rig.spec = { ...rig.spec, machine: { image: './agent.tar' } }
  const { verdicts } = await rig.walk('up')
  const verdict = verdicts.get('machine')
  assert.is(verdict?.verdict === 'stuck' ? verdict.reason : '', 'UpdatePending')
  assert.equal(rig.log, [])
  assert.is(rig.world.world.machines[MACHINE]?.state, 'running')
  rig.rollout = true
  await rig.settle('up')
  assert.equal(rig.log, [`remove machine/${MACHINE}`, `create machine/${MACHINE}`])
})

test('under Recreate a change of the disk is applied at once', async () => {
  const rig = await running()
  rig.spec = { ...rig.spec, machine: { image: './agent.tar', updatePolicy: 'Recreate' } }
  await rig.settle('up')
  assert.equal(rig.log, [`remove machine/${MACHINE}`, `create machine/${MACHINE}`])
})

test('turning git on recreates the bundle and restarts the VM', async () => {
  const rig = await running()
  rig.spec = { ...rig.spec, git: true }
  await rig.settle('up')
  assert.equal(rig.log, [
    `remove bundle/${BUNDLE}`,
    `create bundle/${BUNDLE}`,
    `stop machine/${MACHINE}`,
    `update machine/${MACHINE}`,
    `start machine/${MACHINE}`,
  ])
})

test('a VM whose allow list was opened by hand is stopped and not started again', async () => {
  const rig = await running()
  rig.world.break({ do: 'openMachine', name: MACHINE, allowedCidrs: ['0.0.0.0/0'] })
  const { verdicts } = await rig.walk('up')
  const verdict = verdicts.get('machine')
  assert.is(verdict?.verdict === 'stuck' ? verdict.reason : '', 'EgressDrift')
  assert.is(rig.world.world.machines[MACHINE]?.state, 'stopped')
})

test('a copied workspace is copied once per disk', async () => {
  const rig = await running({ workspace: { path: './repo', mode: 'copy' } })
  assert.ok(rig.record()?.machine?.workspaceCopied)
  await rig.settle('up')
  assert.equal(rig.log, [])
  rig.world.break({ do: 'deleteMachine', name: MACHINE })
  await rig.settle('up')
  assert.equal(rig.log, [`create machine/${MACHINE}`, 'copy workspace/workspace'])
})

// A container that holds our address is the network's business.
for (const [what, table, reporter, strange] of [
  ['network', 'networks', 'network', { labels: {}, subnets: ['10.9.9.0/24'] }],
  ['container', 'containers', 'network', { labels: {} }],
  ['machine', 'machines', 'machine', { labels: {} }],
] as const)
  test(`a ${what} of our name without our labels is never touched`, async () => {
    const rig = await running()
    const [key = '', ours] = Object.entries(rig.world.world[table])[0] ?? []
    assert.ok(ours !== undefined)
    // A new table, as indexes of the old one are kept.
    Object.assign(rig.world.world, { [table]: { [key]: { ...ours, ...strange } } })
    const theirs = structuredClone(rig.world.world[table][key])
    const { verdicts } = await rig.walk('up')
    const verdict = verdicts.get(reporter)
    assert.is(verdict?.verdict === 'stuck' ? verdict.reason : verdict?.verdict, 'NameConflict')
    assert.equal(rig.world.world[table][key], theirs)
    await rig.settle('gone').catch(() => undefined)
    assert.equal(rig.world.world[table], { [key]: theirs })
  })

test('a missing secret waits and the VM is not started without it', async () => {
  const rig = await createRig({ secrets: { TOKEN: { fromEnv: 'BOTTLED_TEST_NO_SUCH_VARIABLE' } } })
  rig.world.world.missing.push('BOTTLED_TEST_NO_SUCH_VARIABLE')
  let reason = ''
  for (let tries = 0; tries < 10 && reason !== 'SecretUnavailable'; tries++) {
    const verdict = (await rig.walk('up')).verdicts.get('machine')
    if (verdict?.verdict === 'wait') reason = verdict.reason
    await rig.clock.advance(500)
  }
  assert.is(reason, 'SecretUnavailable')
  assert.is(rig.world.world.machines[MACHINE], undefined)
})

test('as root a mounted workspace is refused, with the alternatives', async () => {
  const rig = await createRig({ workspace: { path: '/repo', mode: 'mount' } }, { userId: 0 })
  await rig.settle('up').then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /RootMount/),
  )
})

test('a mounted workspace must not contain the root', async () => {
  const rig = await createRig({ workspace: { path: '/', mode: 'mount' } })
  await rig.settle('up').then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /Tainted: spec.workspace.path \/ contains the root \/root/),
  )
})

test('a writable bundle mount must not contain the root', async () => {
  const rig = await createRig({ bundle: { mounts: [{ source: '/root/queue', target: '/queue', readOnly: false }] } })
  await rig.settle('up').then(
    () => assert.unreachable(),
    (error: Error) =>
      assert.match(error.message, /Tainted: spec.bundle.mounts\[0\].source \/root\/queue lies in the root \/root/),
  )
})

test.run()
