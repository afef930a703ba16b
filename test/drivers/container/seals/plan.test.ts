import * as assert from 'uvu/assert'
import { HOLDER } from '../../../../drivers/container/seals/holder.ts'
import { planHolder } from '../../../../drivers/container/seals/plan.ts'
import type { Container, ContainerFacts } from '../../../../drivers/ports.ts'
import { suite } from '../../../helpers/suite.ts'

const test = suite('what is done until a seal has its holder')

const OURS = { 'dev.bottled.owner': 'o', 'dev.bottled.uid': 'u' }
const SEAL = {
  machine: 'bottle-a',
  labels: OURS,
  networkId: 'n',
  ip: '10.0.0.3',
  bundleIp: '10.0.0.2',
  ports: [8888],
  image: 'i',
}
const FACTS: ContainerFacts = { ...HOLDER, env: {}, memoryMiB: 128, cpus: 0, pids: 64 }
const found = (change: Partial<Container> = {}): Container => ({
  id: 'h',
  name: 'bottle-a-seal',
  image: 'i',
  labels: { ...OURS, 'dev.bottled.role': 'seal' },
  state: 'running',
  health: undefined,
  attachments: [{ networkId: 'n', ip: '10.0.0.3' }],
  facts: FACTS,
  ...change,
})
const plan = (holder: Container | undefined, ...joined: readonly string[]) => planHolder(SEAL, holder, joined)

test('none is made', () => {
  assert.equal(plan(undefined), { do: 'make' })
})

test('one that runs as asked stays, of whatever image', () => {
  assert.equal(plan(found()), { do: 'none' })
  assert.equal(plan(found({ image: 'older' }), 'bottle-a'), { do: 'none' })
})

test('one that does not run is started, one that is paused is stopped first', () => {
  for (const state of ['created', 'exited', 'dead'] as const)
    assert.equal(plan(found({ state }), 'bottle-a'), { do: 'start', id: 'h' }, state)
  assert.equal(plan(found({ state: 'paused' }), 'bottle-a'), { do: 'stop', id: 'h' })
})

test('one on another network is made anew where nobody uses it, else it moves', () => {
  const attachments = [{ networkId: 'old', ip: '10.0.9.3' }]
  assert.equal(plan(found({ attachments })), { do: 'remove', id: 'h' })
  assert.equal(plan(found({ attachments }), 'bottle-a'), { do: 'rejoin', id: 'h', from: ['old'], running: true })
  assert.equal(plan(found({ attachments: [], state: 'exited' }), 'bottle-a'), {
    do: 'rejoin',
    id: 'h',
    from: [],
    running: false,
  })
})

test('one with another address, or on one more network, is not as asked', () => {
  const own = { networkId: 'n', ip: '10.0.0.3' }
  assert.equal(plan(found({ attachments: [{ ...own, ip: '10.0.0.4' }] }), 'a').do, 'rejoin')
  assert.equal(plan(found({ attachments: [own, { networkId: 'm', ip: '10.1.0.3' }] }), 'a').do, 'rejoin')
})

test('one that runs something else is made anew, but not under an agent', () => {
  const facts = { ...FACTS, command: ['node', '-e', 'older'] }
  assert.equal(plan(found({ facts })), { do: 'remove', id: 'h' })
  assert.equal(plan(found({ facts }), 'bottle-a'), { do: 'none' })
})

test('one that is not hardened is made anew, and refused under an agent, with what is wrong', () => {
  const changes: readonly (readonly [Partial<ContainerFacts>, RegExp])[] = [
    [{ user: '1000:1000' }, /another user/],
    [{ dropsCapabilities: false }, /set of capabilities/],
    [{ noNewPrivileges: false }, /new privileges/],
    [{ readOnlyRoot: false }, /root file system/],
    [{ mounts: [{ source: '/', target: '/host', readOnly: false }] }, /set of mounts/],
    [{ tmpfs: ['/tmp'] }, /folders in memory/],
    [{ restartPolicy: 'always' }, /restart policy/],
    [{ extras: [] }, /set of privileges/],
    [{ extras: ['the capability NET_ADMIN', 'the capability NET_RAW'] }, /set of privileges/],
  ]
  for (const [change, why] of changes) {
    const holder = found({ facts: { ...FACTS, ...change } })
    assert.equal(plan(holder), { do: 'remove', id: 'h' })
    const refused = plan(holder, 'bottle-a')
    assert.is(refused.do, 'refuse')
    assert.match(refused.do === 'refuse' ? refused.detail : '', why)
    assert.match(refused.do === 'refuse' ? refused.detail : '', /bottle-a uses its network/)
  }
})

test('one of an earlier bottle of the name is made anew, but not under an agent', () => {
  const labels = { ...found().labels, 'dev.bottled.uid': 'earlier' }
  assert.equal(plan(found({ labels })), { do: 'remove', id: 'h' })
  assert.equal(plan(found({ labels }), 'bottle-a').do, 'refuse')
})

test("a container that isn't ours is never touched", () => {
  for (const labels of [{}, OURS, { ...found().labels, 'dev.bottled.owner': 'another' }]) {
    const refused = plan(found({ labels, state: 'exited' }))
    assert.is(refused.do === 'refuse' ? refused.reason : refused.do, 'NameTaken')
  }
})

test('one that is being removed is waited for', () => {
  const refused = plan(found({ state: 'removing' }))
  assert.is(refused.do === 'refuse' ? refused.reason : refused.do, 'Busy')
})

test.run()
