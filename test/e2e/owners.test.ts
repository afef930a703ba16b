import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inspectContainer, inspectNetwork } from './engine.ts'
import type { Rig } from './rig.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e owners')

const ownerId = (state: string): string =>
  (JSON.parse(readFileSync(join(state, 'owner'), 'utf8')) as { readonly id: string }).id

/** The objects of a bottle, by id. */
const world = async (rig: Rig, short: string): Promise<unknown> => {
  const name = `bottle-${rig.slug(short)}`
  const [network, bundle] = [await inspectNetwork(name), await inspectContainer(`${name}-bundle`)]
  const { pid, labels } = rig.machines()[name] ?? {}
  return { network: network?.Id, bundle: bundle?.Id, started: bundle?.State.StartedAt, pid, labels }
}

test('a copied root is another owner: it gets NameConflict and never touches the original, even when its files go', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  assert.is((await rig.once()).code, 0)
  const before = await world(rig, 'a')
  const text = rig.read('a.yaml')
  const copy = join(rig.root, '..', 'copy')
  execFileSync('cp', ['-r', rig.root, copy])
  const calls = rig.calls().length

  const there = await rig.onceOn(copy)
  assert.is(there.code, 3, there.stdout)
  assert.match(there.stdout, new RegExp(`NameConflict: .*${ownerId(rig.state)}`))
  assert.match(there.stderr, new RegExp(`--adopt ${ownerId(rig.state)}`))
  assert.is.not(ownerId(join(copy, '.bottled')), ownerId(rig.state))
  rmSync(join(copy, 'a.yaml'))
  assert.is((await rig.onceOn(copy)).code, 0)

  assert.equal(rig.calls().slice(calls), [])
  assert.equal(await world(rig, 'a'), before)
  assert.is((await rig.once()).code, 0)
  assert.is(rig.read('a.yaml'), text)
})

test('a root that lost its state reports who owns its objects; --adopt takes them over while they run, under the same uid', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  assert.is((await rig.once()).code, 0)
  const [before, status, id] = [await world(rig, 'a'), rig.status('a'), ownerId(rig.state)]
  const calls = rig.calls().length
  rmSync(rig.state, { recursive: true })

  const lost = await rig.once()
  assert.is(lost.code, 3)
  assert.match(lost.stdout, new RegExp(`NameConflict: .*--adopt ${id}`))
  assert.is(rig.status('a')?.phase, 'Stalled')
  assert.equal(await world(rig, 'a'), before)

  const adopted = await rig.once('--adopt', id)
  assert.is(adopted.code, 0, adopted.stdout + adopted.stderr)
  const after = rig.status('a')
  assert.equal(
    [after?.phase, after?.uid, after?.network, after?.bundle?.id],
    ['Ready', status?.uid, status?.network, status?.bundle?.id],
  )
  assert.is(ownerId(rig.state), id)
  const now = (await world(rig, 'a')) as { readonly network: string; readonly bundle: string }
  const was = before as typeof now
  assert.equal([now.network, now.bundle], [was.network, was.bundle])
  assert.equal(
    rig
      .calls()
      .slice(calls)
      .filter((call) => /create|delete/.test(call)),
    [],
    'its disk is the same',
  )
})

test('a moved root takes its objects back by --adopt, without changing them', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  assert.is((await rig.once()).code, 0)
  const [before, text, id, calls] = [await world(rig, 'a'), rig.read('a.yaml'), ownerId(rig.state), rig.calls().length]
  const moved = join(rig.root, '..', 'moved')
  renameSync(rig.root, moved)
  const there = await rig.onceOn(moved, '--adopt', id)
  assert.is(there.code, 0, there.stdout + there.stderr)
  assert.equal(await world(rig, 'a'), before)
  assert.equal(rig.calls().slice(calls), [])
  assert.is(readFileSync(join(moved, 'a.yaml'), 'utf8'), text)
})

test('objects whose document was removed while no controller ran are deleted after the grace, by the next one', async (rig) => {
  for (const short of ['a', 'b']) rig.write(`${short}.yaml`, rig.bottle(short))
  assert.is((await rig.once()).code, 0)
  rig.remove('a.yaml')
  rmSync(join(rig.state, 'bottles', rig.slug('a')), { recursive: true })
  const next = await rig.once()
  assert.is(next.code, 0, next.stdout)
  assert.equal(await world(rig, 'a'), {
    network: undefined,
    bundle: undefined,
    started: undefined,
    pid: undefined,
    labels: undefined,
  })
  assert.is(rig.status('b')?.phase, 'Ready')
})

// Before Engine 23 all daemons of a host share one id: then only the folder tells them apart.
for (const [what, other] of Object.entries({
  'another Docker daemon': { daemonId: 'ANOTHER' },
  'the same daemon on another folder': { daemonRoot: '/another' },
})) {
  test(`${what} than the one recorded: nothing is created or deleted until a person accepts it`, async (rig) => {
    rig.write('a.yaml', rig.bottle('a'))
    assert.is((await rig.once()).code, 0)
    const [before, calls, path] = [await world(rig, 'a'), rig.calls().length, join(rig.state, 'owner')]
    const owner = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    writeFileSync(path, JSON.stringify({ ...owner, ...other }))

    const changed = await rig.once()
    assert.is(changed.code, 3)
    assert.match(changed.stdout, /--accept-daemon/)
    assert.is(rig.status('a')?.phase, 'Stalled')
    assert.is(rig.status('a')?.conditions.find(({ type }) => type === 'Stalled')?.reason, 'DaemonChanged')
    const text = rig.read('a.yaml')
    rig.remove('a.yaml')
    assert.match((await rig.once()).stdout, /DaemonChanged/)
    assert.equal([await world(rig, 'a'), rig.calls().length], [before, calls])

    rig.write('a.yaml', text)
    const accepted = await rig.once('--accept-daemon')
    assert.is(accepted.code, 0, accepted.stdout)
    assert.is(rig.status('a')?.phase, 'Ready')
    assert.equal(await world(rig, 'a'), before)
  })
}

test('with another smolvm data folder than the one recorded, its empty list never counts as lost VMs', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  assert.is((await rig.once()).code, 0)
  const [before, home] = [await world(rig, 'a'), rig.env['HOME'] ?? '']
  rig.env['HOME'] = join(rig.home, 'elsewhere')

  const elsewhere = await rig.once()
  assert.is(elsewhere.code, 3)
  assert.match(elsewhere.stdout, /--accept-machines/)
  assert.is(rig.status('a')?.conditions.find(({ type }) => type === 'Stalled')?.reason, 'MachinesElsewhere')
  const text = rig.read('a.yaml')
  rig.remove('a.yaml')
  assert.match((await rig.once()).stdout, /MachinesElsewhere/)

  rig.env['HOME'] = home
  rig.write('a.yaml', text)
  assert.is((await rig.once()).code, 0)
  assert.equal(await world(rig, 'a'), before)
})

test.run()
