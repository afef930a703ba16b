import * as assert from 'uvu/assert'
import { createCarryOut } from '../../../controller/pass/carry-out.ts'
import { createParking } from '../../../controller/pass/parking.ts'
import { createRetries } from '../../../controller/pass/retries.ts'
import type { BottleRecord, Machine } from '../../../drivers/ports.ts'
import { defineReconciler, settled, stuck, wait } from '../../../reconcilers/contract/reconciler.ts'
import type { Plan } from '../../../reconcilers/contract/reconciler.ts'
import { FOREIGN, aMachine, aRecord } from '../../parts/plans.ts'
import { createPassParts } from '../../parts/pass-parts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('parking')
const UNDO_MS = 600_000
const spec = { agent: 'claude' }
const PARKED = { since: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:10:00.000Z', sinceBootMs: 0 }

const make = async (record: Partial<BottleRecord> = {}, undoMs = UNDO_MS) => {
  const rig = await createPassParts([{ spec, ...record }], { undoMs })
  const world = { machine: aMachine() as Machine | undefined | Error, plan: settled({ name: 'v' }) as Plan }
  const goals: string[] = []
  // The machine comes last, so on the way down it is asked first.
  rig.parts.reconcilers = [
    ...rig.parts.reconcilers,
    defineReconciler<undefined>({
      name: 'machine',
      keepsData: true,
      observe: async () => undefined,
      plan: ({ goal }) => {
        goals.push(goal)
        return world.plan
      },
    }),
  ]
  const find = async () => {
    if (world.machine instanceof Error) throw world.machine
    return world.machine
  }
  rig.parts.drivers = { ...rig.parts.drivers, machines: { ...rig.parts.drivers.machines, find } }
  const parts = { ...rig.parts, undoMs }
  const parking = createParking(parts, createCarryOut(parts, createRetries(parts)).conclude)
  const record0 = (): BottleRecord => rig.records.read('web') ?? aRecord()
  const stay = () => parking.stay(record0(), record0().parked ?? PARKED)
  return { ...rig, vm: world, goals, parking, stay, record: record0 }
}

test('there is something to park where there is a VM of ours, or may be one, and time to undo', async () => {
  for (const [what, record, undoMs, machine, should] of [
    ['a VM', {}, UNDO_MS, aMachine(), true],
    ['none', {}, UNDO_MS, undefined, false],
    ["another root's", {}, UNDO_MS, aMachine({ labels: FOREIGN }), false],
    ['nobody knows', {}, UNDO_MS, new Error('late'), true],
    ['no time', {}, 0, aMachine(), false],
    ['deleted by name', { deleteNow: true }, UNDO_MS, aMachine(), false],
  ] as const) {
    const rig = await make(record, undoMs)
    rig.vm.machine = machine
    assert.is(await rig.parking.shouldPark(rig.record()), should, what)
  }
})

test('it is in the record before anything is stopped, what keeps data goes down and the rest goes', async () => {
  const rig = await make({ held: { reason: 'R', message: 'm' } })
  const end = await rig.parking.park(rig.record())
  assert.equal(end, { state: 'rest', outcome: 'Parked', message: '', asAsked: true, retryAfterMs: UNDO_MS })
  assert.equal([rig.record().parked, rig.record().held], [PARKED, undefined])
  assert.is((rig.record().status as { readonly phase?: string }).phase, 'Terminating')
  assert.equal(rig.log, [
    "normal web Parked: its document is gone: its VM stops, bundle and network go; disk, record and subnet stay until 2026-01-01T00:10:00Z; its document's return undoes this, bottlectl delete bottle web ends it now",
  ])
  assert.equal([rig.world.situations[0]?.goal, rig.goals[0]], ['gone', 'down'])
  assert.equal(rig.world.situations[0]?.record.parked, PARKED)
})

test('it comes again when its time is over, or earlier where something waits or fails', async () => {
  for (const [what, plan, end] of [
    ['fine', settled({ name: 'v' }), { outcome: 'Parked', asAsked: true, retryAfterMs: UNDO_MS - 60_000 }],
    ['waiting', wait('W', 'why', 5_000), { outcome: 'W', asAsked: false, retryAfterMs: 5_000 }],
    ['waiting for long', wait('W', 'why', 9_000_000), { outcome: 'W', asAsked: false, retryAfterMs: UNDO_MS - 60_000 }],
    ['stuck', stuck('S', 'why'), { outcome: 'S', asAsked: false, retryAfterMs: UNDO_MS - 60_000 }],
  ] as const) {
    const rig = await make({ parked: PARKED })
    await rig.clock.advance(60_000)
    rig.vm.plan = plan
    const seen = await rig.stay()
    const told =
      'over' in seen ? seen : { outcome: seen.outcome, asAsked: seen.asAsked, retryAfterMs: seen.retryAfterMs }
    assert.equal(told, end, what)
    assert.equal(rig.log, [], 'it is said once')
  }
})

test('what ends it', async () => {
  for (const [what, record, waitMs, plan, over] of [
    ['its time', {}, UNDO_MS, settled({ name: 'v' }), 'the time to undo this is over'],
    ['a person', { deleteNow: true }, 0, settled({ name: 'v' }), 'it is deleted by name'],
    ['a VM that is gone', {}, 0, settled(), 'its document and its VM are gone'],
  ] as const) {
    const rig = await make({ parked: PARKED, ...record })
    await rig.clock.advance(waitMs)
    rig.vm.plan = plan
    assert.equal(await rig.stay(), { over }, what)
  }
  const rig = await make({ parked: PARKED })
  rig.vm.plan = settled()
  rig.world.plan = () => wait('W', '', 1_000)
  assert.not('over' in (await rig.stay()), 'not before everything is settled')
})

test('without a reconciler of machines nothing says that the VM is gone', async () => {
  const rig = await make({ parked: PARKED })
  rig.parts.reconcilers = rig.parts.reconcilers.slice(0, 1)
  const parts = { ...rig.parts, undoMs: UNDO_MS }
  const parking = createParking(parts, createCarryOut(parts, createRetries(parts)).conclude)
  assert.not('over' in (await parking.stay(rig.record(), PARKED)))
})

test('what it was held by is forgotten; a bottle that is parked again begins anew', async () => {
  const rig = await make({ parked: PARKED, held: { reason: 'FileOpen', message: 'm' } })
  await rig.stay()
  assert.is(rig.record().held, undefined)
  await rig.clock.advance(UNDO_MS)
  assert.ok('over' in (await rig.stay()))
  const again = { since: '2026-01-01T00:10:00.000Z', until: '2026-01-01T00:20:00.000Z', sinceBootMs: UNDO_MS }
  assert.not('over' in (await rig.parking.stay(rig.record(), again)))
})

test.run()
