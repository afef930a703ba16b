import * as assert from 'uvu/assert'
import { orphanRecords } from '../../../controller/world/orphans.ts'
import { emptySnapshot } from '../../../controller/world/snapshot.ts'
import type { Snapshot } from '../../../controller/world/snapshot.ts'
import type { BottleRecord, LostRecord } from '../../../drivers/ports.ts'
import { NAME, OWNER, UID } from '../../../reconcilers/derive/names.ts'
import { FOREIGN, OURS, SUBNET, aContainer, aMachine, aNetwork, aRecord } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('orphans')
const bare = { version: 1, uid: 'u1', name: 'web', identity: 'web', file: '', generation: 0, specHash: '' } as const
const orphansOf = (snapshot: Snapshot, known: readonly BottleRecord[], lost: readonly LostRecord[]) =>
  orphanRecords({
    informer: { snapshot: () => snapshot },
    owner: 'me',
    registry: { all: () => known },
    drivers: { records: { lost: () => lost } },
  })
const found = (snapshot: Partial<Snapshot>, known = [aRecord({ uid: 'u9', identity: 'other' })]) =>
  orphansOf({ ...emptySnapshot, ...snapshot }, known, [])

test('each kind of object gives a record, a network with its subnet', () => {
  assert.equal(found({}), [])
  assert.equal(found({ networks: [aNetwork()] }), [{ ...bare, subnet: SUBNET, networkExisted: true }])
  assert.equal(found({ networks: [aNetwork({ subnets: [] })] }), [bare])
  assert.equal(found({ containers: [aContainer()] }), [bare])
  assert.equal(found({ machines: [aMachine()] }), [bare])
})

test('all objects of a bottle give one record', () => {
  assert.equal(found({ networks: [aNetwork()], containers: [aContainer()], machines: [aMachine()] }), [
    { ...bare, subnet: SUBNET, networkExisted: true },
  ])
  const db = aMachine({ name: 'bottle-db', labels: { ...OURS, [UID]: 'u2', [NAME]: 'Db' } })
  assert.equal(found({ machines: [aMachine(), db] }), [bare, { ...bare, uid: 'u2', name: 'Db', identity: 'db' }])
})

test('what gives none', () => {
  for (const [what, snapshot] of [
    ["another root's", { machines: [aMachine({ labels: FOREIGN })] }],
    ["a stranger's", { machines: [aMachine({ labels: {} })] }],
    ['without a uid', { machines: [aMachine({ labels: { [OWNER]: 'me', [NAME]: 'web' } })] }],
    ['without a name', { machines: [aMachine({ labels: { [OWNER]: 'me', [UID]: 'u1' } })] }],
    ['a container that is not a bundle', { containers: [aContainer({ name: 'bottle-web' })] }],
    ['another prefix', { networks: [aNetwork({ name: 'my-bottle-web' })] }],
    ['a known uid', { machines: [aMachine({ labels: { ...OURS, [UID]: 'u9' } })] }],
    ['a known identity', { machines: [aMachine({ name: 'bottle-other' })] }],
  ] as const)
    assert.equal(found(snapshot), [], what)
})

test('one whose record could not be read is retained: it may have been to stay', () => {
  const lost = [{ identity: 'web', path: 'web.bad', why: 'torn' }]
  const snapshot = {
    ...emptySnapshot,
    machines: [aMachine(), aMachine({ name: 'bottle-db', labels: { ...OURS, [UID]: 'u2' } })],
  }
  assert.equal(
    orphansOf(snapshot, [], lost).map(({ identity, retained }) => [identity, retained]),
    [
      ['web', true],
      ['db', undefined],
    ],
  )
})

test.run()
