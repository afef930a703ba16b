import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { countsOf, notesOf, runPart } from './part.ts'

const test = suite('a part of the proof')
const none = { args: [], env: {}, limitMs: 60_000 }

test('the closing line counts, otherwise the sums of a test file, otherwise nothing', () => {
  assert.equal(countsOf('1 passed, 0 failed\nmore\n12 passed, 3 failed, 2 skipped\n'), {
    passed: 12,
    failed: 3,
    skipped: 2,
  })
  assert.equal(countsOf('  Total:     5\n  Passed:    4\n  Skipped:   1\n'), { passed: 4, failed: 1, skipped: 1 })
  assert.is(countsOf('  Total:     0\n  Passed:    0\n  Skipped:   0\n'), undefined)
  assert.is(countsOf('Error: x'), undefined)
})

test('cut and skipped runs are reported', () => {
  assert.equal(
    notesOf(
      'cut by --stride 4: 90 kills, faults and hints\ncut by --minutes: 36 pairs and seeds\nRUNS  a: 5 of 10, seed 1\nRUNS  b: 10 of 10, seed 1\nSKIP  c: d (no Docker)\n',
    ),
    [
      'cut by --stride 4: 90 kills, faults and hints',
      'cut by --minutes: 36 pairs and seeds',
      'cut by --minutes: a, 5 of 10 runs',
      'skipped: c: d (no Docker)',
    ],
  )
})

test('a missing part has failed', async () => {
  const { failed, notes } = await runPart({ name: 'x', file: 'test/prove/no-such.ts', ...none })
  assert.is(failed, 1)
  assert.match(notes.join(), /is missing/)
})

test('a part that ends without numbers has failed', async () => {
  const { failed, notes } = await runPart({ name: 'x', file: 'test/helpers/seeded-random.ts', ...none })
  assert.is(failed, 1)
  assert.match(notes.join(), /reported no numbers/)
})

test.run()
