import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { containersNamed, inspectContainer, inspectNetwork, networksNamed } from './engine.ts'
import type { Rig } from './rig.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e crashes')

const rest = async (rig: Rig): Promise<void> => {
  const once = await rig.once()
  assert.is(once.code, 0, once.stdout + once.stderr)
}

const nothingTwice = async (rig: Rig, shorts: readonly string[]): Promise<void> => {
  assert.equal(
    await networksNamed(rig.slug('')),
    shorts.map((short) => `bottle-${rig.slug(short)}`),
  )
  assert.equal(
    await containersNamed(rig.slug('')),
    shorts.map((short) => `bottle-${rig.slug(short)}-bundle`),
  )
  assert.equal(
    Object.keys(rig.machines()).sort(),
    shorts.map((short) => `bottle-${rig.slug(short)}`),
  )
  assert.is(rig.vmProcesses().length, shorts.length, 'one VM process for each bottle')
  for (const short of shorts) {
    const [network, bundle] = [
      await inspectNetwork(`bottle-${rig.slug(short)}`),
      await inspectContainer(`bottle-${rig.slug(short)}-bundle`),
    ]
    assert.is(bundle?.State.Running, true)
    assert.equal(
      Object.values(bundle?.NetworkSettings.Networks ?? {}).map(({ NetworkID }) => NetworkID),
      [network?.Id],
    )
    const uid = rig.status(short)?.uid
    assert.is(network?.Labels?.['dev.bottled.uid'], uid)
    assert.is(rig.machines()[`bottle-${rig.slug(short)}`]?.labels['dev.bottled.uid'], uid)
    assert.is(rig.status(short)?.phase, 'Ready')
  }
}

/** Kills a controller some time after it began to work. */
const killedAfter = async (rig: Rig, ms: number): Promise<void> => {
  const controller = rig.start()
  await rig.until('it has the lock', () => controller.stderr() !== '' || rig.lockPid() === controller.pid, 10_000)
  await sleep(ms)
  await controller.kill()
}

for (const delays of [
  [0, 120, 300],
  [60, 450, 800],
]) {
  test(`a controller killed ${delays.join(', ')} ms into bringing bottles up leaves no duplicates`, async (rig) => {
    rig.setFake({ bootMs: 250 })
    rig.write('a.yaml', rig.bottle('a', 'git: true'))
    rig.write('b.yaml', rig.bottle('b'))
    for (const ms of delays) await killedAfter(rig, ms)
    await rest(rig)
    await nothingTwice(rig, ['a', 'b'])
  })
}

test('a controller killed while it restarts a VM for an edit leaves it running with the new env, on its disk', async (rig) => {
  rig.setFake({ bootMs: 250 })
  rig.write('a.yaml', rig.bottle('a', 'env: {ROUND: "0"}'))
  await rest(rig)
  const uid = rig.status('a')?.uid
  const creates = () => rig.calls().filter((call) => call.startsWith('machine create')).length
  for (const [round, ms] of [0, 80, 200, 400].entries()) {
    await rig.edit('a.yaml', (text) => text.replace(/ROUND: "\d+"/, `ROUND: "${round + 1}"`))
    await killedAfter(rig, ms)
  }
  await rest(rig)
  await nothingTwice(rig, ['a'])
  assert.is(Object.fromEntries(rig.machines()[`bottle-${rig.slug('a')}`]?.env ?? [])['ROUND'], '4')
  assert.is(rig.status('a')?.uid, uid)
  assert.is(creates(), 1, 'the VM and its disk were never recreated')
})

test('a controller killed while it deletes bottles leaves nothing behind, and their names are free again', async (rig) => {
  for (const short of ['a', 'b', 'c']) rig.write(`${short}.yaml`, rig.bottle(short))
  await rest(rig)
  const kept = rig.status('c')
  rig.remove('a.yaml')
  for (const ms of [150, 400]) {
    const controller = rig.start('--deletion-grace', '50ms')
    await rig.until('it begins', () => rig.events('a').some(({ reason }) => reason === 'Deleting'))
    await sleep(ms)
    await controller.kill()
    rig.remove('b.yaml')
    if (ms === 150) rig.write('b.yaml', rig.bottle('b'))
  }
  await rest(rig)
  await nothingTwice(rig, ['c'])
  assert.equal(rig.status('c'), kept)
  for (const short of ['a', 'b']) assert.is(rig.record(short), undefined)
  rig.write('a.yaml', rig.bottle('a'))
  await rest(rig)
  await nothingTwice(rig, ['a', 'c'])
})

test('a VM whose start was killed with its controller keeps booting unseen, and is stopped before the next start', async (rig) => {
  rig.setFake({ bootMs: 5_000 })
  rig.write('a.yaml', rig.bottle('a'))
  const controller = rig.start()
  await rig.until('the VM boots', () => rig.vmProcesses().length > 0)
  await controller.kill()
  // The call that waits for the boot would complete it alone.
  for (const pid of rig.processes('machine start')) process.kill(pid, 'SIGKILL')
  const [orphan] = rig.vmProcesses()
  assert.is(rig.machines()[`bottle-${rig.slug('a')}`]?.state, 'created')
  rig.setFake({})
  await rest(rig)
  await nothingTwice(rig, ['a'])
  assert.is.not(rig.vmProcesses()[0], orphan)
  assert.ok(rig.calls().some((call) => call.startsWith('machine stop')))
})

test.run()
