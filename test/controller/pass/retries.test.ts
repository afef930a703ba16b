import * as assert from 'uvu/assert'
import { createRetries } from '../../../controller/pass/retries.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { settled, stuck, wait } from '../../../reconcilers/contract/reconciler.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { aRecord, createCalls } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('retries')
const failed = { verdict: 'failed', error: new Error('x'), step: undefined } as const
const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString()

const make = (record: BottleRecord | undefined = aRecord()) => {
  const { drivers, calls } = createCalls({ 'records.read': record })
  const retries = createRetries({ drivers, clock: createFakeClock(), random: () => 0.5 })
  return { retries, changes: () => calls.filter((call) => call.startsWith('records.update')) }
}

test('failures in a row are counted in the record', async () => {
  for (const [failures, delayMs] of [
    [undefined, 250],
    [1, 500],
    [2, 1_000],
    [40, 300_000],
  ] as const) {
    const backoff = failures === undefined ? {} : { backoff: { failures, retryAt: at(0) } }
    const { retries, changes } = make(aRecord(backoff))
    assert.is(await retries.after(aRecord(), failed), delayMs)
    const told = { backoff: { failures: (failures ?? 0) + 1, retryAt: at(delayMs) } }
    assert.equal(changes(), [`records.update("web", ${JSON.stringify(told)})`])
  }
})

test('without a record there is nothing to count in', async () => {
  const { drivers, calls } = createCalls()
  const retries = createRetries({ drivers, clock: createFakeClock(), random: () => 0.5 })
  assert.is(await retries.after(aRecord(), failed), 250)
  assert.equal(calls, ['records.read("web")'])
})

test('a wait for the same reason asks less and less often, up to 15 s; one that is longer by itself stays as it is', async () => {
  for (const [retryAfterMs, delays] of [
    [50, [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]],
    [5_000, [5_000, 10_000, 15_000, 15_000]],
    [60_000, [60_000, 60_000, 60_000]],
    [1, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 4_096, 4_096]],
  ] as const) {
    const { retries, changes } = make()
    for (const delayMs of delays) assert.is(await retries.after(aRecord(), wait('Why', '', retryAfterMs)), delayMs)
    assert.equal(changes(), [])
  }
})

test('another reason, an end of the wait or a bottle that is forgotten begin anew', async () => {
  const { retries } = make()
  const after = (reason: string): Promise<number | undefined> => retries.after(aRecord(), wait(reason, '', 50))
  assert.equal([await after('A'), await after('A'), await after('B'), await after('A')], [50, 100, 50, 50])
  assert.is(await retries.after(aRecord(), settled()), undefined)
  assert.is(await after('A'), 50)
  assert.is(await retries.after(aRecord(), stuck('S', '')), undefined)
  assert.is(await after('A'), 50)
  retries.forget('web')
  assert.is(await after('A'), 50)
  assert.is(await after('A'), 100)
  assert.is(await retries.after(aRecord({ name: 'other' }), wait('A', '', 50)), 50)
  assert.is(await retries.after(aRecord(), undefined), undefined)
})

test('a short wait is quiet for its first tries', async () => {
  const quiet = async (retryAfterMs: number, tries: number): Promise<boolean> => {
    const { retries } = make()
    const verdict = wait('A', '', retryAfterMs)
    for (let count = 0; count < tries; count++) await retries.after(aRecord(), verdict)
    return retries.isQuiet(aRecord(), verdict)
  }
  for (const [retryAfterMs, tries, isQuiet] of [
    [50, 0, true],
    [50, 1, true],
    [50, 4, true],
    [50, 5, false],
    [100, 1, true],
    [101, 1, false],
  ] as const)
    assert.is(await quiet(retryAfterMs, tries), isQuiet, `${retryAfterMs} ms, ${tries} times`)
  const { retries } = make()
  assert.is(retries.isQuiet(aRecord(), settled()), false)
  assert.is(retries.isQuiet(aRecord(), undefined), false)
})

test.run()
