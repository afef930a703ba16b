import * as assert from 'uvu/assert'
import { isDriverError } from '../../../drivers/errors.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { holdsAll } from '../../../reconcilers/taint/held.ts'
import type { OwnPath } from '../../../reconcilers/taint/ours.ts'
import { createTaint } from '../../../reconcilers/taint/taint.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { OWN } from '../../parts/a-taint.ts'
import { aRecord } from '../../parts/plans.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('who may have which paths')
const signal = new AbortController().signal

/** Bottles by name, in a world without a controller. */
const make = (
  specs: Readonly<Record<string, Partial<BottleSpec>>>,
  { own = OWN, kept = {} }: { readonly own?: readonly OwnPath[]; readonly kept?: Record<string, BottleRecord> } = {},
) => {
  const simulated = createSimulated({ clock: createFakeClock(), random: createSeededRandom(1) })
  const records: Record<string, BottleRecord> = kept
  const costs = { looks: 0, writes: 0 }
  for (const [name, spec] of Object.entries(specs))
    records[name] ??= aRecord({ name, identity: name, spec, goodHash: 'h' })
  const spec = (name: string) => resolveSpec({ agent: 'a', ...specs[name] }, '/base')
  const taint = createTaint({
    paths: {
      ...simulated.paths,
      lookAll: (...asked) => {
        costs.looks += 1
        return simulated.paths.lookAll(...asked)
      },
    },
    records: {
      read: (identity) => records[identity],
      update: async (identity, change) => {
        costs.writes += 1
        const before = records[identity]
        if (before === undefined) throw new Error(`no record ${identity}`)
        records[identity] = { ...before, ...change } as BottleRecord
      },
    },
    own,
    root: '/root',
    owner: 'me',
  })
  const bottle = (name: string) => ({ identity: name, name, spec: spec(name) })
  return {
    taint,
    world: simulated.world,
    records,
    costs,
    spec,
    learn: (name: string) => taint.learn([{ record: records[name] ?? aRecord(), spec: spec(name) }], signal),
    judge: async (name: string) => (await taint.judge(bottle(name), signal)).tainted?.message,
    hold: (name: string, part: 'bundle' | 'machine' = 'machine') => taint.hold(bottle(name), part, signal),
    release: (name: string) => taint.release(name, 'machine'),
    refused: (name: string, part: 'bundle' | 'machine' = 'machine') =>
      taint.hold(bottle(name), part, signal).then(
        () => undefined,
        (error: unknown) => (isDriverError(error, 'Tainted') ? error.message : String(error)),
      ),
  }
}
const WRITER = { workspace: { path: '/w', mode: 'mount' } } as const
const TRUSTING = { secrets: { KEY: { fromFile: '/w/key' } } } as const

test('what is handed on are the paths that were judged', async () => {
  const rig = make({
    web: {
      workspace: { path: '/link/ws', mode: 'mount' },
      secrets: { A: { fromFile: '/link/a' }, B: { fromEnv: 'B' } },
      bundle: { mounts: [{ source: '/link/rules', target: '/rules' }] },
      machine: { image: '/link/agent.tar' },
    },
  })
  rig.world.links['/link'] = '/real'
  const { spec } = await rig.hold('web')
  assert.is(spec.workspace?.path, '/real/ws')
  assert.equal(spec.secrets, {
    A: { fromFile: '/real/a', deliver: 'guest' },
    B: { fromEnv: 'B', deliver: 'guest' },
  })
  assert.equal(spec.bundle.mounts, [{ source: '/real/rules', target: '/rules', readOnly: true }])
  assert.is(spec.machine.image, '/real/agent.tar')
  const held = rig.records['web']?.reach?.machine
  assert.ok(holdsAll(rig.spec('web'), held))
  assert.not(holdsAll(resolveSpec({ agent: 'a', workspace: { path: '/link/ws', mode: 'copy' } }, '/'), held))
})

test('a bottle without paths costs neither a look nor a write', async () => {
  const rig = make({ web: {} })
  assert.equal(await rig.hold('web'), { tainted: undefined, uses: [], spec: rig.spec('web') })
  await rig.judge('web')
  await rig.release('web')
  assert.equal(rig.costs, { looks: 0, writes: 0 })
})

test('what is known is neither looked at nor written once more', async () => {
  const rig = make({ writer: WRITER, trusting: { secrets: { KEY: { fromFile: '/k' } } } })
  await rig.learn('writer')
  const first = rig.costs.looks
  await rig.learn('writer')
  assert.is(rig.costs.looks, first)
  await rig.hold('trusting')
  await rig.hold('trusting')
  assert.is(rig.costs.writes, 1)
})

test('a part that starts without paths gives up those that it had', async () => {
  const rig = make({ web: WRITER })
  await rig.hold('web')
  assert.ok(rig.records['web']?.reach?.machine)
  await rig.taint.hold({ identity: 'web', name: 'web', spec: resolveSpec({ agent: 'a' }, '/') }, 'machine', signal)
  assert.is(rig.records['web']?.reach, undefined)
})

test('of two new bottles the one that trusts is refused, whichever is judged first', async () => {
  for (const order of [
    ['a-writer', 'b-trusting'],
    ['b-trusting', 'a-writer'],
  ]) {
    const rig = make({ 'a-writer': WRITER, 'b-trusting': TRUSTING })
    for (const name of order) await rig.learn(name)
    assert.is(await rig.judge('a-writer'), undefined)
    assert.match((await rig.judge('b-trusting')) ?? '', /of bottle\/a-writer, and its agent could change it/)
  }
})

test('one that was started keeps what it has until it is released; then it is the other way round', async () => {
  const rig = make({ writer: WRITER, trusting: TRUSTING })
  await rig.learn('trusting')
  await rig.hold('trusting')
  await rig.learn('writer')
  assert.match((await rig.refused('writer')) ?? '', /would let its agent change .* of bottle\/trusting/)
  assert.is(await rig.judge('trusting'), undefined, 'its own restart')
  await rig.release('trusting')
  await rig.hold('writer')
  assert.match((await rig.refused('trusting')) ?? '', /lies in spec.workspace.path \/w of bottle\/writer/)
})

test('a new controller knows from the records what was started', async () => {
  for (const part of ['bundle', 'machine'] as const) {
    const before = make({ trusting: TRUSTING })
    await before.hold('trusting', part)
    const rig = make({ writer: WRITER, trusting: TRUSTING }, { kept: { ...before.records } })
    for (const name of ['writer', 'trusting']) await rig.learn(name)
    assert.match((await rig.refused('writer')) ?? '', /which was started before/, part)
    delete rig.records['trusting']
    assert.is(await rig.refused('writer'), undefined, 'it is gone')
  }
})

test('an edit that was read before a start leaves what the start has', async () => {
  const rig = make({ writer: WRITER, trusting: TRUSTING })
  const before = rig.records['trusting'] ?? aRecord()
  await rig.learn('trusting')
  await rig.hold('trusting')
  await rig.taint.learn([{ record: { ...before, goodHash: 'other' }, spec: rig.spec('trusting') }], signal)
  assert.match((await rig.refused('writer')) ?? '', /which was started before/)
})

test('of two starts at once the second sees the first', async () => {
  for (const order of [
    ['writer', 'trusting'],
    ['trusting', 'writer'],
  ]) {
    const rig = make({ writer: WRITER, trusting: TRUSTING })
    const ends = await Promise.all(order.map((name) => rig.refused(name)))
    assert.is(ends.filter((end) => end !== undefined).length, 1, JSON.stringify(ends))
  }
})

test('an edit and a deletion give free what was asked for', async () => {
  const rig = make({ writer: WRITER, trusting: TRUSTING })
  await rig.learn('writer')
  assert.ok(await rig.judge('trusting'))
  const record = rig.records['writer'] ?? aRecord()
  await rig.taint.learn([{ record: { ...record, goodHash: 'other' }, spec: resolveSpec({ agent: 'a' }, '/') }], signal)
  assert.is(await rig.judge('trusting'), undefined)
  await rig.learn('writer')
  assert.ok(await rig.judge('trusting'))
  delete rig.records['writer']
  assert.is(await rig.judge('trusting'), undefined)
  await rig.taint.refresh(signal)
  rig.records['writer'] = record
  assert.is(await rig.judge('trusting'), undefined, 'it was forgotten')
})

test('what was started and can write what is ours by now is a breach', async () => {
  const rig = make({ web: WRITER })
  await rig.learn('web')
  await rig.hold('web')
  await rig.taint.refresh(signal)
  assert.is(rig.taint.breachOf('web'), undefined)
  rig.world.links['/root'] = '/w/moved'
  await rig.taint.refresh(signal)
  assert.match(
    rig.taint.breachOf('web') ?? '',
    /^\/w contains the root \/root \(\/w\/moved\), which no bottle may write/,
  )
  await rig.release('web')
  assert.is(rig.taint.breachOf('web'), undefined)
})

test('a workspace in a folder that only must not be written itself is no breach', async () => {
  const rig = make({ web: WRITER }, { own: [{ what: 'a folder of programs', path: '/', kind: 'entry' }] })
  await rig.hold('web')
  await rig.taint.refresh(signal)
  assert.is(rig.taint.breachOf('web'), undefined)
})

test('the folder that a VM was made with counts, where its workspace leads elsewhere by now', async () => {
  const rig = make({ web: { workspace: { path: '/link', mode: 'mount' } } })
  rig.world.links['/link'] = '/new'
  const bottle = { identity: 'web', name: 'web', spec: rig.spec('web') }
  const { uses } = await rig.taint.judge({ ...bottle, madeWith: '/new' }, signal)
  assert.equal(
    uses.map(({ path, place }) => [path, place.canonical]),
    [['/link', '/new']],
  )
  const more = resolveSpec(
    {
      agent: 'a',
      workspace: { path: '/link', mode: 'mount' },
      secrets: { KEY: { fromFile: '/k' } },
      bundle: { mounts: [{ source: '/made', target: '/m', readOnly: false }] },
    },
    '/',
  )
  const copied = resolveSpec({ agent: 'a', workspace: { path: '/made', mode: 'copy' } }, '/')
  for (const [spec, madeWith, looked] of [
    [more, '/new', ['workspace /link', 'secret /k', 'bundle-mount /made']],
    [more, '/made', ['workspace /made', 'secret /k', 'bundle-mount /made']],
    [copied, '/made', ['workspace /made', 'workspace /made']],
  ] as const)
    assert.equal(
      (await rig.taint.judge({ ...bottle, spec, madeWith }, signal)).uses.map(({ role, path }) => `${role} ${path}`),
      looked,
    )
  const made = await rig.taint.judge({ ...bottle, madeWith: '/root/x' }, signal)
  assert.match(made.tainted?.message ?? '', /^spec.workspace.path \/root\/x lies in the root/)
})

test('other roots of this user are as forbidden as our own', async () => {
  const rig = make({ web: WRITER })
  rig.world.missing.push('/w/other/.bottled')
  const taint = createTaint({
    paths: {
      ...createSimulated({ clock: createFakeClock(), random: createSeededRandom(1) }).paths,
      knownRoots: async () => [
        { owner: 'me', root: '/w/mine', stateDir: '/w/mine' },
        { owner: 'other', root: '/w/other', stateDir: '/s/other' },
      ],
      gitFolders: async () => ['/repo/.git'],
    },
    records: { read: () => undefined, update: async () => {} },
    own: [],
    root: '/root',
    owner: 'me',
  })
  const judged = async (spec: Partial<BottleSpec>) => {
    const bottle = { identity: 'web', name: 'web', spec: resolveSpec({ agent: 'a', ...spec }, '/') }
    return (await taint.judge(bottle, signal)).tainted?.message
  }
  assert.match((await judged(WRITER)) ?? '', /contains another root, \/w\/other/)
  assert.match((await judged({ workspace: { path: '/s', mode: 'mount' } })) ?? '', /the state folder of another root,/)
  assert.match(
    (await judged({ bundle: { mounts: [{ source: '/s/other', target: '/s' }] } })) ?? '',
    /is the state folder of another root, \/s\/other, which no bottle may read/,
  )
  assert.match((await judged({ workspace: { path: '/repo', mode: 'mount' } })) ?? '', /contains the git directory of/)
  assert.is(await judged({ workspace: { path: '/w/mine', mode: 'mount' } }), undefined)
})

test('what can’t be looked at is where it is said to be; a bottle’s own path is an error', async () => {
  const rig = make(
    { web: { workspace: { path: '/loop/x', mode: 'mount' } } },
    { own: [{ what: 'the root', path: '/loop/r', kind: 'root' }] },
  )
  Object.assign(rig.world.links, { '/loop': '/loop2', '/loop2': '/loop' })
  await rig.learn('web')
  assert.match((await rig.refused('web')) ?? '', /more than 40 symbolic links/)
  const other = make(
    { web: { workspace: { path: '/loop', mode: 'mount' } } },
    { own: [{ what: 'the root', path: '/loop/a/b', kind: 'root' }] },
  )
  Object.assign(other.world.links, { '/loop/a': '/loop/c', '/loop/c': '/loop/a' })
  assert.match((await other.refused('web')) ?? '', /contains the root \/loop\/a\/b/)
})

test.run()
