import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { createStore } from '../../../controller/feed/store.ts'
import { createAdmission, createPatience } from '../../../controller/pass/admit.ts'
import { createRegistry } from '../../../controller/pass/registry.ts'
import type { Wish } from '../../../controller/world/subnet-allocator.ts'
import { emptySnapshot, indexSnapshot } from '../../../controller/world/snapshot.ts'
import { createRecords } from '../../../drivers/disk/records.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { aRecord } from '../../parts/plans.ts'
import { allowsAll } from '../../parts/policies.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('admission')

const rig = async () => {
  const store = createStore()
  const records = createRecords('/state', createMemoryDisk())
  await records.list()
  const registry = createRegistry(records)
  const batches: string[][] = []
  const warnings: string[] = []
  const missing: string[] = []
  const world = { halted: undefined as unknown, policy: allowsAll.ofDocument }
  const clock = createFakeClock()
  let uids = 0
  const admission = createAdmission({
    store,
    registry,
    drivers: { records },
    informer: { snapshot: () => indexSnapshot(emptySnapshot) },
    owner: 'owner',
    newUid: () => `uid-${++uids}`,
    announcer: { warn: ({ name }, reason) => void warnings.push(`${name} ${reason}`), normal: () => {} },
    policy: { ...allowsAll, ofDocument: (...asked) => world.policy(...asked) },
    guards: {
      missing: (name) => void missing.push(name),
    },
    halted: () => world.halted,
    clock,
    signal: new AbortController().signal,
    allocator: {
      allocate: async (wishes: readonly Wish[]) => {
        batches.push(wishes.map(({ identity }) => identity))
        return new Map()
      },
      refuse: async () => {},
    },
  })
  const put = (path: string, ...specs: readonly string[]): void => {
    const text = specs
      .map(
        (spec, at) =>
          `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${path[0]}${at}}\nspec: ${spec}\n`,
      )
      .join('---\n')
    store.put(path, { sha256: text, text, parsed: parseFile({ path, text }) })
  }
  return { store, records, registry, admission, batches, warnings, missing, put, world, clock }
}

test('a change gives its bottles records and reserves subnets together, except for suspended and refused ones', async () => {
  const { admission, batches, put, records } = await rig()
  put('b.yaml', '{agent: a}', '{agent: a, suspend: true}', '{agnet: a}')
  put('a.yaml', '{agent: a}')
  await admission.admit(['b2', 'b1', 'b0', 'a0'])
  assert.equal(batches, [['a0', 'b0']])
  assert.equal((await records.list()).map(({ name }) => name).toSorted(), ['a0', 'b0', 'b1'])
})

test('a record that the disk refuses keeps no other bottle from its turn, and is told', async () => {
  const { admission, batches, put, records } = await rig()
  put('a.yaml', '{agent: a}', '{agent: a}', '{agent: a}')
  const { write } = records
  records.write = (record) => (record.name === 'a1' ? Promise.reject(new Error('EIO')) : write(record))
  const end = await admission.admit(['a0', 'a1', 'a2']).catch(String)
  assert.equal([end, batches], ['Error: EIO', [['a0', 'a2']]])
})

test('bottles whose host paths hang are left to their passes after 3 s in all; the others are admitted', async () => {
  const { admission, batches, put, records, world, clock } = await rig()
  world.policy = ({ bottle }) =>
    bottle.metadata.name.startsWith('h') ? new Promise(() => undefined) : Promise.resolve(undefined)
  put('h.yaml', ...Array.from({ length: 3 }, () => '{agent: a, machine: {image: ./x.tar}}'))
  put('a.yaml', '{agent: a}')
  put('z.yaml', '{agent: a, machine: {image: ./x.tar}}', '{agent: a}')
  let ended = false
  const admitted = admission.admit(['h0', 'h1', 'h2', 'a0', 'z1']).then(() => (ended = true))
  await clock.advance(2_999)
  assert.not(ended)
  await clock.advance(1)
  await admitted
  assert.equal(batches, [['a0', 'z1']])
  assert.equal((await records.list()).map(({ name }) => name).toSorted(), ['a0', 'z1'])
})

test('host paths that answer in time cost that much patience; a bottle without paths needs none', async () => {
  const { admission, batches, put, world, clock } = await rig()
  await clock.advance(60_000)
  world.policy = async ({ bottle }) => {
    if (bottle.metadata.name === 'h0') await clock.sleep(1_000)
    return undefined
  }
  put('h.yaml', '{agent: a, machine: {image: ./x.tar}}')
  put('a.yaml', '{agent: a}')
  const patience = createPatience()
  const admitted = admission.admit(['h0'], patience)
  await clock.advance(1_000)
  await admitted
  assert.equal([patience.leftMs, batches.splice(0)], [2_000, [['h0']]])
  world.policy = async () => {
    await clock.sleep(5_000)
    return undefined
  }
  const next = admission.admit(['a0'], patience)
  await clock.advance(5_000)
  await next
  assert.equal([patience.leftMs, batches], [2_000, [['a0']]])
})

test('what blocks of one change wait for host paths counts together', async () => {
  const { admission, put, records, world, clock } = await rig()
  world.policy = () => new Promise(() => undefined)
  put('h.yaml', ...Array.from({ length: 4 }, () => '{agent: a, machine: {image: ./x.tar}}'))
  const patience = createPatience()
  let ended = 0
  for (const block of [
    ['h0', 'h1'],
    ['h2', 'h3'],
  ])
    void admission.admit(block, patience).then(() => (ended += 1))
  await clock.advance(3_000)
  assert.is(ended, 2)
  assert.equal([patience.leftMs, await records.list()], [0, []])
})

test('a change and a pass that enroll a new bottle at once give it one uid', async () => {
  const { admission, put, records } = await rig()
  put('a.yaml', '{agent: a}')
  const { judgement } = await admission.judged('a0')
  assert.is(judgement.kind, 'accepted')
  if (judgement.kind !== 'accepted') return
  const [one, other] = await Promise.all([admission.enroll(judgement), admission.enroll(judgement)])
  assert.equal([one.uid, other.uid, records.read('a0')?.uid], ['uid-1', 'uid-1', 'uid-1'])
})

test('the next pass takes over the judgement once, with the status that is in the file by then', async () => {
  const { admission, put, store } = await rig()
  put('a.yaml', '{agent: a}', '{agent: a}')
  await admission.admit(['a0', 'a1'])
  store.noteStatus('a.yaml', 0, { phase: 'Pending' }, 'sha256')
  const { judgement, enrolled } = await admission.judged('a0')
  assert.is(judgement.kind, 'accepted')
  assert.equal(judgement.kind === 'accepted' && judgement.document.status, { phase: 'Pending' })
  assert.is(enrolled?.uid, 'uid-1')
  assert.is((await admission.judged('a0')).enrolled, undefined)
})

test('a document that changed after the admission is judged again', async () => {
  const { admission, put } = await rig()
  put('a.yaml', '{agent: a}')
  await admission.admit(['a0'])
  put('a.yaml', '{agnet: a}')
  assert.equal(
    [(await admission.judged('a0')).judgement.kind, (await admission.judged('a0')).enrolled],
    ['refused', undefined],
  )
})

test('a bottle that was deleted after the admission is enrolled again', async () => {
  const { admission, put, registry, records } = await rig()
  put('a.yaml', '{agent: a}')
  await admission.admit(['a0'])
  const record = registry.byName('a0')
  assert.ok(record)
  await records.remove(record.identity)
  registry.forget(record)
  const { judgement, enrolled } = await admission.judged('a0')
  assert.equal([judgement.kind, enrolled], ['accepted', undefined])
})

test('bottles whose documents are missing begin their grace, except for those that are to run on', async () => {
  const { admission, put, store, records, missing } = await rig()
  put('a.yaml', '{agent: a}', '{agent: a}')
  await admission.admit(['a0', 'a1'])
  await records.update('a1', { retained: true })
  store.drop('a.yaml')
  await admission.admit(['a0', 'a1', 'never-seen'])
  assert.equal(missing, ['a0'])
})

test('the warnings of a new spec are reported, once', async () => {
  const { admission, put, warnings } = await rig()
  put('a.yaml', '{agent: a, suspend: true, bundle: {user: root}}')
  await admission.admit(['a0'])
  await admission.admit(['a0'])
  assert.equal(warnings, ['a0 BundleRunsAsRoot'])
})

test('a bottle that has its subnet, or is being deleted, is left to its pass; a change without wishes asks for nothing', async () => {
  for (const [what, more, generation] of [
    ['new', undefined, 1],
    ['known', {}, 2],
    ['with its subnet', { subnet: '10.0.0.0/24' }, 1],
    ['being deleted', { deleting: { since: '' } }, 1],
    ['being deleted, with its subnet', { subnet: '10.0.0.0/24', deleting: { since: '' } }, 1],
  ] as const) {
    const { admission, batches, put, records, registry } = await rig()
    if (more !== undefined) {
      const record = aRecord({ name: 'a0', identity: 'a0', file: 'a.yaml', ...more })
      await records.write(record)
      registry.add(record)
    }
    put('a.yaml', '{agent: a}')
    await admission.admit(['a0'])
    assert.is(records.read('a0')?.generation, generation, what)
    assert.equal(batches, what === 'new' || what === 'known' ? [['a0']] : [], what)
  }
})

test("an identity that another bottle has isn't given twice", async () => {
  const { admission, put, records, batches } = await rig()
  put('a.yaml', '{agent: a, identity: same}')
  put('b.yaml', '{agent: a, identity: same}')
  await admission.admit(['a0', 'b0'])
  assert.equal(batches, [['same']])
  assert.is(records.read('same')?.name, 'a0')
  const { judgement } = await admission.judged('b0')
  assert.is(judgement.kind === 'refused' && judgement.reason, 'DuplicateIdentity')
})

test('a judgement whose document is gone by then is not taken over', async () => {
  const { admission, put, store } = await rig()
  put('a.yaml', '{agent: a}')
  await admission.admit(['a0'])
  store.drop('a.yaml')
  assert.equal(await admission.judged('a0'), { judgement: { kind: 'absent' }, enrolled: undefined })
})

test('while the root is halted nothing is enrolled, but what is missing counts; what is being deleted does not', async () => {
  const { admission, put, records, registry, missing, world } = await rig()
  for (const [identity, more] of [
    ['a1', {}],
    ['a2', { deleting: { since: '' } }],
  ] as const) {
    const record = aRecord({ name: identity, identity, uid: identity, ...more })
    await records.write(record)
    registry.add(record)
  }
  put('a.yaml', '{agent: a}')
  world.halted = { reason: 'H', message: '' }
  await admission.admit(['a0', 'a1', 'a2'])
  assert.equal([records.read('a0'), missing], [undefined, ['a1']])
})

test('a parked bottle whose document is missing was ruled on, and counts no more', async () => {
  const { admission, records, registry, missing } = await rig()
  const record = aRecord({ name: 'a1', identity: 'a1', parked: { since: '', until: '' } })
  await records.write(record)
  registry.add(record)
  await admission.admit(['a1'])
  assert.equal(missing, [])
})

test.run()
