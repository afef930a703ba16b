import * as assert from 'uvu/assert'
import {
  cachedDrivers,
  createSnapshot,
  emptySnapshot,
  indexSnapshot,
  joinEndpoints,
} from '../../../controller/world/snapshot.ts'
import type { Snapshot } from '../../../controller/world/snapshot.ts'
import { OWNER, UID } from '../../../reconcilers/derive/names.ts'
import { aContainer, aMachine, aNetwork, createCalls } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('snapshot')

test('who is attached to a network stands in the containers, of those that run', () => {
  const attached = (change: Parameters<typeof aContainer>[0]) =>
    joinEndpoints([aNetwork(), aNetwork({ id: 'n2' })], [aContainer(change)]).map(({ endpoints }) => endpoints)
  const end = { containerId: 'c1', containerName: 'bottle-web-bundle', ip: '192.168.9.2' }
  for (const [state, isAttached] of [
    ['running', true],
    ['paused', true],
    ['restarting', true],
    ['created', false],
    ['exited', false],
    ['removing', false],
    ['dead', false],
  ] as const)
    assert.equal(attached({ state }), [isAttached ? [end] : [], []], state)
  const both = [
    { networkId: 'n1', ip: '192.168.9.2' },
    { networkId: 'n2', ip: '10.0.0.5' },
  ]
  assert.equal(attached({ attachments: both }), [[end], [{ ...end, ip: '10.0.0.5' }]])
  const two = joinEndpoints([aNetwork()], [aContainer(), aContainer({ id: 'c2', name: 'x' })])
  assert.equal(two[0]?.endpoints, [end, { ...end, containerId: 'c2', containerName: 'x' }])
})

test('objects are found by name; of networks several may have one', () => {
  const [one, two] = [aNetwork(), aNetwork({ id: 'n2' })]
  const index = indexSnapshot({ networks: [one, two], containers: [aContainer()], machines: [aMachine()] })
  assert.equal(index.network('bottle-web'), [one, two])
  assert.equal(index.network('x'), [])
  assert.equal([index.container('bottle-web-bundle'), index.container('x')], [aContainer(), undefined])
  assert.equal([index.machine('bottle-web'), index.machine('x')], [aMachine(), undefined])
  assert.equal(index.networks, [one, two])
  const copy = aContainer({ id: 'c2', name: 'copy' })
  const bare = aContainer({ id: 'c3', name: 'bare', labels: {} })
  const carried = indexSnapshot({ networks: [], containers: [aContainer(), copy, bare], machines: [] })
  assert.equal([carried.carrying('u1'), carried.carrying('u2')], [[aContainer(), copy], []])
})

test('reads are answered from the snapshot, all else by the drivers', async () => {
  const { drivers, calls } = createCalls()
  const index = indexSnapshot({ networks: [aNetwork()], containers: [aContainer()], machines: [aMachine()] })
  const { networks, containers, machines, records } = cachedDrivers(
    { ...drivers, records: drivers.records },
    () => index,
    { complete: async (listed) => ({ ...listed, exitCode: 9 }) },
  )
  assert.equal(await networks.list(), [aNetwork()])
  assert.equal(await networks.find('bottle-web'), [aNetwork()])
  assert.equal(await containers.list(), [aContainer()])
  assert.equal(await containers.find('bottle-web-bundle'), aContainer({ exitCode: 9 }))
  assert.is(await containers.find('x'), undefined)
  assert.equal(await containers.carrying({ [UID]: 'u1', [OWNER]: 'me' }), [aContainer()])
  assert.equal(await containers.carrying({ [UID]: 'u1', [OWNER]: 'them' }), [])
  assert.equal(await containers.carrying({ [UID]: 'u2' }), [])
  assert.equal(await containers.carrying({ [OWNER]: 'me' }), [])
  assert.equal(await machines.list(), [aMachine()])
  assert.equal(await machines.find('bottle-web'), aMachine())
  assert.equal(calls, [])
  records.read('web')
  assert.equal(calls, ['records.read("web")'])
})

test('the firewall is looked at where it never was, and else known from its last look', async () => {
  const look = { may: false, why: 'no' } as const
  for (const [last, calls] of [
    [undefined, ['firewall.last()', 'firewall.look()']],
    [look, ['firewall.last()']],
  ] as const) {
    const rig = createCalls({ 'firewall.last': last, 'firewall.look': look })
    const { firewall } = cachedDrivers(
      {
        ...rig.drivers,
        firewall: { ...rig.drivers.firewall, look: rig.drivers.firewall.look, last: rig.drivers.firewall.last },
      },
      () => indexSnapshot(emptySnapshot),
      { complete: async (listed) => listed },
    )
    assert.equal(await firewall.look(new AbortController().signal), look)
    assert.equal(rig.calls, calls)
  }
})

/** What a snapshot of `before` reports of `after`. */
const changed = (before: Snapshot, after: Partial<Snapshot>): readonly string[] => {
  const kept = createSnapshot()
  kept.adopt(before)
  return [...kept.adopt(after)]
}

test('names of what differs', () => {
  const base: Snapshot = { networks: [aNetwork()], containers: [aContainer()], machines: [aMachine()] }
  for (const [what, after, names] of [
    ['nothing', base, []],
    ['no list', {}, []],
    ['new lists of the same', { networks: [aNetwork()], containers: [aContainer()], machines: [aMachine()] }, []],
    ['a container that ended', { ...base, containers: [aContainer({ state: 'exited' })] }, ['bottle-web-bundle']],
    ['a new machine', { ...base, machines: [aMachine(), aMachine({ name: 'x' })] }, ['x']],
    ['a network that went', { ...base, networks: [] }, ['bottle-web']],
    ['a second network of the name', { ...base, networks: [aNetwork(), aNetwork({ id: 'n2' })] }, ['bottle-web']],
    ['everything', emptySnapshot, ['bottle-web', 'bottle-web-bundle']],
  ] as const)
    assert.equal(changed(base, after), names, what)
  const two = [aNetwork({ id: 'a' }), aNetwork({ id: 'b' })]
  const before = { ...base, networks: two }
  assert.equal(changed(before, { ...base, networks: [two[0] ?? aNetwork(), aNetwork({ id: 'c' })] }), ['bottle-web'])
  assert.equal(changed(before, { ...base, networks: [aNetwork({ id: 'c' }), two[1] ?? aNetwork()] }), ['bottle-web'])
})

test('what is listed as it was stays the same object, and so do those that carry a uid', () => {
  const kept = createSnapshot()
  kept.adopt({ networks: [aNetwork()], containers: [aContainer()], machines: [aMachine()] })
  const looks = () => [
    kept.network('bottle-web'),
    kept.container('bottle-web-bundle'),
    kept.carrying('u1'),
    kept.machine('bottle-web'),
  ]
  const before = looks()
  kept.adopt({ networks: [aNetwork()], containers: [aContainer()], machines: [aMachine()] })
  for (const [at, look] of looks().entries()) assert.is(look, before[at])
  kept.adopt({ networks: [aNetwork({ id: 'n2' })], containers: [aContainer({ state: 'paused' })], machines: [] })
  for (const [at, look] of looks().entries()) assert.is.not(look, before[at])
})

test('a look at one machine replaces what was listed of it', () => {
  const kept = createSnapshot()
  kept.adopt({ networks: [], containers: [], machines: [aMachine(), aMachine({ name: 'x' })] })
  kept.seeMachine('bottle-web', aMachine({ state: 'stopped' }))
  kept.seeMachine('x', undefined)
  kept.seeMachine('y', aMachine({ name: 'y' }))
  assert.equal(kept.machines, [aMachine({ state: 'stopped' }), aMachine({ name: 'y' })])
  assert.is(kept.machine('x'), undefined)
  assert.equal([...kept.adopt({ machines: [aMachine()] }, (name) => name === 'y')], ['bottle-web'])
  assert.equal(kept.machines, [aMachine(), aMachine({ name: 'y' })])
})

test.run()
