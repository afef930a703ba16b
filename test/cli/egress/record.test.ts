import * as assert from 'uvu/assert'
import { recordLine } from '../../../bundle/service/record.ts'
import { isDenied, recordOf } from '../../../cli/egress/record.ts'
import type { EgressRecord } from '../../../cli/egress/record.ts'
import { denialLines, recordText } from '../../../cli/views/egress-record.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('egress record')

const NOW = Date.parse('2026-12-01T12:00:00Z')
const OUTCOME = {
  host: 'a.example',
  port: 443,
  method: 'GET',
  path: '/x?key=1',
  note: undefined,
  cut: false,
  up: 120,
  down: 4_096,
  ms: 7.6,
}
const LINE = recordLine({ ...OUTCOME, reason: 'NotAllowed' }, NOW).trimEnd()
const without = (key: string): string =>
  JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(LINE) as object).filter(([each]) => each !== key)))
const withField = (key: string, value: unknown): string =>
  JSON.stringify({ ...(JSON.parse(LINE) as object), [key]: value })
const read = (line: string): EgressRecord => {
  const record = recordOf(line)
  if (record === undefined) throw new Error(`no record: ${line}`)
  return record
}

test('a line that our bundle writes is read', () => {
  assert.equal(read(LINE), {
    time: '2026-12-01T12:00:00.000Z',
    decision: 'deny',
    host: 'a.example',
    port: 443,
    method: 'GET',
    path: '/x',
    reason: 'NotAllowed',
    up: 120,
    down: 4_096,
    ms: 7.6,
  })
})

test('a line that lacks a field, or has another type of it, is no record', () => {
  for (const key of ['time', 'decision', 'host', 'port', 'method', 'path', 'up', 'down', 'ms'])
    for (const line of [
      without(key),
      withField(key, null),
      withField(key, [1]),
      withField(key, key === 'host' ? 1 : 'x'.repeat(3)),
    ])
      if (!(['host', 'method', 'path'].includes(key) && line.includes('xxx')))
        assert.is(recordOf(line), undefined, line)
  for (const line of [
    '',
    'text',
    '[]',
    '{',
    'null',
    '{}',
    ` ${LINE}`,
    withField('port', 70_000),
    withField('up', -1),
    withField('ms', 1e300),
    withField('decision', 'maybe'),
    withField('time', '2026-02-30T00:00:00Z'),
    withField('more', 'x'.repeat(9_000)),
  ])
    assert.is(recordOf(line), undefined, line.slice(0, 80))
})

test('nothing but the fields of a record comes out, and nothing that acts on a terminal', () => {
  const hostile = {
    ...(JSON.parse(LINE) as object),
    extra: 'x',
    __proto__: 'y',
    host: 'a\u001b[2J\u202e',
    path: '/\n\u0007',
    rule: 'r\u001b',
    method: 'G\tT',
    secret: 7,
    cut: 'yes',
  }
  const record = read(JSON.stringify(hostile))
  assert.equal(Object.keys(record).toSorted(), [
    'decision',
    'down',
    'host',
    'method',
    'ms',
    'path',
    'port',
    'reason',
    'rule',
    'time',
    'up',
  ])
  assert.not.match(
    JSON.stringify(record) + recordText(record) + denialLines([record], NOW).join(),
    /[\p{Cc}\p{Cf}](?<!\t)/u,
  )
  assert.is(read(withField('host', 'h'.repeat(5_000))).host.length, 201)
})

test('a decision is one line: what, why, with which secret, how much', () => {
  assert.is(
    recordText(read(LINE)),
    '2026-12-01T12:00:00Z deny  GET https://a.example/x: NotAllowed (120 B up, 4 KiB down, 8 ms)',
  )
  const allowed = { ...read(LINE), decision: 'allow' as const, port: 80, rule: 'allow[0]', secret: 'KEY', cut: true }
  const { reason: _, ...rest } = allowed
  assert.is(
    recordText(rest),
    '2026-12-01T12:00:00Z allow GET http://a.example/x: allow[0], with KEY, cut by a change of the policy (120 B up, 4 KiB down, 8 ms)',
  )
})

test('what only mode audit lets through counts as denied, and says so', () => {
  const record = read(withField('audit', 'NotAllowed'))
  assert.is(isDenied({ ...record, decision: 'allow' }), true)
  const { audit: _, ...rest } = record
  assert.is(isDenied({ ...rest, decision: 'allow' }), false)
  assert.match(recordText({ ...record, decision: 'allow' }), 'enforce would deny it: NotAllowed')
})

test('denials are counted by host and reason, the latest first', () => {
  const at = (time: string, host: string): EgressRecord => ({ ...read(LINE), time, host })
  assert.equal(
    denialLines(
      [
        at('2026-12-01T11:00:00Z', 'a.example'),
        at('2026-12-01T11:58:00Z', 'b.example'),
        at('2026-12-01T11:50:00Z', 'a.example'),
      ],
      NOW,
    ),
    ['NotAllowed\t2m\tGET https://b.example/x', 'NotAllowed\t10m (x2)\tGET https://a.example/x'],
  )
})

test.run()
