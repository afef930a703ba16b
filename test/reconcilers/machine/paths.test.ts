import * as assert from 'uvu/assert'
import { errnoOf } from '../../../drivers/errno.ts'
import { adviceOf } from '../../../drivers/message.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { change } from '../../../reconcilers/contract/reconciler.ts'
import type { Situation, Step } from '../../../reconcilers/contract/reconciler.ts'
import { isElsewhere, judgePaths, noteUnlessHeld } from '../../../reconcilers/machine/paths.ts'
import { machineShape } from '../../../reconcilers/machine/shape.ts'
import {
  copyWorkspace,
  createMachine,
  removeMachine,
  startMachine,
  stopMachine,
} from '../../../reconcilers/machine/steps.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { aPlace, aTaint } from '../../parts/a-taint.ts'
import { SUBNET, aContainer, aMachine, aNetwork, aRecord, aSituation, createCalls, runAll } from '../../parts/plans.ts'
import { UNTRIED } from '../../parts/seal-looks.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('paths of a VM')

const BOUNDARY = {
  'networks.find': [aNetwork()],
  'containers.find': aContainer(),
  'host.source': (ip: string) => ip.replace(/2$/, '1'),
  'seals.look': UNTRIED,
}
const SPEC = {
  workspace: { path: '/link', mode: 'mount' },
  secrets: { KEY: { fromFile: '/link-to-key' } },
  machine: { image: '/link-to-image' },
} as const
const LINKS = { '/link': '/real', '/link-to-key': '/keys/real', '/link-to-image': '/images/real.tar' }

const make = (
  spec: Partial<BottleSpec> = SPEC,
  links: Readonly<Record<string, string>> = LINKS,
  change_: Partial<Pick<Situation, 'goal'>> & { readonly record?: Partial<BottleRecord> } = {},
) => {
  const records: Record<string, BottleRecord> = { web: aRecord({ subnet: SUBNET, ...change_.record }) }
  const taint = aTaint({ world: { links: { ...links } }, records })
  const situation = { ...aSituation({ spec, goal: change_.goal ?? 'up', record: records['web'] ?? {} }), taint }
  const run = async (step: Step, answers: Readonly<Record<string, unknown>> = {}) => {
    const { drivers, calls } = createCalls({
      ...BOUNDARY,
      'records.read': (identity: string) => records[identity],
      'records.update': (identity: string, more: object) => void Object.assign(records[identity] ?? {}, more),
      'archives.keepFile': (path: string) => `/kept${path}`,
      'paths.look': (path: string) => aPlace(path),
      'secrets.path': '/run/KEY',
      ...answers,
    })
    const error = await runAll(change(step), drivers).then(
      () => undefined,
      (reason: unknown) => `${errnoOf(reason)}: ${adviceOf(reason)}`,
    )
    return { calls: calls.filter((call) => /^(machines|archives|secrets\.write|paths)/.test(call)), error }
  }
  return { records, situation, run }
}

test('smolvm, our copies and the secrets get the canonical paths, and the record says which folder it was', async () => {
  const { situation, run, records } = make()
  const { calls, error } = await run(createMachine(situation, machineShape(situation)))
  assert.is(error, undefined)
  assert.is(calls[0], 'archives.keepFile("/images/real.tar")')
  assert.match(calls[1] ?? '', /^machines\.create\(.*"mount":\{"source":"\/real","target":"\/workspace"\}/)
  assert.equal(calls.slice(2), [
    'machines.find("bottle-web")',
    'secrets.write("web", {"KEY":{"fromFile":"/keys/real"}})',
    'machines.start("bottle-web")',
    'paths.look("/real")',
  ])
  assert.is(records['web']?.machine?.mount, '/real')
  assert.ok(JSON.stringify(records['web']?.reach?.machine).includes('"/keys/real"'))
})

test('nothing is read, made, started or copied where a link was turned to the root meanwhile', async () => {
  const { situation, run } = make(SPEC, { ...LINKS, '/link': '/root' })
  const copy = make({ workspace: { path: '/link', mode: 'copy' } }, { '/link': '/state' })
  for (const [rig, step] of [
    [{ run }, createMachine(situation, machineShape(situation))],
    [{ run }, startMachine(situation, 'why')],
    [copy, copyWorkspace(copy.situation, { guestPath: '/g' })],
  ] as const) {
    const { calls, error } = await rig.run(step, { 'machines.hasCopy': false })
    assert.match(
      error ?? '',
      /^Tainted: cannot start the machine of web: spec.workspace.path \/link \(\/(root|state)\) is/,
    )
    assert.equal(
      calls.filter((call) => !/^machines\.(hasCopy|find)/.test(call)),
      [],
    )
  }
})

test('a copy is made of the canonical folder', async () => {
  const { situation, run } = make({ workspace: { path: '/link', mode: 'copy' } }, { '/link': '/real' })
  const { calls } = await run(copyWorkspace(situation, { guestPath: '/g' }), { 'machines.hasCopy': false })
  assert.equal(calls.slice(1), ['machines.copyIn("bottle-web", "/real", "/g")'])
})

test('a start is judged by the folder that the VM was made with', async () => {
  const machine = { envKeys: [], restartHash: '', workspaceCopied: true }
  const bad = make(SPEC, LINKS, { record: { machine: { ...machine, mount: '/root/x' } } })
  const refused = await bad.run(startMachine(bad.situation, 'why'))
  assert.match(refused.error ?? '', /^Tainted: .* \/root\/x lies in the root/)
  assert.equal(refused.calls, ['machines.find("bottle-web")'])
  const turned = make(SPEC, { ...LINKS, '/link': '/new' }, { record: { machine: { ...machine, mount: '/real' } } })
  const started = await turned.run(startMachine(turned.situation, 'why'))
  assert.equal([started.error, started.calls.slice(-1)], [undefined, ['paths.look("/real")']])
  assert.ok(JSON.stringify(turned.records['web']?.reach?.machine).includes('"canonical":"/real"'))
})

test('what stands at the path after the start must be what was judged', async () => {
  const { situation, run } = make()
  for (const now of [
    aPlace('/loot'),
    aPlace('/loot', 'folder', { inode: '/real' }),
    aPlace('/real', 'folder', { inode: 'new' }),
    aPlace('/real', 'missing'),
  ]) {
    const { calls, error } = await run(startMachine(situation, 'why'), { 'paths.look': now })
    assert.is(calls.at(-1), 'machines.stop("bottle-web")')
    assert.is(
      error,
      `Tainted: cannot start machine bottle-web: while it started, /real was replaced, and leads to ${now.canonical} now; it is stopped; see who may write above /real`,
    )
  }
  const copied = make({
    workspace: { path: '/real', mode: 'copy' },
    bundle: { mounts: [{ source: '/out', target: '/out', readOnly: false }] },
  })
  const { calls } = await copied.run(startMachine(copied.situation, 'why'))
  assert.is(calls.at(-1), 'machines.start("bottle-web")', 'smolvm opens none of these')
})

test('what a VM may have is judged where something is about to happen, or it has something else', async () => {
  const kept = { envKeys: [], restartHash: '', workspaceCopied: true, mount: '/real' }
  const begun = make(SPEC, LINKS, { record: { machine: kept } })
  const plan = noteUnlessHeld(begun.situation)
  if (plan?.verdict !== 'change' || plan.steps[0] === undefined) throw new Error('nothing is noted')
  assert.is(plan.steps[0].quiet, true)
  await begun.run(plan.steps[0])
  const record = begun.records['web'] ?? aRecord()
  const held = { ...begun.situation, record }
  assert.is(noteUnlessHeld(held), undefined)
  const { request } = machineShape(held)
  const running = aMachine({ labels: request.labels, mounts: 1 })
  const without = (machine: Partial<typeof kept>): Situation => ({
    ...held,
    record: { ...record, machine: { ...kept, ...machine } },
  })
  const bare = { ...aSituation(), taint: held.taint }
  for (const [what, situation, found, isJudged] of [
    ['it runs as it was started', held, running, false],
    ['there is none', held, undefined, true],
    ['it is stopped', held, { ...running, state: 'stopped' }, true],
    ['a rollout', { ...held, rollout: true }, running, true],
    ['its workspace is yet to be copied', without({ workspaceCopied: false }), running, true],
    ['nothing of it is noted', { ...held, record: { ...record, reach: {} } }, running, true],
    ['another spec', held, { ...running, labels: {} }, true],
    ['another resolver', held, { ...running, dns: '8.8.8.8' }, true],
    ['on the way down', { ...held, goal: 'down' }, undefined, false],
    ['nothing of the host', bare, undefined, false],
    ['nothing by now', { ...bare, record: { ...bare.record, machine: kept } }, undefined, true],
  ] as const) {
    const { verdict } = await judgePaths(situation, found, new AbortController().signal)
    assert.is(verdict !== undefined, isJudged, what)
  }
})

test('a workspace is elsewhere if it is mounted and leads to another folder than the VM was made with', async () => {
  const mount = { path: '/link', mode: 'mount' } as const
  for (const [what, spec, madeWith, is] of [
    ['another', { workspace: mount }, '/old', true],
    ['the same', { workspace: mount }, '/real', false],
    ['none before', { workspace: mount }, undefined, false],
    ['copied by now', { workspace: { ...mount, mode: 'copy' } }, '/old', false],
    ['none by now', {}, '/old', false],
  ] as const) {
    const machine = { envKeys: [], restartHash: '', workspaceCopied: true }
    const kept = madeWith === undefined ? machine : { ...machine, mount: madeWith }
    const { situation } = make(spec, LINKS, { record: { machine: kept } })
    const judged = await judgePaths(situation, undefined, new AbortController().signal)
    assert.is(isElsewhere(situation, judged), is, what)
    assert.is(isElsewhere(situation, { verdict: undefined, asMade: undefined }), false)
  }
})

test('what a VM had is given up where it goes down or away, and kept over a restart', async () => {
  for (const [what, goal, step, keeps] of [
    ['a restart', 'up', (situation: Situation) => stopMachine(situation, 'why'), true],
    ['a breach', 'up', (situation: Situation) => stopMachine(situation, 'why', true), false],
    ['suspended', 'down', (situation: Situation) => stopMachine(situation, 'why'), false],
    ['recreated', 'up', (situation: Situation) => removeMachine(situation, 'why'), false],
    ['deleted', 'gone', (situation: Situation) => removeMachine(situation, 'why'), false],
  ] as const) {
    const { situation, run, records } = make(SPEC, LINKS, { goal })
    const plan = noteUnlessHeld(situation)
    if (plan?.verdict !== 'change' || plan.steps[0] === undefined) throw new Error('nothing is noted')
    await run(plan.steps[0])
    assert.ok(records['web']?.reach?.machine, what)
    await run(step(situation))
    assert.is(records['web']?.reach?.machine !== undefined, keeps, what)
  }
})

test.run()
