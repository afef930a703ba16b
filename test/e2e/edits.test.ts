import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { awaitAnswer, sendRequest } from '../../controller/state/requests.ts'
import { tarOf } from '../files/archive.ts'
import { patience } from '../helpers/patience.ts'
import { inspectContainer, inspectNetwork } from './engine.ts'
import type { Rig } from './rig.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e edits')

const condition = (rig: Rig, type: string) => rig.status('a')?.conditions?.find((each) => each.type === type)
const machine = (rig: Rig) => rig.machines()[`bottle-${rig.slug('a')}`]
const verbs = (calls: readonly string[]): readonly (string | undefined)[] => calls.map((call) => call.split(' ')[1])

test('an edit of env restarts the VM and keeps its disk, under the same bundle and network', async (rig) => {
  rig.write('a.yaml', rig.bottle('a', 'env: {LOG_LEVEL: info, OLD: "1"}'))
  rig.start()
  const before = await rig.ready('a')
  const disk = rig.diskOf('a')
  writeFileSync(join(disk, 'kept'), 'kept')
  const [network, pid, calls] = [await inspectNetwork(`bottle-${rig.slug('a')}`), machine(rig)?.pid, rig.calls().length]

  await rig.edit('a.yaml', (text) =>
    text.replace('env: {LOG_LEVEL: info, OLD: "1"}', 'env: {LOG_LEVEL: debug, NEW: "2"}'),
  )
  const after = await rig.until('the new env is applied', () => {
    const status = rig.status('a')
    return status?.observedGeneration === 2 && status.phase === 'Ready' ? status : undefined
  })
  assert.equal(verbs(rig.calls().slice(calls)), ['stop', 'update', 'start'])
  const env = Object.fromEntries(machine(rig)?.env ?? [])
  assert.is(env['LOG_LEVEL'], 'debug')
  assert.is(env['NEW'], '2')
  assert.is(env['OLD'], undefined)
  assert.is.not(machine(rig)?.pid, pid)
  assert.ok(existsSync(join(disk, 'kept')))
  assert.is(after.uid, before.uid)
  assert.is(after.bundle?.id, before.bundle?.id)
  assert.is((await inspectNetwork(`bottle-${rig.slug('a')}`))?.Id, network?.Id)
})

test('an edit of machine.image waits as UpdatePending with the VM untouched; a rollout applies it', async (rig) => {
  writeFileSync(join(rig.root, 'one.tar'), tarOf('one'))
  writeFileSync(join(rig.root, 'two.tar'), tarOf('two'))
  rig.write('a.yaml', rig.bottle('a', 'machine: {image: ./one.tar}'))
  rig.start()
  await rig.ready('a')
  const disk = rig.diskOf('a')
  writeFileSync(join(disk, 'old'), 'old')
  const [pid, calls] = [machine(rig)?.pid, rig.calls().length]

  await rig.edit('a.yaml', (text) => text.replace('one.tar', 'two.tar'))
  await rig.until('it waits', () => condition(rig, 'MachineReady')?.reason === 'UpdatePending')
  assert.match(condition(rig, 'MachineReady')?.message ?? '', new RegExp(`bottlectl rollout ${rig.slug('a')}`))
  assert.is(condition(rig, 'MachineReady')?.status, 'False')
  assert.is(machine(rig)?.pid, pid)
  assert.equal(rig.calls().slice(calls), [])
  assert.ok(existsSync(join(disk, 'old')))

  const id = await sendRequest(rig.state, { kind: 'rollout', name: rig.slug('a') })
  const answer = await awaitAnswer(rig.state, id, AbortSignal.timeout(Math.ceil(15_000 * patience())))
  assert.is(answer.ok, true, answer.message)
  await rig.ready('a')
  assert.is.not(machine(rig)?.pid, pid)
  assert.ok(!existsSync(join(disk, 'old')), 'the disk is new')
  const made = rig.calls().slice(calls)
  assert.equal(
    verbs(made).filter((verb) => verb !== 'stop'),
    ['delete', 'create', 'start'],
  )
  assert.ok(made.findIndex((call) => call.includes(' stop ')) < made.findIndex((call) => call.includes(' delete ')))
  assert.is(rig.record('a')?.rollout, undefined)
})

test('an edit of network.subnet is refused while the bottle keeps running; undone, it is Ready', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.start()
  const before = await rig.ready('a')
  const calls = rig.calls().length
  await rig.edit('a.yaml', (text) =>
    text.replace('  agent: claude\n', '  agent: claude\n  network: {subnet: 10.99.7.0/24}\n'),
  )
  await rig.until('it is refused', () => condition(rig, 'Accepted')?.status === 'False')
  assert.is(condition(rig, 'Accepted')?.reason, 'ImmutableField')
  assert.match(condition(rig, 'Accepted')?.message ?? '', /a\.yaml:\d+: spec\.network\.subnet is immutable/)
  assert.is(condition(rig, 'Ready')?.status, 'False')
  assert.is(condition(rig, 'MachineReady')?.status, 'True')
  assert.equal(rig.calls().slice(calls), [])
  const bundle = await inspectContainer(`bottle-${rig.slug('a')}-bundle`)
  assert.is(bundle?.Id, before.bundle?.id)
  assert.is(bundle?.State.Running, true)
  await rig.edit('a.yaml', (text) => text.replace('  network: {subnet: 10.99.7.0/24}\n', ''))
  const after = await rig.ready('a')
  assert.equal([after.uid, after.network, after.machine], [before.uid, before.network, before.machine])
  assert.equal(rig.calls().slice(calls), [])
})

test('an edit that breaks the YAML leaves the bottle running and reports the place; fixed, it is Ready', async (rig) => {
  const good = rig.bottle('a', 'env: {A: "1"}')
  rig.write('a.yaml', good)
  rig.start()
  const before = await rig.ready('a')
  const calls = rig.calls().length
  await rig.edit('a.yaml', (text) => text.replace('env: {A: "1"}', 'env: {A: "1"'))
  const told = await rig.until('it says where', () =>
    rig.events().find(({ type, message }) => type === 'Warning' && /a\.yaml:\d+:\d+/.test(message)),
  )
  assert.match(told.message, /a\.yaml:[789]:\d+: not YAML.*last good spec stays in force/)
  assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.Id, before.bundle?.id)
  assert.equal(rig.calls().slice(calls), [])
  await rig.edit('a.yaml', (text) => text.replace('env: {A: "1"', 'env: {A: "1"}'))
  const after = await rig.ready('a')
  assert.equal([after.uid, after.machine], [before.uid, before.machine])
  assert.equal(rig.calls().slice(calls), [])
})

test('an invalid spec reports its place in the status and changes nothing; fixed with another env, that is applied', async (rig) => {
  rig.write('a.yaml', rig.bottle('a', 'env: {A: "1"}'))
  rig.start()
  const before = await rig.ready('a')
  const calls = rig.calls().length
  await rig.edit('a.yaml', (text) => text.replace('  env:', '  envv:'))
  await rig.until('it is refused', () => condition(rig, 'Accepted')?.status === 'False')
  assert.match(condition(rig, 'Accepted')?.message ?? '', /a\.yaml:7:3: .*envv.*did you mean .*env/i)
  assert.is(rig.status('a')?.phase, 'Degraded')
  assert.equal(rig.calls().slice(calls), [])
  await rig.edit('a.yaml', (text) => text.replace('  envv: {A: "1"}', '  env: {A: "2"}'))
  await rig.until(
    'it is applied',
    () => rig.status('a')?.phase === 'Ready' && Object.fromEntries(machine(rig)?.env ?? [])['A'] === '2',
  )
  assert.is(rig.status('a')?.uid, before.uid)
  assert.equal(verbs(rig.calls().slice(calls)), ['stop', 'update', 'start'])
})

test.run()
