import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  containersNamed,
  createContainer,
  createNetwork,
  freeSubnet,
  inspectContainer,
  inspectNetwork,
  killContainer,
  networksNamed,
  removeContainer,
  tearNetwork,
} from './engine.ts'
import type { Rig } from './rig.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e files')

/** True if only events of the bottle are left. */
const isGone = async (rig: Rig, short: string): Promise<boolean> =>
  rig.record(short) === undefined &&
  rig.machines()[`bottle-${rig.slug(short)}`] === undefined &&
  (await inspectContainer(`bottle-${rig.slug(short)}-bundle`)) === undefined &&
  (await inspectNetwork(`bottle-${rig.slug(short)}`)) === undefined

const untilGone = (rig: Rig, short: string): Promise<boolean> => rig.until(`${short} is gone`, () => isGone(rig, short))

test('a removed file takes its VM, bundle, network and record with it, in that order, and nothing else', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.write('b.yaml', rig.bottle('b'))
  rig.start()
  await rig.ready('a')
  const b = await rig.ready('b')
  await createNetwork(`bottle-${rig.slug('a')}-x`, await freeSubnet())
  await createContainer(`bottle-${rig.slug('a')}-bundle-x`, rig.image)
  await createContainer(`x-bottle-${rig.slug('a')}-bundle`, rig.image)
  const [events, calls, pid] = [
    rig.events('a').length,
    rig.calls().length,
    rig.machines()[`bottle-${rig.slug('a')}`]?.pid ?? 0,
  ]
  rig.remove('a.yaml')
  await untilGone(rig, 'a')
  await rig.until('it says so', () => rig.events('a').some(({ reason }) => reason === 'Deleted'))
  const [network, bundle] = [`bottle-${rig.slug('a')}`, `bottle-${rig.slug('a')}-bundle`]
  const done = rig
    .events('a')
    .slice(events)
    .map(({ message }) => message.replace(/:.*/, ''))
  assert.equal(
    // What a controller with rights on the firewall says besides.
    done.filter((text) => /^(remove|forget)/.test(text) && !text.startsWith('remove edges/')),
    [
      `remove machine/${network}`,
      `remove bundle/${bundle}`,
      `remove network/${network}`,
      `forget record/${rig.slug('a')}`,
    ],
  )
  const made = rig.calls().slice(calls)
  assert.ok(
    made.every((call) => call.includes(network)),
    'no other VM was touched',
  )
  assert.not.ok(rig.processes('_boot-vm').includes(pid))
  assert.equal(await containersNamed(rig.slug('a')), [
    `bottle-${rig.slug('a')}-bundle-x`,
    `x-bottle-${rig.slug('a')}-bundle`,
  ])
  assert.equal(await networksNamed(rig.slug('a')), [`bottle-${rig.slug('a')}-x`])
  assert.equal(rig.status('b'), b)
  assert.is((await inspectContainer(`bottle-${rig.slug('b')}-bundle`))?.Id, b.bundle?.id)
  rig.write('a.yaml', rig.bottle('a'))
  const again = await rig.ready('a')
  assert.is.not(again.uid, undefined)
  assert.is(again.observedGeneration, 1)
})

test('a file that goes parks its VM; back in another file within the time to undo, the same VM runs again', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  let controller = rig.start('--undo', '10m')
  const before = await rig.ready('a')
  const [name, bundle] = [`bottle-${rig.slug('a')}`, `bottle-${rig.slug('a')}-bundle`]
  rig.remove('a.yaml')
  await rig.until('its network is gone', async () => (await inspectNetwork(name)) === undefined)
  assert.is(await inspectContainer(bundle), undefined)
  assert.is(rig.machines()[name]?.state, 'stopped')
  assert.is(rig.record('a')?.subnet, before.network?.subnet)
  await controller.kill()
  controller = rig.start('--undo', '10m')
  rig.write('moved/b.yaml', rig.bottle('a'))
  await rig.until('it is back', () => rig.status('a', 'moved/b.yaml')?.phase === 'Ready')
  const after = rig.status('a', 'moved/b.yaml')
  assert.equal([after?.uid, after?.network], [before.uid, before.network])
  assert.equal(
    rig.calls().filter((call) => / delete /.test(call)),
    [],
  )
  rig.remove('moved/b.yaml')
  await rig.until('it is parked again', () => rig.machines()[name]?.state === 'stopped')
  await controller.stop()
  assert.match((await rig.once()).stdout, /Parked/, 'what was promised holds for --once, too')
  assert.is(rig.machines()[name]?.state, 'stopped')
})

test('with deletionPolicy Retain the file goes and everything stays; when it returns, the bottle continues under the same uid', async (rig) => {
  const text = rig.bottle('a', 'deletionPolicy: Retain')
  rig.write('a.yaml', text)
  const controller = rig.start()
  const before = await rig.ready('a')
  const calls = rig.calls().length
  rig.remove('a.yaml')
  await rig.until('it says so', () => rig.events('a').some(({ reason }) => reason === 'Retained'))
  await controller.stop()
  const once = await rig.once()
  assert.is(once.code, 0, once.stdout)
  assert.match(once.stdout, /Retained/)
  assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.Id, before.bundle?.id)
  rig.write('moved/a.yaml', text)
  assert.is((await rig.once()).code, 0)
  const after = rig.status('a', 'moved/a.yaml')
  assert.equal(
    [after?.phase, after?.uid, after?.network, after?.bundle, after?.machine],
    ['Ready', before.uid, before.network, before.bundle, before.machine],
  )
  assert.equal(rig.calls().slice(calls), [], 'the VM was never touched')
})

test('a retained bottle is repaired as if its file existed: its bundle, and a change under way when the file was removed', async (rig) => {
  rig.write('a.yaml', rig.bottle('a', 'deletionPolicy: Retain', 'suspend: false'))
  assert.is((await rig.once()).code, 0)
  const [bundle, machine] = [`bottle-${rig.slug('a')}-bundle`, `bottle-${rig.slug('a')}`]
  mkdirSync(join(rig.base, 'disk'))
  await rig.edit('a.yaml', (text) =>
    text.replace('  agent:', `  machine: {image: ${join(rig.base, 'disk')}}\n  agent:`),
  )
  assert.is((await rig.once()).code, 3, 'the new disk waits for a rollout')
  rig.remove('a.yaml')
  assert.is((await rig.once()).code, 0, 'nothing waits for it any more')
  const pid = rig.machines()[machine]?.pid
  await killContainer(bundle)
  const once = await rig.once()
  assert.is(once.code, 0, once.stdout)
  assert.match(once.stdout, /Retained/)
  assert.is((await inspectContainer(bundle))?.State.Running, true)
  assert.is(rig.machines()[machine]?.pid, pid, 'the agent kept running')
  await removeContainer(bundle)
  rig.start()
  await rig.until('it is there again', async () => (await inspectContainer(bundle))?.State.Running)
  const calls = rig.calls().length
  await tearNetwork(machine)
  const verbs = () =>
    rig
      .calls()
      .slice(calls)
      .map((call) => call.split(' ')[1])
  await rig.until('its VM started again', () => verbs().includes('start'))
  assert.equal(verbs(), ['stop', 'start'])
  assert.is((await inspectContainer(bundle))?.State.Running, true)
})

test('a file that is moved, renamed or joined with another changes nothing', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.write('b.yaml', rig.bottle('b'))
  rig.start()
  const [a, b] = [await rig.ready('a'), await rig.ready('b')]
  const calls = rig.calls().length
  mkdirSync(join(rig.root, 'deep'))
  renameSync(join(rig.root, 'a.yaml'), join(rig.root, 'deep', 'other.yml'))
  await rig.until('the move is seen', () => rig.record('a')?.file === 'deep/other.yml')
  const joined = `${rig.read('deep/other.yml')}---\n${rig.read('b.yaml')}`
  rig.remove('b.yaml')
  rig.write('deep/other.yml', joined)
  await rig.until('the second document is seen', () => rig.record('b')?.file === 'deep/other.yml')
  // Longer than the grace: a deletion would have started.
  await new Promise((done) => setTimeout(done, 2_600))
  assert.equal(rig.read('deep/other.yml'), joined)
  assert.equal([rig.status('a', 'deep/other.yml'), rig.status('b', 'deep/other.yml')], [a, b])
  assert.equal(rig.calls().slice(calls), [])
})

test('two documents of one file are independent, in YAML and in JSON', async (rig) => {
  rig.write('two.yaml', `# both\n${rig.bottle('a')}---\n${rig.bottle('b', 'supervise: true')}`)
  rig.write(
    'c.json',
    `{\n  "apiVersion": "bottled.dev/v1alpha1",\n  "kind": "Bottle",\n  "metadata": {"name": "${rig.slug('c')}"},\n  "spec": {"agent": "claude"}\n}\n`,
  )
  rig.start()
  const a = await rig.ready('a', 'two.yaml')
  await rig.ready('b', 'two.yaml')
  const c = await rig.ready('c', 'c.json')
  assert.match(
    rig.read('c.json'),
    /^\{\n {2}"apiVersion": "bottled.dev\/v1alpha1",\n {2}"kind": "Bottle",\n {2}"metadata": \{"name": "[^"]+"\},\n {2}"spec": \{"agent": "claude"\}/,
  )
  assert.is((JSON.parse(rig.read('c.json')) as { readonly status: { readonly uid: string } }).status.uid, c.uid)
  await rig.edit('two.yaml', (text) => text.slice(0, text.indexOf('---\n')))
  await untilGone(rig, 'b')
  rig.remove('c.json')
  await untilGone(rig, 'c')
  assert.equal(rig.status('a', 'two.yaml'), a)
  assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.Id, a.bundle?.id)
})

test('a second document of a name is refused in its own status and owns nothing', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.start()
  const before = await rig.ready('a')
  // By its path it would come first.
  rig.write('0.yaml', rig.bottle('a', 'env: {A: other}'))
  await rig.until('it is refused', () =>
    rig
      .status('a', '0.yaml')
      ?.conditions?.some(({ type, reason }) => type === 'Accepted' && reason === 'DuplicateName'),
  )
  assert.equal(rig.status('a'), before)
  assert.match(JSON.stringify(rig.status('a', '0.yaml')), /already defined in a\.yaml:\d+/)
  rig.write('1.yaml', rig.bottle('other', `identity: ${rig.slug('a')}`))
  await rig.until('it is refused', () =>
    rig
      .status('other', '1.yaml')
      ?.conditions?.some(({ type, reason }) => type === 'Accepted' && reason === 'DuplicateIdentity'),
  )
  assert.equal(rig.status('a'), before)
  assert.equal(await containersNamed(rig.slug('')), [`bottle-${rig.slug('a')}-bundle`])
})

test('suspend stops VM and bundle and keeps disk, network and record; resumed, it is Ready under the same uid', async (rig) => {
  rig.write('a.yaml', rig.bottle('a', 'suspend: false'))
  rig.start()
  const before = await rig.ready('a')
  const machine = () => rig.machines()[`bottle-${rig.slug('a')}`]
  const calls = rig.calls().length
  await rig.edit('a.yaml', (text) => text.replace('suspend: false', 'suspend: true'))
  await rig.until('it is suspended', () => rig.status('a')?.phase === 'Suspended')
  assert.is(machine()?.state, 'stopped')
  assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.State.Running, false)
  assert.ok(await inspectNetwork(`bottle-${rig.slug('a')}`))
  const steps = rig.events('a').map(({ message }) => message)
  assert.ok(
    steps.findIndex((text) => text.startsWith('stop machine/')) <
      steps.findIndex((text) => text.startsWith('stop bundle/')),
  )
  await rig.edit('a.yaml', (text) => text.replace('suspend: true', 'suspend: false'))
  const after = await rig.ready('a')
  assert.equal([after.uid, after.network, after.bundle?.id], [before.uid, before.network, before.bundle?.id])
  assert.equal(
    rig
      .calls()
      .slice(calls)
      .map((call) => call.split(' ')[1]),
    ['stop', 'start'],
  )
})

test.run()
