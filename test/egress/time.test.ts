import * as assert from 'uvu/assert'
import { parseTime } from '../../egress/time.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('time')

test('a time is RFC 3339 with a zone', () => {
  const noon = Date.UTC(2026, 11, 1, 12)
  assert.is(parseTime('2026-12-01T12:00:00Z'), noon)
  assert.is(parseTime('2026-12-01T12:00:00.000Z'), noon)
  assert.is(parseTime('2026-12-01T12:00:00.5Z'), noon + 500)
  assert.is(parseTime('2026-12-01T13:30:00+01:30'), noon)
  assert.is(parseTime('2026-12-01T04:00:00-08:00'), noon)
  assert.is(parseTime('2026-12-01T00:30:00+02:00'), Date.UTC(2026, 10, 30, 22, 30))
  assert.is(parseTime('2028-02-29T00:00:00Z'), Date.UTC(2028, 1, 29))
})

test('what is no time is undefined', () => {
  for (const text of [
    '',
    'tomorrow',
    '2026-12-01',
    '2026-12-01T12:00:00',
    '2026-12-01 12:00:00Z',
    '2026-12-01T12:00Z',
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-12-01T24:00:00Z',
    '2026-12-01T23:59:60Z',
    '2026-12-01T12:00:00+25:00',
    '2026-02-30T00:00:00-08:00',
    ' 2026-12-01T12:00:00Z',
    '2026-12-01T12:00:00Z ',
  ])
    assert.is(parseTime(text), undefined, text)
})

test.run()
