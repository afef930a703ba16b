import * as assert from 'uvu/assert'
import type { Machine } from '../../../drivers/ports.ts'
import { renderSmolfile } from '../../../drivers/smolvm/smolfile.ts'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import { machineShape } from '../../../reconcilers/machine/shape.ts'
import {
  changeMachine,
  copyWorkspace,
  createMachine,
  noteGiven,
  noteSilence,
  removeMachine,
  resealMachine,
  startMachine,
  stopMachine,
} from '../../../reconcilers/machine/steps.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { NOW, aMachine, aSituation } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

import { BOUNDARY, FIND, FOLDER, SEEN, TRUST, TRUSTING, kept, run, update } from '../../parts/machine-steps.ts'
import type { Kept } from '../../parts/machine-steps.ts'

const test = suite('steps of a VM')
const ENSURE = 'authorities.ensure("web")'
const GUESTS = 'authorities.guestFolder("web")'
const secrets = { secrets: { A: { fromEnv: 'A' } } } as const

test('a start is in the record while it lasts', async () => {
  const start = startMachine(aSituation(), 'why')
  const begun = update({ ...kept, starting: true })
  const plain = [...SEEN, begun, 'machines.start("bottle-web")', update(kept)]
  assert.equal((await run(start, kept)).calls, plain)
  assert.equal((await run(start, { ...kept, starting: true })).calls, [
    'machines.stop("bottle-web")',
    ...SEEN,
    'machines.start("bottle-web")',
    update(kept),
  ])
  const silent = await run(start, { ...kept, silentSince: NOW })
  assert.equal(silent.calls, plain)
  assert.equal((await run(startMachine(aSituation({ spec: secrets }), 'why'), kept)).calls, [
    ...SEEN,
    begun,
    'secrets.write("web", {"A":{"fromEnv":"A"}})',
    'machines.start("bottle-web")',
    update(kept),
  ])
  const unknown = await run(start, undefined)
  assert.equal(unknown.calls, [...SEEN, 'machines.start("bottle-web")'])
  assert.is(unknown.machine, undefined)
})

test('what is forbidden by the time of the start is not started, and its secrets are not written', async () => {
  const situation = aSituation({
    spec: { secrets: { A: { fromEnv: 'A' } } },
    forbidden: async () => ({ message: 'web.yaml: not allowed' }),
  })
  const { calls, machine, error } = await run(startMachine(situation, 'why'), kept)
  assert.equal(calls, SEEN)
  assert.equal(machine, kept)
  assert.match(error ?? '', /cannot start the machine of web: web\.yaml: not allowed/)
})

test('what smolvm reports of a new VM is in the record before its first start, and kept', async () => {
  const start = startMachine(aSituation(), 'why')
  const found = aMachine({ state: 'created', createdAt: 7, others: { block_io: '"sync"' } })
  const answers = { ...BOUNDARY, 'machines.find': found, 'machines.version': '1.32.2' }
  const given = { version: '1.32.2', createdAt: 7, others: { block_io: '"sync"' } }
  for (const before of [kept, { ...kept, starting: true }]) {
    const first = await run(start, before, answers)
    assert.equal(first.machine, { ...kept, given })
    assert.ok(
      first.calls.indexOf(update({ ...kept, given, starting: true })) <
        first.calls.indexOf('machines.start("bottle-web")'),
    )
  }
  const later = await run(start, { ...kept, given }, answers)
  assert.equal(later.machine, { ...kept, given })
  assert.not(later.calls.includes('machines.version()'))
})

test('taking a change back asks for what the VM was to be', async () => {
  const situation = aSituation({
    spec: { workspace: { path: 'w', mode: 'mount' } },
    record: { machine: { ...kept, given: { version: '1', others: { block_io: '"sync"' } } } },
  })
  const { calls } = await run(resealMachine(situation, machineShape(situation), 'why'), kept)
  const seal = {
    bundleIp: '192.168.9.2',
    mount: { source: '/base/w', target: '/workspace' },
    others: { block_io: '"sync"' },
  }
  assert.equal(calls, [`machines.reseal("bottle-web", ${JSON.stringify(seal)})`])
})

test('a start that fails leaves in the record that it may boot', async () => {
  const end = await run(startMachine(aSituation(), 'why'), kept, {
    ...BOUNDARY,
    'machines.start': () => Promise.reject(new Error('no')),
  })
  assert.is(end.error, ': no')
  assert.equal(end.machine, { ...kept, starting: true })
})

const smolfile = (situation: Situation, secretPaths: Readonly<Record<string, string>> = {}): string =>
  renderSmolfile({ env: machineShape(situation).request.env, bundleIp: '192.168.9.2', secrets: secretPaths })
const made = async (spec: Partial<BottleSpec>, answers: Readonly<Record<string, unknown>> = {}) => {
  const situation = aSituation({ spec })
  const shape = machineShape(situation)
  const { calls, machine } = await run(createMachine(situation, shape), undefined, {
    ...BOUNDARY,
    'archives.keepFile': '/kept/file',
    'archives.keepImage': '/kept/image',
    'records.writeSmolfile': '/state/Smolfile',
    'secrets.path': (_: string, key: string) => `/secrets/${key}`,
    ...answers,
  })
  return { calls, machine, shape, situation }
}

test('a VM that comes in the place of a container has all of that removed before the record forgets it', async () => {
  const situation = aSituation({ record: { machine: { ...kept, runtime: 'container' } } })
  const { calls } = await run(createMachine(situation, machineShape(situation)), undefined, {
    ...BOUNDARY,
    'records.writeSmolfile': '/state/Smolfile',
  })
  const at = (call: RegExp): number => calls.findIndex((each) => call.test(each))
  assert.ok(at(/^machines\.remove\("bottle-web"\)/) >= 0)
  assert.ok(at(/^machines\.remove/) < at(/^records\.update/))
  assert.ok(at(/^records\.update/) < at(/^machines\.create/))
  assert.not((await made({})).calls.some((each) => each.startsWith('machines.remove')))
})

test('a VM is made from our own copy of its source, and started', async () => {
  const bare = { kind: 'bare' }
  const file = { kind: 'archive', path: '/kept/file' }
  const image = { kind: 'archive', path: '/kept/image' }
  const artifact = { kind: 'artifact', path: '/kept/file' }
  const has = 'images.has("a:1")'
  const keep = 'archives.keepImage("a:1")'
  for (const [what, machine, there, gets, source] of [
    ['the bare guest', {}, true, [], bare],
    ['a file', { image: './a.tar' }, true, ['archives.keepFile("/base/a.tar")'], file],
    ['an artifact', { artifact: 'a' }, true, ['archives.keepFile("/base/a")'], artifact],
    ['an image that is there', { image: 'a:1' }, true, [has, keep], image],
    ['an image that is not', { image: 'a:1' }, false, [has, 'images.pull("a:1")', keep], image],
  ] as const) {
    const { calls, machine: after, shape, situation } = await made({ machine }, { 'images.has': there })
    const path = 'path' in source ? { source: source.path } : {}
    const before = {
      envKeys: Object.keys(shape.request.env),
      restartHash: shape.restartHash,
      workspaceCopied: false,
      ...path,
    }
    const { trusts: _, ...request } = shape.request
    const asked = JSON.stringify({ ...request, source, smolfile: '/state/Smolfile' }, (_, value: unknown) =>
      value === undefined ? 'undefined' : value,
    )
    assert.equal(
      calls,
      [
        ...gets,
        `records.writeSmolfile("web", ${JSON.stringify(smolfile(situation))})`,
        update(before),
        `machines.create(${asked})`,
        ...SEEN,
        update({ ...before, starting: true }),
        'machines.start("bottle-web")',
        update(before),
      ],
      what,
    )
    assert.equal(after, before, what)
  }
})

test('secrets are in the Smolfile by their paths only', async () => {
  const { calls, situation } = await made(secrets)
  assert.ok(
    calls.includes(`records.writeSmolfile("web", ${JSON.stringify(smolfile(situation, { A: '/secrets/A' }))})`),
    calls.join('\n'),
  )
})

test('what a guest trusts is there before its VM is made, and once more before it is started', async () => {
  const { calls, machine } = await made(TRUSTING, TRUST)
  const at = (part: string): number => calls.findIndex((call) => call.startsWith(part))
  assert.ok(calls[at('machines.create')]?.includes(`"guestFolder":"${FOLDER}"`))
  assert.is(machine?.guestFolder, FOLDER)
  assert.ok(at(ENSURE) >= 0 && at(ENSURE) < at('records.update'), 'made before it is noted')
  assert.ok(at('records.update') < at('machines.create'), 'noted before it is given')
  assert.ok(calls.lastIndexOf(ENSURE) > at('machines.create'))
  assert.ok(calls.lastIndexOf(ENSURE) < at('machines.start'))
  assert.not.match(calls.join('\n'), '"k"')
})

test('a secret of the bundle alone is in no Smolfile and in no file of the guest, and an old file goes', async () => {
  const { calls, machine } = await made(TRUSTING, TRUST)
  assert.not.match(calls.join('\n'), /secrets\.write|from_file|\[secrets\]/)
  assert.ok(calls.includes('secrets.remove("web")'))
  assert.is(machine?.secretKeys, undefined)
  const mixed = await made({ ...TRUSTING, secrets: { ...TRUSTING.secrets, ...secrets.secrets } }, TRUST)
  assert.ok(mixed.calls.includes('secrets.write("web", {"A":{"fromEnv":"A"}})'))
  assert.equal(mixed.machine?.secretKeys, ['A'])
  assert.not.match(mixed.calls.join('\n'), 'secrets/KEY')
})

test('a change gives the folder or takes it back, once it is known that one was meant', async () => {
  const change = async (spec: Partial<BottleSpec>, machine: Kept) => {
    const situation = aSituation({ spec })
    const step = changeMachine(situation, machineShape(situation), aMachine())
    const { calls, machine: after } = await run(step, machine, { ...BOUNDARY, ...TRUST })
    const asked = calls.find((call) => call.startsWith('machines.change')) ?? ''
    const begun = calls.findIndex((call) => call.includes('"restartHash":""'))
    assert.ok(begun >= 0 && begun < calls.indexOf(asked))
    return { calls, after, mounts: /"mounts":(\{.*\})\}/.exec(asked)?.[1] }
  }
  const gets = await change(TRUSTING, kept)
  assert.is(gets.mounts, `{"mount":"undefined","guestFolder":"${FOLDER}"}`)
  assert.is(gets.after?.guestFolder, FOLDER)
  assert.ok(gets.calls.indexOf(ENSURE) < gets.calls.findIndex((call) => call.startsWith('machines.change')))
  const loses = await change({}, { ...kept, guestFolder: FOLDER, mount: '/w' })
  assert.is(loses.mounts, '{"mount":"undefined"}')
  assert.equal([loses.after?.guestFolder, loses.after?.mount], [undefined, '/w'])
  const mounted = { workspace: { path: 'w', mode: 'mount' } } as const
  const keeps = await change(
    { ...TRUSTING, ...mounted, env: { A: '2' } },
    { ...kept, guestFolder: FOLDER, mount: '/w' },
  )
  assert.is(keeps.mounts, undefined)
  const again = await change(
    { ...TRUSTING, ...mounted },
    { ...kept, restartHash: '', guestFolder: FOLDER, mount: '/w' },
  )
  assert.is(again.mounts, `{"mount":{"source":"/w","target":"/workspace"},"guestFolder":"${FOLDER}"}`)
})

test('taking a change back gives the folder that the record names, whatever the spec says by now', async () => {
  const taken = async (spec: Partial<BottleSpec>, guestFolder: string | undefined): Promise<readonly string[]> => {
    const machine = guestFolder === undefined ? kept : { ...kept, guestFolder }
    const situation = aSituation({ spec, record: { machine } })
    return (await run(resealMachine(situation, machineShape(situation), 'why'), machine, { ...BOUNDARY, ...TRUST }))
      .calls
  }
  const seal = (more: object): string => `machines.reseal("bottle-web", ${JSON.stringify(more)})`
  const rest = { bundleIp: '192.168.9.2', mount: 'undefined' }
  assert.equal(await taken({}, FOLDER), [ENSURE, GUESTS, seal({ ...rest, guestFolder: FOLDER, others: {} })])
  assert.equal(await taken(TRUSTING, undefined), [seal({ ...rest, others: {} })])
})

test('a stop removes the secrets unless it will start again', async () => {
  const stop = (goal: Situation['goal'], machine: Kept | undefined) =>
    run(stopMachine(aSituation({ goal }), 'why'), machine)
  const stopped = 'machines.stop("bottle-web")'
  assert.equal((await stop('up', kept)).calls, [stopped])
  assert.equal((await stop('down', kept)).calls, [stopped, 'secrets.remove("web")'])
  assert.equal((await stop('gone', kept)).calls, [stopped, 'secrets.remove("web")'])
  assert.equal((await stop('up', { ...kept, starting: true, silentSince: NOW })).machine, kept)
  assert.equal((await stop('up', { ...kept, silentSince: NOW })).machine, kept)
})

test('so does a removal', async () => {
  for (const [goal, more] of [
    ['up', []],
    ['down', ['secrets.remove("web")']],
    ['gone', ['secrets.remove("web")']],
  ] as const)
    assert.equal((await run(removeMachine(aSituation({ goal }), 'why'), kept)).calls, [
      'machines.remove("bottle-web")',
      ...more,
    ])
})

test('silence is noted and forgotten', async () => {
  assert.equal((await run(noteSilence(aSituation(), NOW), kept)).machine, { ...kept, silentSince: NOW })
  assert.equal((await run(noteSilence(aSituation(), undefined), { ...kept, silentSince: NOW })).machine, kept)
  const unknown = await run(noteSilence(aSituation(), NOW), undefined)
  assert.equal([unknown.calls, unknown.error], [[], undefined])
})

test('how smolvm reports a VM is noted quietly, in the record as it is by then', async () => {
  const given = { version: '1.33.0', createdAt: 7, others: {} }
  const step = noteGiven(aSituation(), given)
  assert.is(step.quiet, true)
  assert.equal((await run(step, { ...kept, starting: true })).machine, { ...kept, starting: true, given })
  const unknown = await run(step, undefined)
  assert.equal([unknown.calls, unknown.error], [[], undefined])
})

test('a change is known by all its keys until it is seen to be made', async () => {
  const situation = aSituation({ spec: { env: { B: '2' }, machine: { cpus: 3, memory: 99, storage: 20 } } })
  const shape = machineShape(situation)
  const { env } = shape.request
  const keys = Object.keys(env)
  const changed = async (machine: Kept | undefined, removeEnv: readonly string[], found: Machine = aMachine()) => {
    const { calls, machine: after } = await run(changeMachine(situation, shape, found), machine)
    const known = { ...machine, workspaceCopied: machine?.workspaceCopied ?? false }
    const asked = { setEnv: env, removeEnv, cpus: 3, memoryMiB: 99, storageGiB: 20 }
    assert.equal(calls, [
      update({ ...known, envKeys: [...new Set([...(machine?.envKeys ?? []), ...keys])], restartHash: '' }),
      `machines.change("bottle-web", ${JSON.stringify(asked)})`,
      `records.writeSmolfile("web", ${JSON.stringify(smolfile(situation))})`,
      update({ ...known, envKeys: keys, restartHash: shape.restartHash }),
    ])
    return after
  }
  const before: Kept = { ...kept, envKeys: ['A', 'B'], source: '/kept' }
  assert.equal(await changed(before, ['A']), { ...before, envKeys: keys, restartHash: shape.restartHash })
  assert.equal(await changed(undefined, []), { workspaceCopied: false, envKeys: keys, restartHash: shape.restartHash })
})

test('a container that is found without a record is noted as one, so that its network stays as it is', async () => {
  const situation = aSituation({ spec: { machine: { image: 'box:1', runtime: 'container' } } })
  const change = (found: Machine) => changeMachine(situation, machineShape(situation), found)
  assert.is((await run(change(aMachine({ runtime: 'container' })), undefined)).machine?.runtime, 'container')
  assert.is((await run(change(aMachine()), undefined)).machine?.runtime, undefined)
})

test('a record that is gone meanwhile stops no step', async () => {
  const gone = { ...BOUNDARY, 'records.read': undefined, 'machines.hasCopy': true, 'records.update': undefined }
  const spec = { machine: { cpus: 3 } }
  const shape = machineShape(aSituation({ spec }))
  for (const [step, calls] of [
    [
      startMachine(aSituation(), 'why'),
      [...FIND, 'host.source("")', 'machines.find("bottle-web")', 'machines.start("bottle-web")'],
    ],
    [stopMachine(aSituation(), 'why'), ['machines.stop("bottle-web")']],
    [noteSilence(aSituation(), NOW), []],
    [copyWorkspace(aSituation(), { guestPath: '/g' }), ['machines.hasCopy("bottle-web", "/g")']],
  ] as const) {
    const end = await run(step, undefined, gone)
    assert.equal([end.calls, end.error], [calls, undefined])
  }
  const changed = await run(changeMachine(aSituation({ spec }), shape, aMachine()), undefined, gone)
  assert.is(changed.error, undefined)
})

test('a workspace is copied where it was not, and that is remembered', async () => {
  const copy = copyWorkspace(aSituation({ spec: { workspace: { path: '/w', mode: 'copy' } } }), { guestPath: '/g' })
  const once: Kept = { ...kept, workspaceCopied: false }
  const asked = 'machines.hasCopy("bottle-web", "/g")'
  assert.equal((await run(copy, once, { 'machines.hasCopy': false })).calls, [
    asked,
    'machines.copyIn("bottle-web", "/w", "/g")',
    update(kept),
  ])
  const there = await run(copy, once, { 'machines.hasCopy': true })
  assert.equal(there.calls, [asked, update(kept)])
  assert.equal((await run(copy, undefined, { 'machines.hasCopy': true })).calls, [asked])
})

test.run()
