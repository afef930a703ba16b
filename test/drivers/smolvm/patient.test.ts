import * as assert from 'uvu/assert'
import { FAKE_SMOLVM } from '../../helpers/smolvm.ts'
import { suite } from '../../helpers/suite.ts'
import { patient } from '../../microvm/patient.ts'
import { playOn } from '../../conformance/machines/bench.ts'
import type { Bench, MachinesWorld } from '../../conformance/machines/bench.ts'
import { createSmolvmWorld } from './world.ts'

/** The lab's patience with emulated guests excuses a guest that ended by itself, and nothing else. */
const test = suite('patience with emulated guests')

/** Starts a machine, handles it, and then fails a check. */
const found = async (handle: (bench: Bench, world: MachinesWorld, name: string) => Promise<void>): Promise<string> => {
  let world: MachinesWorld | undefined
  const make = async (): Promise<MachinesWorld> => patient((world = await createSmolvmWorld(FAKE_SMOLVM, 'played')))
  const body = async (bench: Bench): Promise<void> => {
    const name = await bench.create()
    await bench.machines.start(name)
    if (world !== undefined) await handle(bench, world, name)
    throw new Error('found wrong')
  }
  return playOn(make, body).then(
    (accident) => `excused: ${accident ?? ''}`,
    (error: unknown) => String(error),
  )
}

test('a guest that ended by itself is named beside the failed check', async () => {
  assert.match(
    await found((_, world, name) => world.harm?.kill(name) ?? Promise.resolve()),
    /^excused: bottle-t-[0-9a-f]+ had ended by itself; Error: found wrong$/,
  )
})

test('a guest that runs, or that the test stopped, removed or killed, excuses nothing', async () => {
  assert.is(await found(async () => {}), 'Error: found wrong')
  assert.is(await found(({ machines }, _, name) => machines.stop(name)), 'Error: found wrong')
  assert.is(await found(({ machines }, _, name) => machines.remove(name)), 'Error: found wrong')
  assert.is(await found(({ harm }, _, name) => harm?.kill(name) ?? Promise.resolve()), 'Error: found wrong')
})

test('a failed start is retried, four times at most, unless the test caused the failure', async () => {
  const world = await createSmolvmWorld(FAKE_SMOLVM, 'played')
  const accident = await playOn(
    async () => patient(world),
    async (bench) => {
      await world.harm?.failStarts(4)
      await bench.machines.start(await bench.create())
      await bench.machines.stop(bench.tag)
      await world.harm?.failStarts(5)
      await bench.machines.start(bench.tag).then(
        () => assert.unreachable('the fifth try failed, too'),
        (error: Error) => assert.match(error.message, /cannot start machine/),
      )
      await bench.harm?.failStarts(1)
      await bench.machines.start(bench.tag).then(
        () => assert.unreachable('a failure was asked for'),
        (error: Error) => assert.match(error.message, /cannot start machine/),
      )
    },
  )
  assert.is(accident, undefined)
})

test.run()
