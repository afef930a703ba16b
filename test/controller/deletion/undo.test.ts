import * as assert from 'uvu/assert'
import { createUndoTimes } from '../../../controller/deletion/undo.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the time to undo')

const MINUTE = 60_000
const UNDO_MS = 10 * MINUTE

/** A clock on the wall that can be set, and one that can't. */
const make = () => {
  let [wall, steady] = [Date.UTC(2026, 0, 1), 60 * MINUTE]
  const clock = { now: () => wall, monotonicMs: () => steady }
  return {
    pass: (ms: number) => void ([wall, steady] = [wall + ms, steady + ms]),
    set: (byMs: number) => void (wall += byMs),
    /** The machine is off for a while, and on for another. */
    boot: (offMs: number, onMs: number) => void ([wall, steady] = [wall + offMs + onMs, onMs]),
    now: () => wall,
    /** As a controller that starts. */
    times: () => createUndoTimes({ clock, undoMs: UNDO_MS }),
  }
}

test('it ends when its record says so', () => {
  const { pass, now, times } = make()
  const undo = times()
  const parked = undo.begin()
  assert.is(Date.parse(parked.until) - now(), UNDO_MS)
  assert.equal(undo.look(parked), { leftMs: UNDO_MS, parked })
  pass(9 * MINUTE)
  assert.equal(undo.look(parked), { leftMs: MINUTE, parked })
  pass(MINUTE)
  assert.is(undo.look(parked).leftMs, 0)
  pass(MINUTE)
  assert.is(undo.look(parked).leftMs, 0)
})

test('it goes on after a restart', () => {
  const { pass, times } = make()
  const parked = times().begin()
  pass(4 * MINUTE)
  assert.equal(times().look(parked), { leftMs: 6 * MINUTE, parked })
  pass(7 * MINUTE)
  assert.is(times().look(parked).leftMs, 0)
})

for (const hours of [-2, 2])
  test(`a clock that is set by ${hours} hours changes the record and not the time`, () => {
    const { pass, set, now, times } = make()
    const undo = times()
    const parked = undo.begin()
    undo.look(parked)
    pass(MINUTE)
    set(hours * 60 * MINUTE)
    const seen = undo.look(parked)
    assert.is(seen.leftMs, 9 * MINUTE)
    assert.is(Date.parse(seen.parked.until), now() + 9 * MINUTE)
    assert.equal(undo.look(seen.parked), seen, 'corrected once')
    pass(9 * MINUTE)
    assert.is(undo.look(seen.parked).leftMs, 0)
  })

for (const hours of [-2, 2])
  test(`a clock that is set by ${hours} hours while nobody looks changes the record and not the time`, () => {
    const { pass, set, now, times } = make()
    const parked = times().begin()
    pass(MINUTE)
    set(hours * 60 * MINUTE)
    const first = times().look(parked)
    assert.is(first.leftMs, 9 * MINUTE)
    assert.is(Date.parse(first.parked.until), now() + 9 * MINUTE)
    pass(4 * MINUTE)
    assert.is(times().look(parked).leftMs, 5 * MINUTE, 'whoever corrected it may have died before it was written')
    assert.is(times().look(first.parked).leftMs, 5 * MINUTE)
  })

test('after a boot it begins anew, once; of a long one its own time counts', () => {
  const { pass, boot, now, times } = make()
  const parked = times().begin()
  pass(9 * MINUTE)
  boot(30 * MINUTE, MINUTE)
  const first = times().look(parked)
  assert.is(first.leftMs, UNDO_MS, 'who can tell how long the machine was off by a clock that may be set?')
  assert.is(Date.parse(first.parked.until), now() + UNDO_MS)
  pass(4 * MINUTE)
  assert.is(times().look(first.parked).leftMs, 6 * MINUTE)
  const late = make()
  const early = late.times().begin()
  late.boot(0, 64 * MINUTE)
  assert.is(late.times().look(early).leftMs, 6 * MINUTE)
})

test('a record of an older version begins anew, once', () => {
  const { pass, times } = make()
  const { since, until } = times().begin()
  pass(9 * MINUTE)
  const first = times().look({ since, until })
  assert.is(first.leftMs, UNDO_MS)
  pass(9 * MINUTE)
  assert.is(times().look(first.parked).leftMs, MINUTE)
})

test('a small adjustment of the clock writes nothing', () => {
  const { set, times } = make()
  const undo = times()
  const parked = undo.begin()
  undo.look(parked)
  set(4_000)
  assert.is(undo.look(parked).parked, parked)
})

test('a record whose times say nothing counts from now', () => {
  const { pass, times } = make()
  const undo = times()
  const first = undo.look({ since: 'yesterday', until: 'soon' })
  assert.is(first.leftMs, UNDO_MS)
  pass(UNDO_MS)
  assert.is(undo.look(first.parked).leftMs, 0)
})

test('a bottle that is parked again has its whole time', () => {
  const { pass, times } = make()
  const undo = times()
  undo.look(undo.begin())
  pass(9 * MINUTE)
  assert.is(undo.look(undo.begin()).leftMs, UNDO_MS)
})

test('times that make no sense never give more than the delay, nor more than the time to undo', () => {
  const { now, times } = make()
  const at = (ms: number): string => new Date(now() + ms).toISOString()
  for (const [what, since, until, leftMs] of [
    ['a delay of its own, in the future', at(4 * MINUTE), at(5 * MINUTE), MINUTE],
    ['no delay', at(5 * MINUTE), at(5 * MINUTE), 0],
    ['an end before its beginning', at(4 * MINUTE), at(3 * MINUTE), UNDO_MS],
  ] as const)
    assert.is(times().look({ since, until }).leftMs, leftMs, what)
})

test('a record is corrected where the clock was set by more than clocks are adjusted, and not once the time is over', () => {
  for (const [byMs, isKept] of [
    [5_000, true],
    [-5_000, true],
    [5_001, false],
    [-5_001, false],
  ] as const) {
    const clock = make()
    const times = clock.times()
    const parked = times.begin()
    times.look(parked)
    clock.set(byMs)
    assert.is(times.look(parked).parked === parked, isKept, `${byMs}`)
  }
  const clock = make()
  const times = clock.times()
  const parked = times.begin()
  times.look(parked)
  clock.pass(UNDO_MS)
  clock.set(-60 * MINUTE)
  const end = times.look(parked)
  assert.is(end.leftMs, 0)
  assert.is(end.parked, parked)
})

test.run()
