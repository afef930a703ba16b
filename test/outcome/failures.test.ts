import * as assert from 'uvu/assert'
import { failuresIn, linesOf } from './failures.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('failures')
const otherwise = { where: 'test/a.test.ts', replay: 'npm test -- test/a.test.ts' }

const UVU = ` queue  • ✘ ✘   (1 / 3)

   FAIL  queue  "keeps its order"
    Expected values to be strictly equal:  (is)

        ++2    (Expected)
        --1    (Actual)

    at assert (file:///uvu/assert/index.mjs:33:8)

   FAIL  queue  "holds for all"
    Error: x
Property failed after 3 tests
replay: BOTTLED_SEED=1 BOTTLED_PATH=2:1 node --import tsx test/a.test.ts

    Property failed after 3 tests
    replay: BOTTLED_SEED=1 BOTTLED_PATH=2:1 node --import tsx test/a.test.ts
    at holds (/test/helpers/property.ts:30:11)

  Total:     3
  Passed:    1
`

test('each failed test is a line with its message, and is played again as it says, else as its file is', () => {
  assert.equal(linesOf(failuresIn(UVU, otherwise)), [
    'FAILED  test/a.test.ts: queue  "keeps its order": Expected values to be strictly equal:  (is)',
    '  replay: npm test -- test/a.test.ts',
    'FAILED  test/a.test.ts: queue  "holds for all": Error: x',
    '  replay: BOTTLED_SEED=1 BOTTLED_PATH=2:1 node --import tsx test/a.test.ts',
  ])
})

test('what a program marks as failed counts, its progress does not', () => {
  const output =
    '  ✗ delete, singles (3.1 s)\n✓ edit\n✗ world: a network is left\n  replay: npm run prove -- --scenario delete\n'
  assert.equal(failuresIn(output, { ...otherwise, where: 'simulation' }), [
    { what: 'simulation: world: a network is left', replay: 'npm run prove -- --scenario delete' },
  ])
})

test('failures that are played again alike share the command, and a long line is cut', () => {
  const lines = linesOf([
    { what: 'a', replay: 'npm test' },
    { what: 'x'.repeat(1_000), replay: 'npm test' },
  ])
  assert.equal(
    lines.map((line) => line.length),
    [9, 248, 18],
  )
})

test('a good run has none', () => assert.equal(failuresIn('  Total:     3\n  Passed:    3\n', otherwise), []))

test.run()
