import * as assert from 'uvu/assert'
import { EVERY_MS, HOUR_MS, keepUsages, MOST_BOTTLES } from '../../../cli/page/usages.ts'
import type { UsageRow } from '../../../cli/print/usage-table.ts'
import type { BottleView } from '../../../cli/bottles/bottles.ts'
import { DriverError } from '../../../drivers/errors.ts'
import { figure, minutesOf, pathOf, topOf, valuesOf } from '../../../page/plot.ts'
import { suite } from '../../helpers/suite.ts'

/** What is measured for whom, what is kept of it, and how it is drawn. */
const test = suite('what a bottle used, on the page')

const MIB = 1024 ** 2
const view = (name: string): BottleView => ({ name }) as BottleView
const row = (part: UsageRow['part'], cores: number | undefined, memoryBytes: number | undefined): UsageRow => ({
  bottle: 'web',
  part,
  usage: { cores, memoryBytes, diskBytes: MIB, receivedBytes: undefined, sentBytes: undefined },
})

test('who asks again within a moment gets what is known; who asks meanwhile waits for the same', async () => {
  let now = 0
  let measured = 0
  let end: (rows: readonly UsageRow[]) => void = () => undefined
  const usages = keepUsages({ now: () => now }, () => {
    measured += 1
    return new Promise((resolve) => (end = resolve))
  })
  const asking = [usages.of(view('web')), usages.of(view('web'))]
  end([row('machine', 0.25, 64 * MIB), row('bundle', undefined, 8 * MIB)])
  const [first, second] = await Promise.all(asking)
  assert.is(measured, 1)
  assert.equal(first, second)
  assert.equal(first?.parts, [
    { part: 'machine', now: ['250m', '64Mi', '1Mi', '<unknown>', '<unknown>'], samples: [[0, 250, 64 * MIB]] },
    { part: 'bundle', now: ['<unknown>', '8Mi', '1Mi', '<unknown>', '<unknown>'], samples: [[0, null, 8 * MIB]] },
  ])
  now = EVERY_MS - 1
  await usages.of(view('web'))
  assert.is(measured, 1)
  // Also where somebody set the clock back.
  now = -EVERY_MS
  const third = usages.of(view('web'))
  end([row('machine', 0.5, MIB)])
  assert.is(measured, 2)
  assert.equal((await third).parts[0]?.samples, [[-EVERY_MS, 500, MIB]])
})

test('an hour is kept; a part that ended keeps its line; what fails is said beside what is known', async () => {
  let now = 0
  let rows: readonly UsageRow[] = [row('machine', 1, MIB), row('bundle', 1, MIB)]
  let error: Error | undefined
  const usages = keepUsages({ now: () => now }, async () => {
    if (error !== undefined) throw error
    return rows
  })
  for (; now < 2 * HOUR_MS; now += EVERY_MS) await usages.of(view('web'))
  const { parts } = await usages.of(view('web'))
  assert.equal(
    parts.map(({ samples }) => samples.length),
    [HOUR_MS / EVERY_MS, HOUR_MS / EVERY_MS],
  )
  now += EVERY_MS
  rows = [row('bundle', 1, MIB)]
  const without = await usages.of(view('web'))
  assert.equal(
    without.parts.map(({ part, now: latest }) => [part, latest.length]),
    [
      ['machine', 0],
      ['bundle', 5],
    ],
  )
  now += EVERY_MS
  error = new DriverError({ code: 'Unavailable', operation: 'measure web', detail: 'Docker\u001b[2J says' })
  const failed = await usages.of(view('web'))
  assert.is(failed.unknown, 'cannot measure web: Docker\\u001b[2J says')
  assert.is(failed.parts.length, 2)
  now += HOUR_MS
  ;[error, rows] = [undefined, []]
  assert.equal(await usages.of(view('web')), { at: now, unknown: 'Nothing of it runs.', parts: [] })
})

test(`of more than ${MOST_BOTTLES} bottles the one that was looked at last is kept`, async () => {
  let now = 0
  const usages = keepUsages({ now: () => now }, async () => [row('machine', 1, MIB)])
  const lookAt = async (name: string): Promise<number | undefined> =>
    (await usages.of(view(name))).parts[0]?.samples.length
  await lookAt('first')
  await lookAt('second')
  for (let at = 0; at < MOST_BOTTLES - 1; at += 1) {
    now += EVERY_MS
    await lookAt(`b${at}`)
    await lookAt('first')
  }
  assert.ok(Number(await lookAt('first')) > 1)
  now += EVERY_MS
  assert.is(await lookAt('second'), 1)
})

test('lines are broken where nobody looked, a sample alone is a dot, and scales are round', () => {
  const samples = [
    [0, 0, null],
    [10_000, 5, null],
    [120_000, 10, 3 * MIB],
  ] as const
  const values = valuesOf(samples, 'cpu')
  assert.is(pathOf(values, { at: 300_000, minutes: 5, top: 10 }), 'M0.0 80.0h0L10.0 40.0M120.0 0.0h0')
  assert.equal(valuesOf(samples, 'memory'), [[120_000, 3 * MIB]])
  const since = (at: number): number => minutesOf({ at, parts: [{ part: 'bundle', now: [], samples }] })
  assert.equal([0, 300_000, 300_001, 900_001].map(since), [5, 5, 15, 60])
  assert.equal(
    [0, 11, 480, 999, 1_200].map((value) => topOf(value, 'cpu')),
    [10, 20, 500, 1_000, 2_000],
  )
  assert.equal(
    [0, 100 * MIB, 1_100 * MIB].map((value) => figure(topOf(value, 'memory'), 'memory')),
    ['20Mi', '100Mi', '2000Mi'],
  )
})

test.run()
