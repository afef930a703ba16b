import * as assert from 'uvu/assert'
import { createCarryOut } from '../../../controller/pass/carry-out.ts'
import { createDepartures } from '../../../controller/pass/departures.ts'
import { createHoldReports } from '../../../controller/pass/hold-reports.ts'
import type { PassEnd } from '../../../controller/pass/pass-end.ts'
import { createRetries } from '../../../controller/pass/retries.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { change, settled, stuck, wait } from '../../../reconcilers/contract/reconciler.ts'
import { aMachine, aRecord } from '../../parts/plans.ts'
import { createPassParts } from '../../parts/pass-parts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('departures')
const GRACE_MS = 2_000
const spec = { agent: 'claude' }
const web: Partial<BottleRecord> = { spec, subnet: '10.0.0.0/24' }
const others = ['a', 'b', 'c', 'd'].map((name) => ({ ...web, name, identity: name, uid: name }))

/** `web` among others; everything goes when it is asked to. */
const make = async (record: Partial<BottleRecord> = {}, neighbours: readonly Partial<BottleRecord>[] = others) => {
  const rig = await createPassParts([{ ...web, ...record }, ...neighbours])
  const retries = createRetries(rig.parts)
  const { carryOut, conclude } = createCarryOut(rig.parts, retries)
  const holdReports = createHoldReports(rig.parts.announcer)
  const departures = createDepartures(rig.parts, { holdReports, retries, carryOut, conclude })
  rig.world.plan = (goal) =>
    goal !== 'gone' || rig.records.read('web') === undefined
      ? settled({ name: 'x' })
      : change({ verb: 'remove', target: 'thing/web', because: 'gone', run: ({ records }) => records.remove('web') })
  const absent = (): Promise<PassEnd> => departures.absent(rig.records.read('web') ?? aRecord())
  const tearDown = (): Promise<PassEnd> => departures.tearDown(rig.records.read('web') ?? aRecord())
  /** Its grace is over. */
  const later = async (): Promise<PassEnd> => {
    await absent()
    await rig.clock.advance(GRACE_MS)
    rig.log.length = 0
    return absent()
  }
  return { ...rig, absent, tearDown, later, record: () => rig.records.read('web') }
}
const DELETED = { state: 'rest', outcome: 'Deleted', message: '', asAsked: true }
const comes = (outcome: string, message: string, retryAfterMs: number) => ({
  state: 'busy',
  outcome,
  message,
  asAsked: false,
  retryAfterMs,
})

test('after its grace and a fresh complete listing a bottle is torn down by its record', async () => {
  const rig = await make()
  assert.equal(await rig.absent(), comes('Grace', '', GRACE_MS))
  assert.equal(rig.log, [], 'nothing is listed for a bottle in its grace')
  await rig.clock.advance(500)
  assert.equal(await rig.absent(), comes('Grace', '', 1_500))
  await rig.clock.advance(1_500)
  assert.equal(await rig.absent(), DELETED)
  assert.equal(rig.log, [
    'look again for web',
    'normal web Deleting: its document is gone',
    'step web remove thing/web',
    'events of web removed',
    'normal web Deleted: nothing of it is left',
  ])
  assert.is(rig.record(), undefined)
  assert.equal([rig.registry.byName('web'), rig.registry.deletedUid('web')], [undefined, 'u1'])
})

test('a deletion is in the record before anything goes', async () => {
  const rig = await make()
  rig.world.plan = (goal) => (goal === 'gone' ? wait('Busy', 'someone holds it', 2_000) : settled())
  const end = await rig.later()
  assert.equal(rig.record()?.deleting, { since: '2026-01-01T00:00:02Z' })
  assert.equal(end, comes('Busy', 'someone holds it', 2_000))
  assert.equal(rig.registry.byName('web')?.name, 'web')
  assert.is(rig.parts.guards.waiting(), false)
})

test('where the listing is not complete, or shows the document, nothing is deleted', async () => {
  const rig = await make()
  rig.world.absent = false
  assert.equal(await rig.later(), comes('Unknown', "the folder can't be listed, or the document is back", 1_000))
  assert.equal([rig.record()?.deleting, rig.log], [undefined, ['look again for web']])
})

test('what the fresh listing shows is ruled on again: it may be one of many', async () => {
  const rig = await make()
  rig.parts.stillAbsent = async () => {
    for (const { name } of others) rig.parts.guards.missing(name)
    return true
  }
  // The parts are taken when the departures are made.
  const departures = createDepartures(rig.parts, {
    ...createCarryOut(rig.parts, createRetries(rig.parts)),
    holdReports: createHoldReports(rig.parts.announcer),
    retries: createRetries(rig.parts),
  })
  await rig.absent()
  await rig.clock.advance(GRACE_MS)
  const message = '5 of 5 bottles are gone from the files; nothing is deleted until: bottlectl confirm-deletes'
  assert.equal(await departures.absent(rig.record() ?? aRecord()), {
    state: 'rest',
    outcome: 'Held',
    message,
    asAsked: false,
  })
  assert.equal([rig.record()?.massHeld, rig.record()?.deleting], [true, undefined])
})

test('while the root is halted nothing is ruled on and nothing goes', async () => {
  const rig = await make()
  await rig.absent()
  await rig.clock.advance(GRACE_MS)
  rig.world.halted = { reason: 'OtherDaemon', message: 'another Docker' }
  const halted = { state: 'rest', outcome: 'OtherDaemon', message: 'another Docker', asAsked: false }
  assert.equal(await rig.absent(), halted)
  assert.equal(await rig.tearDown(), halted)
  assert.equal([rig.log, rig.record()?.deleting], [[], undefined])
  rig.world.halted = undefined
  assert.equal(await rig.absent(), DELETED)
})

test('one of many is held, in its record, too, and runs on by its last good spec', async () => {
  const rig = await make()
  for (const { name } of others) rig.parts.guards.missing(name)
  const message = '5 of 5 bottles are gone from the files; nothing is deleted until: bottlectl confirm-deletes'
  const held = { state: 'rest', outcome: 'Held', message, asAsked: false }
  assert.equal(await rig.later(), held)
  assert.is(rig.record()?.massHeld, true)
  assert.equal(rig.log, [`warn web MassDeletion: ${message}`, 'allocate web any'])
  assert.equal(
    rig.world.situations.map(({ goal }) => goal),
    ['up'],
  )
  rig.log.length = 0
  rig.world.plan = () => wait('Slow', '', 3_000)
  assert.equal(await rig.absent(), { ...held, retryAfterMs: 3_000 })
  assert.equal(rig.log, ['allocate web any'], 'it is reported once')
})

test('a controller that starts later holds it, until a person confirms it, which outlasts a restart', async () => {
  const held = await make({ massHeld: true })
  assert.is((await held.later()).outcome, 'Held')
  const confirmed = await make({ massHeld: true, deleteConfirmed: true })
  assert.equal(await confirmed.later(), DELETED)
})

test('while git is at work it is looked at each second; what failed keeps its own pace', async () => {
  for (const [backoff, raised] of [
    [undefined, true],
    [{ failures: 1, retryAt: '2026-01-01T00:00:02Z' }, true],
    [{ failures: 3, retryAt: '2026-01-01T00:00:03Z' }, false],
  ] as const) {
    const rig = await make(backoff === undefined ? {} : { backoff })
    rig.world.git = 'rebase-merge'
    const message = 'its document is gone, but git is at work (rebase-merge); held until that is done'
    assert.equal(await rig.later(), { state: 'rest', outcome: 'Held', message, asAsked: false, retryAfterMs: 1_000 })
    assert.is(rig.log.includes('allocate web any'), raised)
    assert.is(rig.record()?.massHeld, undefined)
  }
})

test('under Retain, or by a deletion with --retain, everything runs on', async () => {
  for (const record of [
    { spec: { ...spec, deletionPolicy: 'Retain' } },
    { retainWhenGone: true, massHeld: true, deleteConfirmed: true },
  ]) {
    const rig = await make(record)
    const end = await rig.later()
    assert.equal(end, { state: 'rest', outcome: 'Retained', message: '', asAsked: true })
    assert.equal(
      [rig.record()?.retained, rig.record()?.retainWhenGone, rig.record()?.massHeld],
      [true, undefined, undefined],
    )
    assert.equal(rig.log, [
      'look again for web',
      'normal web Retained: its document is gone; by deletionPolicy Retain everything runs on',
      'allocate web any',
    ])
    assert.is(rig.parts.guards.waiting(), false)
    rig.log.length = 0
    rig.world.halted = { reason: 'H', message: 'h' }
    assert.is((await rig.absent()).outcome, 'Stalled')
    assert.equal(rig.log, [], 'it is said once')
  }
})

test('a retained bottle is repaired; only what its owner could mend is no news', async () => {
  const fine = { outcome: 'Retained', message: '', asAsked: true }
  for (const [plan, end] of [
    [settled(), { state: 'rest', ...fine }],
    [stuck('UpdatePending', 'roll it out'), { state: 'rest', ...fine }],
    [stuck('Broken', 'why'), { state: 'rest', outcome: 'Broken', message: 'why', asAsked: false }],
    [wait('Slow', 'why', 3_000), comes('Slow', 'why', 3_000)],
  ] as const) {
    const rig = await make({ retained: true })
    rig.world.plan = () => plan
    assert.equal(await rig.absent(), end)
    assert.is(rig.record()?.retained, true)
  }
  const never = await createPassParts([{ retained: true }])
  const retries = createRetries(never.parts)
  const departures = createDepartures(never.parts, {
    ...createCarryOut(never.parts, retries),
    holdReports: createHoldReports(never.parts.announcer),
    retries,
  })
  assert.equal(await departures.absent(aRecord({ retained: true })), { ...DELETED, outcome: 'Retained' })
  assert.equal(never.world.situations, [])
})

test('a tear-down forgets what was held and waited for', async () => {
  const rig = await make()
  const retries: string[] = []
  const holds: string[] = []
  const departures = createDepartures(rig.parts, {
    ...createCarryOut(rig.parts, createRetries(rig.parts)),
    holdReports: { report: () => {}, forget: (name) => void holds.push(name) },
    retries: { ...createRetries(rig.parts), forget: (name) => void retries.push(name) },
  })
  assert.equal(await departures.tearDown(rig.record() ?? aRecord()), DELETED)
  assert.equal([retries, holds], [['web'], ['web']])
})

test('one of many that failed lately is held without another try', async () => {
  const rig = await make({ backoff: { failures: 3, retryAt: '2026-01-01T00:00:03Z' } })
  for (const { name } of others) rig.parts.guards.missing(name)
  const end = await rig.later()
  assert.equal([end.outcome, end.retryAfterMs, rig.world.situations], ['Held', undefined, []])
})

test('a tear-down that has to wait says Terminating', async () => {
  const rig = await make()
  rig.world.plan = () => wait('Busy', 'someone holds it', 2_000)
  await rig.tearDown()
  assert.is((rig.record()?.status as { readonly phase?: string } | undefined)?.phase, 'Terminating')
})

test('a bottle whose record never had a spec goes, too', async () => {
  const rig = await make({ spec: undefined })
  assert.equal(await rig.later(), DELETED)
})

test('while somebody has its file open it is held and looked at each second; why stands in the record until it goes', async () => {
  const rig = await make()
  rig.world.writer = 'make (7)'
  const message = 'its document is gone, but make (7) has the file open for writing; held until it is closed'
  assert.equal(await rig.later(), { state: 'rest', outcome: 'Held', message, asAsked: false, retryAfterMs: 1_000 })
  assert.equal([rig.record()?.held, rig.record()?.massHeld], [{ reason: 'FileOpen', message }, undefined])
  rig.world.halted = { reason: 'H', message: 'h' }
  await rig.absent()
  assert.equal(rig.record()?.held, { reason: 'H', message: 'h' })
  rig.world.halted = undefined
  rig.world.writer = undefined
  rig.world.plan = (goal) => (goal === 'gone' ? wait('Busy', '', 2_000) : settled())
  await rig.absent()
  assert.equal([rig.record()?.held, rig.record()?.deleting?.since], [undefined, '2026-01-01T00:00:02Z'])
})

test('what is retained is held no more', async () => {
  const rig = await make({ retainWhenGone: true, held: { reason: 'GitAtWork', message: 'm' } })
  assert.is((await rig.later()).outcome, 'Retained')
  assert.is(rig.record()?.held, undefined)
})

const PARKED = { since: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:00:01.000Z', sinceBootMs: 0 }

test('a parked bottle goes when its time is over, after a fresh listing, and says that its disk goes', async () => {
  const rig = await make({ parked: PARKED })
  await rig.clock.advance(1_000)
  assert.equal(await rig.absent(), DELETED)
  assert.equal(rig.log.slice(0, 2), [
    'look again for web',
    'normal web Deleting: the time to undo this is over; the disk of its VM goes with it',
  ])
  assert.is(rig.log.at(-1), 'normal web Deleted: nothing of it is left; the disk of its VM is gone, too')
  const back = await make({ parked: PARKED })
  back.world.absent = false
  await back.clock.advance(1_000)
  assert.equal(await back.absent(), comes('Unknown', "the folder can't be listed, or the document is back", 1_000))
  assert.is(back.record()?.deleting, undefined)
})

test('its end is held by git and writers, with the reason in the record', async () => {
  const rig = await make({ parked: PARKED })
  await rig.clock.advance(1_000)
  rig.world.git = 'merge'
  const message = 'its document is gone, but git is at work (merge); held until that is done'
  assert.equal(await rig.absent(), { state: 'rest', outcome: 'Held', message, asAsked: false, retryAfterMs: 1_000 })
  assert.equal([rig.record()?.held, rig.log], [{ reason: 'GitAtWork', message }, [`warn web GitAtWork: ${message}`]])
})

test('those that are parked or being deleted are no part of a mass', async () => {
  const gone = [{ parked: PARKED }, { deleting: { since: '' } }]
  const rig = await make(
    {},
    others.map((other, at) => ({ ...other, ...gone[at] })),
  )
  for (const name of ['c', 'd']) rig.parts.guards.missing(name)
  assert.match((await rig.later()).message, /^3 of 3 bottles are gone/)
})

test('where its VM would be lost it is parked first; the disk is only spoken of where there is one', async () => {
  for (const machine of [undefined, { envKeys: [], restartHash: '', workspaceCopied: true }]) {
    const rig = await make(machine === undefined ? {} : { machine })
    await rig.later()
    assert.is(
      rig.log.includes('normal web Deleting: its document is gone; the disk of its VM goes with it'),
      machine !== undefined,
    )
  }
  const rig = await make()
  const machines = { ...rig.parts.drivers.machines, find: async () => aMachine() }
  const parts = { ...rig.parts, undoMs: 60_000, drivers: { ...rig.parts.drivers, machines } }
  const retries = createRetries(parts)
  const departures = createDepartures(parts, {
    ...createCarryOut(parts, retries),
    holdReports: createHoldReports(parts.announcer),
    retries,
  })
  rig.world.plan = () => settled({ name: 'x' })
  await rig.absent()
  await rig.clock.advance(GRACE_MS)
  const end = await departures.absent(rig.record() ?? aRecord())
  assert.equal([end.outcome, rig.record()?.deleting], ['Parked', undefined])
  assert.is(rig.record()?.parked?.until, '2026-01-01T00:01:02.000Z')
})

test.run()
