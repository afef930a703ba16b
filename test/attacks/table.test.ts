import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { listAttacks, tableOf } from './table.ts'
import type { Row } from './table.ts'

const test = suite('table of attacks')
const page = join(import.meta.dirname, '..', '..', 'docs', 'threat-model.md')
const BEGIN =
  '<!-- generated from test/attacks: BOTTLED_UPDATE=golden node --import tsx test/attacks/table.test.ts -->\n'
const END = '<!-- end -->'

let rows: readonly Row[] = []

test(
  'docs/threat-model.md has a row for every attack of the suite',
  async () => {
    rows = await listAttacks()
    assert.ok(rows.length > 50, 'the attacks were not found')
    const text = readFileSync(page, 'utf8')
    const [before, rest = ''] = text.split(BEGIN)
    const after = rest.slice(rest.indexOf(END))
    const expected = `${before}${BEGIN}\n${tableOf(rows)}\n${after}`
    assert.ok(rest.includes(END), `${page} has lost its marks`)
    if (process.env['BOTTLED_UPDATE'] === 'golden') writeFileSync(page, expected)
    else assert.is(text, expected)
  },
  { deadlineMs: 120_000 },
)

test('no two attacks are the same', () => {
  const ways = rows.map(({ party, way, seen }) => `${party}: ${way}: ${seen}`)
  assert.equal(
    ways.filter((way, index) => ways.indexOf(way) !== index),
    [],
  )
})

test.run()
