import * as assert from 'uvu/assert'
import { enroll, enrollRefused, isUpToDate, unpark } from '../../../controller/pass/enroll.ts'
import { judge } from '../../../controller/pass/judge.ts'
import type { Accepted } from '../../../controller/pass/judge.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { HASH, NAME, OWNER, UID } from '../../../reconcilers/derive/names.ts'
import { emptySnapshot } from '../../../controller/world/snapshot.ts'
import type { Snapshot } from '../../../controller/world/snapshot.ts'
import { OURS, aContainer, aMachine, aNetwork, aRecord } from '../../parts/plans.ts'
import { bottleText, createPassParts } from '../../parts/pass-parts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('enroll')
const spec = { agent: 'claude' }
const hash = specHash(spec)
/** The record of a bottle whose file says just that. */
const good: Partial<BottleRecord> = {
  file: 'sub/web.yaml',
  generation: 4,
  specHash: hash,
  goodHash: hash,
  spec,
  base: 'sub',
}

const make = async (records: readonly Partial<BottleRecord>[] = [], body = 'agent: claude') => {
  const rig = await createPassParts(records)
  rig.put('sub/web.yaml', bottleText('web', body))
  const judgement = judge({
    name: 'web',
    documents: rig.store.documents('web'),
    record: undefined,
    holder: () => undefined,
    unclear: [],
  }) as Accepted
  const take = (): Promise<BottleRecord> => enroll(rig.parts, judgement)
  return { ...rig, judgement, take, record: () => rig.records.read('web') }
}

test('a new bottle gets a record, and is known by its name', async () => {
  const { take, record, registry } = await make()
  const expected = {
    version: 1,
    uid: 'new-uid',
    name: 'web',
    identity: 'web',
    file: 'sub/web.yaml',
    generation: 1,
    specHash: hash,
    spec,
    goodHash: hash,
    base: 'sub',
  }
  assert.equal(await take(), expected)
  assert.equal(record(), expected)
  assert.equal(registry.byName('web'), expected)
})

test('what an edit, a move, a return and a good spec after a bad one change', async () => {
  const other = { agent: 'other' }
  for (const [what, before, change] of [
    ['nothing', {}, {}],
    ['moved', { file: 'web.yaml', base: '.' }, { base: '.' }],
    ['edited', { specHash: 'x', goodHash: 'x', spec: other, base: '.' }, { generation: 5 }],
    ['refused before, and back to the good one', { specHash: 'x', base: '.' }, { generation: 5, base: '.' }],
    ['refused before with this very spec', { goodHash: 'x', spec: other, base: '.' }, {}],
    ['retained', { retained: true }, {}],
    ['confirmed', { deleteConfirmed: true }, {}],
    ['held', { massHeld: true }, {}],
    ['held, and why', { held: { reason: 'R', message: 'm' } }, {}],
    ['to be retained when it goes', { retainWhenGone: true }, { retainWhenGone: true }],
  ] as const) {
    const { take, record } = await make([{ ...good, ...before }])
    const expected = aRecord({ ...good, ...change } as Partial<BottleRecord>)
    assert.equal(await take(), expected, what)
    assert.equal(record(), expected, what)
  }
})

test('nothing new is no write', async () => {
  const rig = await make([good])
  const writes: unknown[] = []
  rig.parts.drivers = {
    ...rig.parts.drivers,
    records: { ...rig.records, write: async (record) => void writes.push(record) },
  }
  await rig.take()
  assert.equal(writes, [])
})

test('up to date is what has this file, hash and good hash, and no absence', async () => {
  const { judgement } = await make()
  for (const [record, isIt] of [
    [{}, true],
    [{ file: 'web.yaml' }, false],
    [{ specHash: 'x' }, false],
    [{ goodHash: 'x' }, false],
    [{ retained: true }, false],
    [{ deleteConfirmed: true }, false],
    [{ massHeld: true }, false],
    [{ held: { reason: 'R', message: 'm' } }, false],
    [{ retainWhenGone: true, everReady: true }, true],
  ] as const)
    assert.is(isUpToDate(aRecord({ ...good, ...record }), judgement), isIt, JSON.stringify(record))
})

test('a spec is warned of once', async () => {
  const rig = await make([], 'agent: claude, env: {HTTPS_PROXY: x}')
  const warning =
    'warn web EnvOverridden: spec.env.HTTPS_PROXY is derived by bottled: the value in the file has no effect'
  await rig.take()
  assert.equal(rig.log, [warning])
  await rig.records.update('web', { file: 'elsewhere.yaml' })
  await rig.take()
  assert.equal(rig.log, [warning])
  await rig.records.update('web', { goodHash: 'x' })
  await rig.take()
  assert.equal(rig.log, [warning, warning])
})

test('a refused spec counts as a generation, and its document is there', async () => {
  for (const [what, before, told, change] of [
    ['judged before', {}, hash, {}],
    ['without a hash', {}, undefined, {}],
    ['new', {}, 'new', { specHash: 'new', generation: 5 }],
    ['retained', { retained: true }, hash, { retained: undefined }],
    [
      'held, and new',
      { massHeld: true, deleteConfirmed: true },
      'new',
      { specHash: 'new', generation: 5, massHeld: undefined, deleteConfirmed: undefined },
    ],
  ] as const) {
    const { parts, record } = await make([{ ...good, ...before }])
    const expected = { ...aRecord({ ...good, ...before }), ...change }
    const [after] = [JSON.parse(JSON.stringify(expected)) as BottleRecord]
    assert.equal(await enrollRefused(parts, aRecord({ ...good, ...before }), told), after, what)
    assert.equal(record(), after, what)
  }
})

test("an object's generation is the server's, and each new value of its annotation asks for one rollout", async () => {
  const { parts, judgement, record } = await make([{ ...good, generation: 4 }])
  const of = (generation: number, rollout?: string): Accepted => ({
    ...judgement,
    document: {
      ...judgement.document,
      object: { uid: 'u', generation, ...(rollout === undefined ? {} : { rollout }) },
    },
  })
  const seen = async (next: Accepted) => {
    const { generation, rollout, rolloutAsked } = await enroll(parts, next)
    assert.ok(isUpToDate(record() ?? aRecord(), next))
    return [generation, rollout, rolloutAsked]
  }
  assert.equal(await seen(of(7)), [7, undefined, undefined])
  assert.equal(await seen(of(7, 'monday')), [7, 'monday', 'monday'])
  await parts.drivers.records.update('web', { rollout: undefined })
  assert.equal(await seen(of(8, 'monday')), [8, undefined, 'monday'])
  assert.equal(await seen(of(8, 'tuesday')), [8, 'tuesday', 'tuesday'])
  const refused = await enrollRefused(parts, record() ?? aRecord(), 'sha256:bad', 9)
  assert.is(refused.generation, 9)
})

test('a lost record costs no VM its disk: the uid of objects that are ours is taken', async () => {
  const labels = (uid: string, more: object = {}) => ({ ...OURS, [UID]: uid, ...more })
  const missing = (key: string, uid = 'old') =>
    Object.fromEntries(Object.entries(labels(uid)).filter(([label]) => label !== key))
  for (const [what, snapshot, uid] of [
    ['none', {}, 'new-uid'],
    ['a network', { networks: [aNetwork({ labels: labels('net') })] }, 'net'],
    ['a bundle', { containers: [aContainer({ labels: labels('bundle') })] }, 'bundle'],
    ['a machine', { machines: [aMachine({ labels: labels('vm') })] }, 'vm'],
    [
      'the machine counts most',
      {
        networks: [aNetwork({ labels: labels('net') })],
        containers: [aContainer({ labels: labels('bundle') })],
        machines: [aMachine({ labels: labels('vm') })],
      },
      'vm',
    ],
    ["another root's", { machines: [aMachine({ labels: labels('vm', { [OWNER]: 'them' }) })] }, 'new-uid'],
    ["another bottle's", { machines: [aMachine({ labels: labels('vm', { [NAME]: 'other' }) })] }, 'new-uid'],
    ['without our hash', { machines: [aMachine({ labels: missing(HASH) })] }, 'new-uid'],
    ['of the deleted bottle', { machines: [aMachine({ labels: labels('deleted') })] }, 'new-uid'],
    [
      'of the deleted bottle, but the network',
      { networks: [aNetwork({ labels: labels('net') })], machines: [aMachine({ labels: labels('deleted') })] },
      'net',
    ],
  ] as const) {
    const rig = await make()
    rig.registry.forget({ name: 'web', uid: 'deleted' })
    rig.world.snapshot = { ...emptySnapshot, ...(snapshot as Partial<Snapshot>) }
    assert.is((await rig.take()).uid, uid, what)
  }
})

test('a document that is back ends its retention: under another policy it goes with its file the next time', async () => {
  const { take, record } = await make([
    { ...good, retained: true, spec: { ...spec, deletionPolicy: 'Retain' }, goodHash: 'x', specHash: 'x' },
  ])
  await take()
  assert.is(record()?.retained, undefined)
  assert.equal(record()?.spec, spec)
})

test('a parked bottle whose document is back comes up again, and that is said once', async () => {
  const parked = { since: '', until: '' }
  const said = 'normal web Unparked: its document is back: the same VM comes up again, with its disk'
  for (const back of ['enroll', 'refuse', 'unpark'] as const) {
    const rig = await make([{ ...good, parked, deleteNow: true }])
    const before = rig.record() ?? aRecord()
    const after =
      back === 'enroll'
        ? await rig.take()
        : back === 'refuse'
          ? await enrollRefused(rig.parts, before, hash)
          : await unpark(rig.parts, before)
    assert.equal(after, rig.record(), back)
    assert.equal([rig.record()?.parked, rig.log], [undefined, [said]], back)
    if (back !== 'unpark') assert.is(rig.record()?.deleteNow, undefined)
  }
  const rig = await make([good])
  assert.equal(await unpark(rig.parts, rig.record() ?? aRecord()), rig.record())
  assert.equal(rig.log, [])
})

test.run()
