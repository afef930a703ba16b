import * as assert from 'uvu/assert'
import { createOutages, readOutages } from '../../../controller/state/outages.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('outages')

const opened = (disk = createMemoryDisk()) => {
  const announced: string[] = []
  const outages = createOutages({
    stateDir: '/s',
    disk,
    clock: { now: () => Date.parse('2026-11-24T12:00:00Z') },
    announce: (type, reason) => void announced.push(`${type} ${reason}`),
    log: { warn: (message) => void announced.push(message) },
  })
  return { outages, disk, announced }
}

test('however often Docker comes and goes, the last word stands', async () => {
  const { outages, disk, announced } = opened()
  for (let flap = 0; flap < 50; flap += 1) {
    outages.begin('DockerUnavailable', `refused ${flap}`)
    outages.end('DockerUnavailable', 'DockerAvailable', 'back')
  }
  await outages.flush()
  assert.equal(await readOutages('/s', disk), [])
  outages.begin('DockerUnavailable', 'refused')
  outages.begin('MachinesUnknown', 'no list')
  await outages.flush()
  assert.equal(
    (await readOutages('/s', disk)).map(({ reason, message, since }) => [reason, message, since]),
    [
      ['DockerUnavailable', 'refused', '2026-11-24T12:00:00.000Z'],
      ['MachinesUnknown', 'no list', '2026-11-24T12:00:00.000Z'],
    ],
  )
  assert.is(announced.length, 102)
})

test('the next controller begins with none, and writes only what changes', async () => {
  const { outages, disk } = opened()
  await outages.clear()
  assert.equal(disk.effects, [])
  outages.begin('DockerUnavailable', 'refused')
  await outages.flush()
  const next = opened(disk)
  await next.outages.clear()
  assert.equal(await readOutages('/s', disk), [])
  assert.is(disk.effects.length, 2)
})

test('a file that was removed is written again, but not for nothing', async () => {
  const { outages, disk } = opened()
  outages.restore()
  await outages.flush()
  assert.equal(disk.effects, [])
  outages.begin('DockerUnavailable', 'refused')
  await outages.flush()
  disk.files.clear()
  outages.restore()
  await outages.flush()
  assert.is((await readOutages('/s', disk)).length, 1)
})

test('what can not be written is logged, and memory knows it', async () => {
  const { outages, announced } = opened(
    createMemoryDisk({
      effect: () => {
        throw new Error('no space')
      },
    }),
  )
  outages.begin('DockerUnavailable', 'refused')
  await outages.flush()
  assert.is(outages.of('DockerUnavailable')?.message, 'refused')
  assert.ok(announced.includes('an outage is not noted: no space'))
})

test.run()
