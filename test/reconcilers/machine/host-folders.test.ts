import * as assert from 'uvu/assert'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { hostFolders, noted } from '../../../reconcilers/machine/host-folders.ts'
import { machineShape } from '../../../reconcilers/machine/shape.ts'
import { createRig } from '../../helpers/situation.ts'
import type { Rig } from '../../helpers/situation.ts'
import { aSituation, createCalls } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what a VM has of the host')
const FOLDER = '/simulated/guests/web'
const mounted = { workspace: { path: '/w', mode: 'mount' } } as const

const foldersOf = async (spec: Partial<BottleSpec>, workspace?: string) => {
  const { drivers, calls } = createCalls({ 'authorities.guestFolder': FOLDER })
  const situation = aSituation({ spec })
  const given = { ...machineShape(situation), workspace }
  const folders = await hostFolders(situation, given, drivers, new AbortController().signal)
  return { folders, calls }
}

test('its workspace where that was judged to be, and what it trusts once that is there', async () => {
  const both = await foldersOf({ ...mounted, egress: {} }, '/real/w')
  assert.equal(both.folders, { mount: { source: '/real/w', target: '/workspace' }, guestFolder: FOLDER })
  assert.equal(both.calls, ['authorities.ensure("web")', 'authorities.guestFolder("web")'])
  assert.equal(noted(both.folders), { mount: '/real/w', guestFolder: FOLDER })
})

test('nothing is made for a VM that trusts no authority', async () => {
  const { folders, calls } = await foldersOf({})
  assert.equal(folders, { mount: undefined })
  assert.equal(calls, [])
  assert.equal(noted(folders), {})
  assert.equal((await foldersOf({ workspace: { path: '/w', mode: 'copy' } }, '/w')).folders, { mount: undefined })
})

/** Of the VM; starts with it. */
const done = ({ log }: Rig, from: number): readonly string[] =>
  log.slice(from).filter((line) => line.includes('machine/'))
const vm = (rig: Rig) => rig.world.world.machines['bottle-web']

test('a standing VM is given what it trusts by a restart, and loses it by another: its disk stays', async () => {
  const rig = await createRig(mounted)
  await rig.settle('up')
  const [born, begun] = [vm(rig)?.createdAt, rig.log.length]
  rig.spec = { ...rig.spec, egress: {} }
  await rig.settle('up')
  const restart = ['stop machine/bottle-web', 'update machine/bottle-web', 'start machine/bottle-web']
  assert.equal(done(rig, begun), restart)
  assert.equal([vm(rig)?.guestFolder, vm(rig)?.mount, vm(rig)?.createdAt], [FOLDER, '/w', born])
  assert.is(vm(rig)?.env['GIT_SSL_CAINFO'], '/etc/bottled/ca.pem')
  assert.is(rig.record()?.machine?.guestFolder, FOLDER)

  const then = rig.log.length
  const { egress: _, ...without } = rig.spec
  rig.spec = without
  await rig.settle('up')
  assert.equal(done(rig, then), restart)
  assert.equal([vm(rig)?.guestFolder, vm(rig)?.mount, vm(rig)?.createdAt], [undefined, '/w', born])
  assert.is(vm(rig)?.env['GIT_SSL_CAINFO'], undefined)
})

test('a crash in the middle of that is no drift, and ends as it was meant', async () => {
  for (const when of ['before', 'after'] as const) {
    const rig = await createRig()
    await rig.settle('up')
    rig.spec = { ...rig.spec, egress: {} }
    rig.world.world.faults.push({ port: 'machines', verb: 'change', times: 1, code: 'Timeout', when })
    assert.is((await rig.walk('up')).verdicts.get('machine')?.verdict, 'failed')
    await rig.settle('up')
    assert.is(vm(rig)?.guestFolder, FOLDER, when)
    assert.not(rig.log.includes('remove machine/bottle-web'))
    assert.not(rig.log.includes('reseal machine/bottle-web'))
  }
})

test('a mount that others took from it, or gave to it, is a drift as any other', async () => {
  const rig = await createRig({ egress: {} })
  await rig.settle('up')
  const machine = vm(rig)
  if (machine === undefined) throw new Error('no VM')
  for (const mounts of [0, 2]) {
    machine.opened = { mounts }
    const { verdicts } = await rig.walk('up')
    const verdict = verdicts.get('machine')
    assert.is(verdict?.verdict === 'stuck' ? verdict.reason : verdict?.verdict, 'EgressDrift', String(mounts))
  }
  rig.rollout = true
  await rig.settle('up')
  assert.equal([vm(rig)?.guestFolder, vm(rig)?.opened?.mounts], [FOLDER, undefined])
})

test('a VM goes with its authority, and suspending keeps it', async () => {
  const rig = await createRig({ egress: {} })
  await rig.settle('up')
  const kept = rig.world.world.authorities['web']
  assert.type(kept, 'number')
  await rig.settle('down')
  await rig.settle('up')
  assert.is(rig.world.world.authorities['web'], kept)
  await rig.settle('gone')
  assert.equal(rig.world.world.authorities, {})
})

test('a secret that the spec keeps from a standing VM waits for a rollout, and stops nothing until then', async () => {
  const rig = await createRig({ secrets: { KEY: { fromEnv: 'KEY' } } })
  await rig.settle('up')
  const begun = rig.log.length
  rig.spec = { ...rig.spec, egress: {}, secrets: { KEY: { fromEnv: 'KEY', deliver: 'proxy' } } }
  const verdict = (await rig.walk('up')).verdicts.get('machine')
  assert.is(verdict?.verdict, 'stuck')
  assert.match(
    verdict?.verdict === 'stuck' ? `${verdict.reason}: ${verdict.message}` : '',
    /^UpdatePending: the VM has KEY otherwise than the spec says, .*: it must be recreated/,
  )
  assert.equal(done(rig, begun), [])
  assert.equal(rig.world.world.secrets['web'], ['KEY'])
  rig.rollout = true
  await rig.settle('up')
  assert.equal(done(rig, begun), ['remove machine/bottle-web', 'create machine/bottle-web'])
  assert.is(rig.world.world.secrets['web'], undefined)
})

test.run()
