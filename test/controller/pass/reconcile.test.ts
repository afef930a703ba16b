import * as assert from 'uvu/assert'
import { createReconcile } from '../../../controller/pass/reconcile.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { change, settled } from '../../../reconcilers/contract/reconciler.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import { bottleText, createPassParts } from '../../parts/pass-parts.ts'
import { allowsAll } from '../../parts/policies.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('reconcile')
const spec = { agent: 'claude' }
const hash = specHash(spec)
const good: Partial<BottleRecord> = { spec, specHash: hash, goodHash: hash, base: '.' }

const make = async (records: readonly Partial<BottleRecord>[] = []) => {
  const rig = await createPassParts(records)
  return { ...rig, pass: createReconcile(rig.parts), record: () => rig.records.read('web') }
}
const GONE = { state: 'rest', outcome: 'Deleted', message: '', asAsked: true }
const READY = { state: 'rest', outcome: 'Ready', message: '', asAsked: true }

test('a document becomes a record and is carried out; again, nothing is written', async () => {
  const rig = await make()
  rig.put('web.yaml', bottleText('web'))
  assert.equal(await rig.pass('web'), READY)
  assert.equal(rig.log, ['allocate web any', 'status Ready of web to web.yaml#0'])
  assert.equal([rig.record()?.uid, rig.record()?.generation], ['new-uid', 1])
  assert.equal(await rig.pass('web'), READY)
  assert.is(rig.record()?.generation, 1)
})

const VIOLATION = { reason: 'PolicyViolation', message: 'web.yaml:5:3: not allowed' }

test('a document that the policy forbids becomes no record, and says why', async () => {
  const rig = await make()
  rig.world.policy = { ...rig.world.policy, ofDocument: async () => VIOLATION }
  rig.put('web.yaml', bottleText('web'))
  assert.equal(await rig.pass('web'), {
    state: 'rest',
    outcome: 'PolicyViolation',
    message: VIOLATION.message,
    asAsked: false,
  })
  assert.is(rig.record(), undefined)
  assert.equal(rig.log, ['status Invalid of nobody to web.yaml#0'])
  const accepted = rig.statuses[0]?.conditions?.find(({ type }) => type === 'Accepted')
  assert.equal([accepted?.status, accepted?.reason], ['False', 'PolicyViolation'])
})

test('an edit that the policy forbids leaves the last good spec in force, as long as that one is allowed', async () => {
  for (const [inForce, outcome] of [
    [undefined, 'settled'],
    [VIOLATION, 'stuck'],
  ] as const) {
    const rig = await make([good])
    rig.world.policy = { ...allowsAll, ofDocument: async () => VIOLATION, ofRecord: async () => inForce }
    let isMade = false
    const create = { verb: 'make', target: 'thing/web', because: '', run: async () => void (isMade = true) }
    rig.world.plan = () => (isMade ? settled() : change(create))
    rig.put('web.yaml', bottleText('web', 'agent: other'))
    assert.is((await rig.pass('web')).outcome, 'PolicyViolation')
    assert.is(isMade, outcome === 'settled')
    assert.equal(rig.record()?.spec, spec)
    assert.is(rig.record()?.generation, 2, 'it was judged')
  }
})

test('a bottle that is forbidden can be suspended all the same', async () => {
  const rig = await make([good])
  rig.world.policy = { ...allowsAll, ofDocument: async () => VIOLATION, ofRecord: async () => VIOLATION }
  rig.put('web.yaml', bottleText('web', 'agent: other, suspend: true'))
  assert.is((await rig.pass('web')).outcome, 'PolicyViolation')
  assert.equal(
    rig.world.situations.map(({ goal, spec: resolved }) => `${goal} ${resolved?.agent ?? ''} ${resolved?.suspend}`),
    ['down claude true'],
  )
  assert.is(rig.statuses.at(-1)?.phase, 'Suspended')
  assert.equal(rig.record()?.spec, spec)
})

test('only the policy stops what asks to be suspended, and only what has been accepted once', async () => {
  const invalid = await make([good])
  invalid.put('web.yaml', bottleText('web', 'agent: 1, suspend: true'))
  assert.is((await invalid.pass('web')).outcome, 'Invalid')
  const moved = await make([good])
  moved.put('web.yaml', bottleText('web', 'agent: claude, identity: other, suspend: true'))
  await moved.pass('web')
  assert.equal(
    [...invalid.world.situations, ...moved.world.situations].map(({ goal }) => goal),
    ['up', 'up'],
  )
  const never = await make([{}])
  never.world.policy = { ...allowsAll, ofDocument: async () => VIOLATION }
  never.put('web.yaml', bottleText('web', 'agent: claude, suspend: true'))
  assert.not((await never.pass('web')).asAsked)
  assert.equal(never.world.situations, [])
})

test('a bottle whose file can not be read, or is gone, is held to the policy, too', async () => {
  const rig = await make([good])
  rig.world.policy = { ...rig.world.policy, ofRecord: async () => VIOLATION }
  rig.store.putUnreadable('other.yaml', { why: 'no permission' })
  rig.world.plan = () =>
    change({ verb: 'make', target: 'thing/web', because: '', run: async () => assert.unreachable() })
  await rig.pass('web')
  assert.is((rig.record()?.status as { phase?: string } | undefined)?.phase, 'Stalled')
})

test('a name that nothing is known of is gone; one whose document went begins its grace', async () => {
  const rig = await make([good])
  assert.equal(await rig.pass('nobody'), GONE)
  assert.is((await rig.pass('web')).outcome, 'Grace')
  assert.is(rig.parts.guards.waiting(), true)
  rig.put('web.yaml', bottleText('web'))
  await rig.pass('web')
  assert.is(rig.parts.guards.waiting(), false, 'it is back')
})

test('a deletion that is decided is carried on, whatever the files say', async () => {
  const rig = await make([{ ...good, deleting: { since: '' } }])
  rig.put('web.yaml', bottleText('web'))
  const remove = { verb: 'remove', target: 'thing/web', because: '', run: () => rig.records.remove('web') }
  rig.world.plan = (goal) => (goal === 'gone' && rig.record() !== undefined ? change(remove) : settled())
  assert.equal(await rig.pass('web'), GONE)
  assert.equal(rig.world.situations[0]?.goal, 'gone')
})

test('where a file that can not be read may hold it, its last good spec stays in force', async () => {
  const rig = await make([good])
  rig.store.putUnreadable('other.yaml', { why: 'no permission' })
  const unreadable = { state: 'rest', outcome: 'Unreadable', message: 'other.yaml: no permission', asAsked: false }
  const warning = 'warn web Unreadable: other.yaml: no permission; the last good spec stays in force'
  assert.equal(await rig.pass('web'), unreadable)
  assert.equal(rig.log, [warning, 'allocate web any'])
  await rig.pass('web')
  assert.equal(rig.log.filter((line) => line === warning).length, 1)
  assert.equal(await rig.pass('nobody'), GONE)
  rig.store.drop('other.yaml')
  rig.put('web.yaml', bottleText('web'))
  await rig.pass('web')
  rig.store.drop('web.yaml')
  rig.store.putUnreadable('other.yaml', { why: 'no permission' })
  await rig.pass('web')
  assert.equal(rig.log.filter((line) => line === warning).length, 2, 'it was readable meanwhile')
})

test('a file that can not be read ends a grace', async () => {
  const rig = await make([good])
  await rig.pass('web')
  rig.store.putUnreadable('other.yaml', { why: 'no permission' })
  await rig.pass('web')
  assert.is(rig.parts.guards.waiting(), false)
})

test('a refused document keeps the last good spec in force, and counts as a generation', async () => {
  const rig = await make([{ ...good, file: 'web.yaml' }])
  rig.put('web.yaml', bottleText('web', 'agent: 1'))
  const end = await rig.pass('web')
  assert.equal([end.outcome, end.asAsked, end.state], ['Invalid', false, 'rest'])
  assert.match(end.message, /^web\.yaml:4:\d+: spec\.agent/)
  assert.equal([rig.record()?.generation, rig.record()?.spec], [2, spec])
  assert.is(rig.world.situations.length, 1, 'it is walked')
})

test('a refused document without a record is told so, and nothing else', async () => {
  const rig = await make()
  rig.world.policy = { ...allowsAll, ofDocument: async () => VIOLATION }
  rig.put('web.yaml', bottleText('web', 'agent: 1'))
  const end = await rig.pass('web')
  assert.equal([end.outcome, end.asAsked, end.state], ['Invalid', false, 'rest'])
  assert.equal([rig.log, rig.world.situations], [['status Invalid of nobody to web.yaml#0'], []])
  const { reason, message } = rig.statuses[0]?.conditions[0] ?? {}
  assert.equal([reason, message], ['Invalid', end.message])
})

test('of two documents the owner is carried out and the other is told; a move is looked at again first', async () => {
  const rig = await make([{ ...good, file: 'b.yaml' }])
  rig.put('a.yaml', bottleText('web'))
  rig.put('b.yaml', bottleText('web'))
  assert.equal(await rig.pass('web'), READY)
  assert.equal(rig.log, ['status Invalid of nobody to a.yaml#0', 'allocate web any', 'status Ready of web to b.yaml#0'])
  assert.is(
    rig.statuses[0]?.conditions?.[0]?.message,
    'bottle/web is already defined in b.yaml:1: rename or remove one of the two',
  )
  assert.is(rig.statuses[0]?.conditions?.[0]?.reason, 'DuplicateName')

  const moved = await make([{ ...good, file: 'b.yaml' }])
  moved.put('a.yaml', bottleText('web'))
  moved.put('b.yaml', bottleText('web'))
  let reread: readonly string[] = []
  moved.world.reread = (paths) => {
    reread = paths
    moved.store.drop('b.yaml')
  }
  assert.equal(await moved.pass('web'), READY)
  assert.equal(reread, ['a.yaml', 'b.yaml'])
  assert.equal(moved.log, ['allocate web any', 'status Ready of web to a.yaml#0'])
  assert.is(moved.record()?.file, 'a.yaml')
  reread = []
  await moved.pass('web')
  assert.equal(reread, [], 'one document is not read again')
})

test('a bottle that was admitted with its change is not enrolled again', async () => {
  const rig = await make()
  rig.put('web.yaml', bottleText('web'))
  await rig.parts.admission.admit(['web'])
  const before = rig.record()
  const writes: string[] = []
  rig.parts.drivers.records.write = async ({ name }) => void writes.push(name)
  assert.equal(await rig.pass('web'), READY)
  assert.equal([before?.uid, writes], ['new-uid', []])
})

test('a file that can not be read and may hold it brings a parked bottle back', async () => {
  const rig = await make([{ ...good, parked: { since: '', until: '' } }])
  rig.store.putUnreadable('other.yaml', { why: 'no permission' })
  await rig.pass('web')
  assert.is(rig.record()?.parked, undefined)
  assert.ok(rig.log.includes('normal web Unparked: its document is back: the same VM comes up again, with its disk'))
})

test.run()
