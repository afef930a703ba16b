import * as assert from 'uvu/assert'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import { startMachine } from '../../../reconcilers/machine/steps.ts'
import { FOREIGN, aContainer, aMachine, aNetwork, aSituation } from '../../parts/plans.ts'
import { LEAKING, LEAK_WORDS } from '../../parts/seal-looks.ts'
import { suite } from '../../helpers/suite.ts'

import { BOUNDARY, FIND, LOOK, SEEN, TRUST, TRUSTING, kept, run, told } from '../../parts/machine-steps.ts'

/** What is looked at right before a start. */
const test = suite('what a VM may be started on')

test('nothing is started that smolvm reports otherwise than asked, at the last moment', async () => {
  const given = { version: '1.32.2', createdAt: 1, others: {} }
  for (const [found, why] of [
    [{ ports: 1 }, 'it publishes 1 port on this host'],
    [{ others: { gpu: 'true' } }, 'its gpu is true'],
    [{ others: { new_flag: 'true' } }, 'its new_flag is true, and was unset when it was created'],
    [{ createdAt: 2 }, 'it is not the VM that bottled created, but another of its name'],
  ] as const) {
    const answers = { ...BOUNDARY, 'machines.find': aMachine(found), 'machines.version': '1.32.2' }
    const { calls, error } = await run(startMachine(aSituation(), 'why'), { ...kept, given }, answers)
    assert.equal(calls, SEEN)
    assert.is(error, `Busy: cannot start machine bottle-web: ${why}; it is not started like that; bottled looks again`)
  }
})

test('what a pack brought is not started either, though nothing is known of the new VM', async () => {
  const answers = {
    ...BOUNDARY,
    'machines.find': aMachine({ others: { gpu: 'true', quiet: '1' } }),
    'machines.version': '1.32.2',
  }
  const { machine, error } = await run(startMachine(aSituation(), 'why'), kept, answers)
  assert.match(error ?? '', 'its gpu is true')
  assert.equal(machine, kept)
})

test('nothing is started without its boundary, at the last moment', async () => {
  for (const [what, world, gone] of [
    ['no network', { 'networks.find': [] }, 'network'],
    ["another's network", { 'networks.find': [aNetwork({ labels: FOREIGN })] }, 'network'],
    ['no bundle', { 'containers.find': undefined }, 'bundle'],
    ['a bundle that was disconnected', { 'containers.find': aContainer({ attachments: [] }) }, 'bundle'],
    [
      'a bundle on another network',
      { 'containers.find': aContainer({ attachments: [{ networkId: 'n2', ip: '' }] }) },
      'bundle',
    ],
  ] as const) {
    const { calls, error } = await run(startMachine(aSituation(), 'why'), kept, { ...BOUNDARY, ...world })
    assert.equal(calls, FIND, what)
    assert.is(
      error,
      `Busy: cannot start machine bottle-web: its ${gone} has just disappeared; it is recreated, then the VM is started`,
      what,
    )
  }
  const two = {
    ...BOUNDARY,
    'networks.find': [aNetwork({ id: 'x', labels: FOREIGN }), aNetwork()],
    'containers.find': aContainer({
      attachments: [
        { networkId: 'x', ip: '' },
        { networkId: 'n1', ip: '' },
      ],
    }),
  }
  assert.is((await run(startMachine(aSituation(), 'why'), kept, two)).error, undefined)
})

test('nothing is started beside a bundle that was not told this policy in this run, at the last moment', async () => {
  const start = startMachine(aSituation({ spec: TRUSTING }), 'why')
  const good = told()
  const running = aContainer({ startedAt: 'now' })
  const inRun = { ...good, run: { ...good.run, startedAt: 'now' } }
  for (const [what, last, isStarted] of [
    ['told', inRun, true],
    ['never told', undefined, false],
    ['refused', { ...inRun, outcome: { kind: 'refused', reason: 'BadPolicy' } }, false],
    ['another policy', { ...inRun, hash: 'other' }, false],
    ['another bundle', { ...inRun, run: { ...inRun.run, container: 'c0' } }, false],
    ['an earlier run', { ...inRun, run: { ...inRun.run, startedAt: 'before' } }, false],
  ] as const) {
    const answers = { ...BOUNDARY, ...TRUST, 'containers.find': running, 'bundles.last': last }
    const { calls, error } = await run(start, kept, answers)
    assert.is(calls.includes('machines.start("bottle-web")'), isStarted, what)
    assert.is(
      error,
      isStarted
        ? undefined
        : 'Busy: cannot start machine bottle-web: its bundle has just been started again; its policy is loaded, then the VM is started',
      what,
    )
  }
})

test('an agent in a container is started whatever way this host has: it is on the bridge itself', async () => {
  const inContainer = { ...kept, runtime: 'container' } as const
  const world = { ...BOUNDARY, 'host.source': '10.0.0.5' }
  const situation = aSituation({ record: { machine: inContainer } })
  const { calls, error } = await run(startMachine(situation, 'why'), inContainer, world)
  assert.not.match(error ?? '', 'leaves over another device')
  assert.not.ok(calls.includes('host.source("192.168.9.2")'))
})

test('nothing is started while the way to the bundle leaves over another device', async () => {
  for (const source of [undefined, '10.0.0.5', '192.168.9.2']) {
    const { calls, error } = await run(startMachine(aSituation(), 'why'), kept, { ...BOUNDARY, 'host.source': source })
    assert.equal(calls, LOOK)
    assert.is(
      error,
      'Busy: cannot start machine bottle-web: the route to 192.168.9.2 leaves over another device than the bridge of bottle-web; see `ip rule` and `ip route show table all`',
    )
  }
})

test('nothing is started where a guest of ours got out meanwhile, unless that is allowed', async () => {
  const answers = { ...BOUNDARY, 'seals.look': LEAKING, 'machines.find': aMachine({ state: 'stopped' }) }
  const start = (settings: Partial<Situation['settings']>) =>
    run(startMachine(aSituation({ settings }), 'why'), kept, answers)
  const refused = await start({})
  assert.match(refused.error ?? '', `Busy: cannot start machine bottle-web: ${LEAK_WORDS}`)
  assert.equal(refused.calls, LOOK)
  const allowed = await start({ unsealed: 'allow' })
  assert.is(allowed.error, undefined)
  assert.ok(allowed.calls.includes('machines.start("bottle-web")'))
})

test('what is not as asked is started all the same where that is allowed', async () => {
  const opened = aMachine({ state: 'stopped', allowedCidrs: ['0.0.0.0/0'] })
  const step = startMachine(aSituation({ settings: { unsealed: 'allow' } }), 'why')
  const { calls, error } = await run(step, kept, { ...BOUNDARY, 'machines.find': opened })
  assert.is(error, undefined)
  assert.ok(calls.includes('machines.start("bottle-web")'))
})

test.run()
