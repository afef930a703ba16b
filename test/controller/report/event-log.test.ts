import * as assert from 'uvu/assert'
import {
  type BottleEvent,
  lineOf,
  MESSAGE_LIMIT,
  nextEvent,
  parseEvents,
  SERIES_MS,
} from '../../../controller/report/event-log.ts'
import { createSpamFilter } from '../../../controller/report/spam-filter.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('event log')

const START = Date.UTC(2026, 0, 1)
const what = { type: 'Normal', reason: 'Started', message: 'started the VM', object: 'bottle/a' } as const

const series = (...offsets: readonly number[]): BottleEvent[] => {
  const events: BottleEvent[] = []
  for (const offset of offsets) events.push(nextEvent(what, events.at(-1), START + offset))
  return events
}

test('a repetition within ten minutes is counted, a later one is a new event', () => {
  const [, second, third, fourth] = series(0, SERIES_MS, 2 * SERIES_MS, 3 * SERIES_MS + 1)
  assert.is(second?.count, 2)
  assert.is(third?.count, 3)
  assert.is(third?.firstTimestamp, '2026-01-01T00:00:00.000Z')
  assert.is(fourth?.count, 1)
  assert.is(fourth?.firstTimestamp, fourth?.lastTimestamp)
})

test('a later line replaces the earlier one of its series and no other', () => {
  const events = series(0, 1000, 2 * SERIES_MS)
  const merged = parseEvents(events.map(lineOf).join(''), 10)
  assert.equal(merged, [events[1], events[2]])
})

test('a torn, foreign or edited line is skipped, the rest is read', () => {
  const [event] = series(0)
  assert.ok(event)
  const line = lineOf(event)
  const text = `${line.slice(0, 40)}\n{"type":"Normal"}\n[]\nnull\nhello\n${line}${line.replace('"count":1', '"count":"x"')}${line.slice(0, -20)}`
  assert.equal(parseEvents(text, 10), [event])
})

test('the newest events are kept when there are more than the bound', () => {
  const text = [5, 1, 4, 2, 3]
    .map((n) => lineOf(nextEvent({ ...what, message: `m${n}` }, undefined, START + n)))
    .join('')
  assert.equal(
    parseEvents(text, 3).map((event) => event.message),
    ['m3', 'm4', 'm5'],
  )
})

test('a long message is cut in its middle and stays well formed', () => {
  const message = `begin ${'😀'.repeat(MESSAGE_LIMIT)} end`
  for (const pad of ['', 'x']) {
    const cut = nextEvent({ ...what, message: pad + message }, undefined, START).message
    assert.ok(cut.length <= MESSAGE_LIMIT)
    assert.match(cut, /^x?begin .*….* end$/)
    assert.is(Buffer.from(cut).toString(), cut)
  }
})

test('an object gets a burst, then one event per five minutes, and does not starve another', () => {
  const filter = createSpamFilter()
  const admitted = (object: string, now: number, tries: number): number =>
    Array.from({ length: tries }, () => filter.admits(object, now)).filter(Boolean).length
  assert.is(admitted('bottle/a', START, 100), 50)
  assert.is(admitted('bottle/b', START, 3), 3)
  assert.is(admitted('bottle/a', START + 299_000, 5), 0)
  assert.is(admitted('bottle/a', START + 300_000, 5), 1)
  assert.is(admitted('bottle/a', START + 24 * 3_600_000, 100), 50)
})

test('the filter forgets the object that was quiet longest when it knows too many', () => {
  const filter = createSpamFilter({ burst: 1, objects: 2 })
  assert.equal(
    ['a', 'b', 'c', 'b', 'a'].map((object) => filter.admits(object, START)),
    [true, true, true, false, true],
  )
})

test.run()
