import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { EVERYTHING, judgeRules } from '../../../../drivers/container/seals/judge.ts'
import { suite } from '../../../helpers/suite.ts'

/** Recorded of nft 1.0.6 in a container's namespace on Engine 20.10. */
const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'nft')
const test = suite('rules of a seal, judged')

type Row = Record<string, Record<string, unknown>>
const recorded = (name: string): Row[] =>
  (JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as { nftables: Row[] }).nftables
const judge = (rows: readonly unknown[]) => judgeRules(JSON.stringify({ nftables: rows }))
const open = recorded('open')
/** A copy with a change. */
const changed = (change: (rows: Row[]) => unknown): readonly Row[] => {
  const rows = structuredClone(open)
  change(rows)
  return rows
}
const rule = (chain: string, ...expr: readonly unknown[]) => ({
  rule: { family: 'inet', table: 'seal', chain, handle: 99, expr },
})
const rulesOf = (rows: Row[], chain: string): Record<string, unknown>[] =>
  rows.flatMap(({ rule: of }) => (of?.['chain'] === chain && of['table'] === 'seal' ? [of] : []))
const chainOf = (rows: Row[], name: string): Record<string, unknown> => {
  const found = rows.find(({ chain }) => chain?.['name'] === name)?.['chain']
  if (found === undefined) throw new Error(`no chain ${name}`)
  return found
}
const exprOf = (rows: Row[], chain: string, at: number): Record<string, unknown>[] =>
  rulesOf(rows, chain)[at]?.['expr'] as Record<string, unknown>[]
const drop = (rows: Row[], which: (row: Row) => boolean): void => void rows.splice(rows.findIndex(which), 1)
const accept = { accept: null }
const daddr = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'ip', field: 'daddr' } }, right },
})
const dport = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right },
})
const matchOf = (expr: Record<string, unknown>[], at: number): Record<string, unknown> =>
  (expr[at]?.['match'] ?? {}) as Record<string, unknown>

test('the rules that are loaded let out what they name, and count what they refused', () => {
  assert.equal(judge(open), {
    allowedCidrs: ['10.249.7.2/32'],
    ports: [8888, 9100, 9418],
    refused: 7,
    why: undefined,
  })
})

test('those that a holder loads by itself let nothing out', () => {
  assert.equal(judge(recorded('closed')), { allowedCidrs: [], ports: [], refused: 0, why: undefined })
})

test('one port is listed without a set', () => {
  const rows = changed((all) => (exprOf(all, 'out', 3)[1] = dport(8888)))
  assert.equal(judge(rows).ports, [8888])
})

test('without the table of the Engine it is the same', () => {
  const rows = open.filter((row) => Object.values(row)[0]?.['table'] !== 'nat' && row['table']?.['name'] !== 'nat')
  assert.is.not(rows.length, open.length)
  assert.equal(judge(rows).allowedCidrs, ['10.249.7.2/32'])
})

test('what lets another address out is told with it', () => {
  const rows = [...open, rule('out', daddr('192.0.2.7'), dport(25), accept)]
  assert.equal(judge(rows).allowedCidrs, ['10.249.7.2/32', '192.0.2.7/32'])
  assert.equal(judge(rows).ports, [25, 8888, 9100, 9418])
})

test('a further refusal of everything changes nothing, and one of a part is not known', () => {
  assert.equal(judge([...open, rule('out', daddr('192.0.2.7'), { drop: null })]).allowedCidrs, [EVERYTHING])
  assert.equal(judge([...open, rule('out', { drop: null })]).allowedCidrs, ['10.249.7.2/32'])
})

/** What was done to the rules; what is said of it. */
const HOSTILE: readonly (readonly [string, () => readonly unknown[], RegExp])[] = [
  ['flushed: no table at all', () => open.filter((row) => 'metainfo' in row), /chain out is not as it was/],
  ['the rules flushed, the chains left', () => open.filter(({ rule: of }) => of?.['table'] !== 'seal'), /^$/],
  ['another policy', () => changed((rows) => (chainOf(rows, 'out')['policy'] = 'accept')), /chain out/],
  ['another policy on the way in', () => changed((rows) => (chainOf(rows, 'in')['policy'] = 'accept')), /chain in/],
  ['another hook', () => changed((rows) => (chainOf(rows, 'out')['hook'] = 'postrouting')), /chain out/],
  ['another priority', () => changed((rows) => (chainOf(rows, 'out')['prio'] = -200)), /chain out/],
  ['of another type', () => changed((rows) => (chainOf(rows, 'out')['type'] = 'route')), /chain out/],
  ['no chain on the way in', () => changed((rows) => drop(rows, ({ chain }) => chain?.['name'] === 'in')), /chain in/],
  [
    'no chain on the way through',
    () => changed((rows) => drop(rows, ({ chain }) => chain?.['name'] === 'through')),
    /chain through/,
  ],
  ['a chain twice', () => changed((rows) => rows.push({ chain: { ...chainOf(rows, 'out') } })), /chain out/],
  [
    'a table that sleeps',
    () =>
      changed((rows) => {
        for (const { table } of rows) if (table?.['name'] === 'seal') table['flags'] = ['dormant']
      }),
    /has flags/,
  ],
  ['an accept of everything', () => [...open, rule('out', accept)], /not known/],
  [
    'an accept in front',
    () => changed((rows) => rows.unshift(rule('out', daddr('10.0.0.0/8'), accept) as never)),
    /not known/,
  ],
  ['an accept of all ports', () => changed((rows) => exprOf(rows, 'out', 3).splice(1, 1)), /not known/],
  ['an accept of all but it', () => changed((rows) => (matchOf(exprOf(rows, 'out', 3), 0)['op'] = '!=')), /not known/],
  [
    'a network instead of an address',
    () => changed((rows) => (matchOf(exprOf(rows, 'out', 3), 0)['right'] = { prefix: { addr: '10.0.0.0', len: 8 } })),
    /not known/,
  ],
  ['a name instead of an address', () => [...open, rule('out', daddr('@all'), dport(80), accept)], /not known/],
  [
    'a range of ports',
    () => changed((rows) => (matchOf(exprOf(rows, 'out', 3), 1)['right'] = { set: [{ range: [1, 65535] }] })),
    /not known/,
  ],
  ['UDP', () => [...open, rule('out', daddr('10.249.7.2'), { ...dport(53), udp: 1 }, accept)], /not known/],
  ['an accept behind a mark', () => [...open, rule('out', { mangle: {} }, accept)], /not known/],
  ['a jump', () => [...open, rule('out', { jump: { target: 'in' } })], /not known/],
  [
    'the resolver not refused',
    () =>
      changed((rows) => {
        for (const _ of [0, 1]) drop(rows, isFirst)
      }),
    /resolver/,
  ],
  [
    'only TCP of the resolver refused',
    () => changed((rows) => drop(rows, ({ rule: of }) => of === rulesOf(rows, 'out')[1])),
    /resolver/,
  ],
  [
    'the resolver refused behind the loopback device',
    () =>
      changed((rows) => {
        const [, first, second] = rulesOf(rows, 'out')
        if (first === undefined || second === undefined) throw new Error('no rules')
        ;[first['expr'], second['expr']] = [second['expr'], first['expr']]
      }),
    /resolver/,
  ],
  [
    'only a port of the resolver refused',
    () => changed((rows) => exprOf(rows, 'out', 0).splice(1, 0, dport(53))),
    /not known/,
  ],
  [
    'another device for loopback',
    () => changed((rows) => (matchOf(exprOf(rows, 'out', 2), 0)['right'] = 'eth0')),
    /not known/,
  ],
  ['all let in', () => [...open, rule('in', accept)], /chain in/],
  ['what the bundle begins let in', () => changed((rows) => exprOf(rows, 'in', 1).splice(2, 1)), /chain in/],
  ['something let through', () => [...open, rule('through', accept)], /chain through/],
  ['a chain more', () => [...open, { chain: { family: 'inet', table: 'seal', name: 'more' } }], /a chain more/],
  ['a set', () => [...open, { set: { family: 'inet', table: 'seal', name: 's' } }], /a set/],
  ['a flowtable', () => [...open, { flowtable: { family: 'inet', name: 'f', table: 'seal' } }], /a flowtable/],
  ['another table', () => [...open, { table: { family: 'netdev', name: 'x' } }], /table netdev x/],
  ['a name that would be a line', () => [...open, { table: { family: 'ip', name: 'x\n\u001b[1m' } }], /x\?\?\?1m/],
  [
    'addresses changed behind the seal',
    () =>
      changed((rows) => {
        chainOf(rows, 'OUTPUT')['prio'] = 50
      }),
    /after the seal/,
  ],
  [
    'a filter in the table of addresses',
    () => changed((rows) => (chainOf(rows, 'OUTPUT')['type'] = 'filter')),
    /after/,
  ],
  [
    'packets copied in the table of addresses',
    () => [
      ...open,
      { rule: { family: 'ip', table: 'nat', chain: 'POSTROUTING', expr: [{ dup: { addr: '192.0.2.1' } }] } },
    ],
    /does more/,
  ],
  [
    'a target of iptables that is not known',
    () => [
      ...open,
      { rule: { family: 'ip', table: 'nat', chain: 'POSTROUTING', expr: [{ xt: { type: 'target', name: 'TEE' } }] } },
    ],
    /does more/,
  ],
  [
    'an address written into packets',
    () => [
      ...open,
      { rule: { family: 'ip', table: 'nat', chain: 'POSTROUTING', expr: [{ mangle: { key: 1, value: 2 } }] } },
    ],
    /does more/,
  ],
  ['another version of the listing', () => [{ metainfo: { json_schema_version: 2 } }], /another version/],
  ['two things in one', () => [...open, { table: {}, chain: {} }], /not known/],
  ['a line that is none', () => [...open, null], /not known/],
]

const isFirst = ({ rule: of }: Row): boolean => of?.['table'] === 'seal' && of['chain'] === 'out'

for (const [what, make, why] of HOSTILE)
  test(`${what}: nothing is believed of it`, () => {
    const judged = judge(make())
    if (why.source === '^$') {
      // Without rules the policy alone drops: nothing gets out.
      assert.equal(judged.allowedCidrs, [])
      return
    }
    assert.equal(judged.allowedCidrs, [EVERYTHING])
    assert.equal(judged.ports, [])
    assert.match(judged.why ?? '', why)
  })

for (const text of ['', 'null', '[]', '{}', '{"nftables":{}}', 'Error: no such file'])
  test(`${JSON.stringify(text)} is no listing`, () => {
    assert.equal(judgeRules(text).allowedCidrs, [EVERYTHING])
  })

test.run()
