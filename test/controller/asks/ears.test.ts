import * as assert from 'uvu/assert'
import { createEars } from '../../../controller/asks/ears.ts'
import type { AskParts } from '../../../controller/asks/parts.ts'
import type { EarAt } from '../../../drivers/bundles.ts'
import type { AskAnswer } from '../../../egress/asks/answer.ts'
import type { Way } from '../../../reconcilers/contract/way.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

/** What one ear costs, whatever its bundle does. */
const test = suite('ears at bundles')
const ANSWER: AskAnswer = { key: 'a'.repeat(64), id: 'aaaaaaaa', state: 'open', at: '2026-12-01T12:00:00Z' }

const scene = (hear: (times: number) => Promise<{ run: string; seq: number }>) => {
  const clock = createFakeClock()
  const known: { told: readonly AskAnswer[]; inside?: string | undefined; way: Way } = { told: [], way: 'bridge' }
  const counts = { hears: 0, answers: 0 }
  let container: string | undefined = 'c1'
  const stopping = new AbortController()
  const parts = {
    bundles: {
      hear: async ({ inside }: EarAt, signal?: AbortSignal) => {
        counts.hears += 1
        known.inside = inside
        const aborted = new Promise<never>((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
        )
        return { asks: [], notices: [], ...(await Promise.race([hear(counts.hears), aborted])) }
      },
      answer: async () => void (counts.answers += 1),
    },
    registry: { byName: () => ({ identity: 'web', subnet: '192.168.9.0/24' }) },
    bundleOf: () => (container === undefined ? undefined : { id: container }),
    wayTo: async () => known.way,
    clock,
    onProblem: () => undefined,
    signal: stopping.signal,
  } as unknown as AskParts
  const ears = createEars(parts, { told: () => known.told, heard: async () => true })
  return { clock, known, counts, ears, leave: () => (container = undefined), replace: () => (container = 'c2') }
}

const never = (): Promise<never> => new Promise(() => undefined)
const turns = async (): Promise<void> => {
  for (let n = 0; n < 60; n += 1) await Promise.resolve()
}

test('one that says nothing costs one request, and no exec', async () => {
  const { clock, counts, ears } = scene((times) => (times === 1 ? Promise.resolve({ run: 'a', seq: 0 }) : never()))
  ears.listen('web')
  ears.listen('web')
  await turns()
  await clock.advance(3 * 3_600_000)
  assert.equal(counts, { hears: 2, answers: 0 })
  await ears.stopAll()
})

test('where this host has no way to it, it is heard from inside its container, or, of a VM, not at all', async () => {
  for (const [way, hears, inside] of [
    ['bridge', 1, undefined],
    ['inside', 1, 'c1'],
    ['none', 0, undefined],
  ] as const) {
    const { known, counts, ears } = scene(never)
    known.way = way
    ears.listen('web')
    await turns()
    assert.equal([counts.hears, known.inside], [hears, inside], way)
    await ears.stopAll()
  }
})

test('one that chatters is heard ten times, then every two seconds', async () => {
  const { clock, counts, ears } = scene((times) => Promise.resolve({ run: 'a', seq: times }))
  ears.listen('web')
  await turns()
  const burst = counts.hears
  assert.ok(burst <= 11, `${burst} at once`)
  for (let n = 0; n < 60; n += 1) {
    await clock.advance(1_000)
    await turns()
  }
  assert.ok(counts.hears - burst <= 40, `${counts.hears - burst} in a minute`)
  await ears.stopAll()
})

test('one that fails is asked less and less often, and at once when it is poked', async () => {
  const { clock, counts, ears } = scene(() => Promise.reject(new Error('refused')))
  ears.listen('web')
  for (let n = 0; n < 600; n += 1) {
    await clock.advance(1_000)
    await turns()
  }
  assert.ok(counts.hears >= 10 && counts.hears <= 18, `${counts.hears} in ten minutes`)
  const before = counts.hears
  ears.listen('web')
  await turns()
  assert.is(counts.hears, before + 1)
  await ears.stopAll()
})

test('what is known is told once to each start of a bundle, and again when it changes', async () => {
  const { known, counts, ears } = scene((times) =>
    times === 1 ? Promise.resolve({ run: 'a', seq: 0 }) : times === 4 ? Promise.resolve({ run: 'b', seq: 0 }) : never(),
  )
  known.told = [ANSWER]
  ears.listen('web')
  await turns()
  assert.is(counts.answers, 1)
  ears.poke('web')
  await turns()
  assert.is(counts.answers, 1)
  known.told = [{ ...ANSWER, state: 'denied' }]
  ears.poke('web')
  await turns()
  assert.is(counts.answers, 3, 'the change, and then all of it to another start')
  await ears.stopAll()
})

test('without a bundle nobody listens', async () => {
  const { counts, ears, leave } = scene(never)
  leave()
  ears.listen('web')
  await turns()
  assert.is(counts.hears, 0)
  await ears.stop('web')
})

test('none is begun after the end, and the end waits for one whose bundle was replaced', async () => {
  const { clock, counts, ears, replace } = scene(() => Promise.reject(new Error('refused')))
  ears.listen('web')
  await turns()
  replace()
  ears.listen('web')
  await turns()
  await ears.stopAll()
  assert.is(clock.next(), undefined)
  const before = counts.hears
  // A pass that was under way ends now.
  ears.listen('web')
  await turns()
  assert.equal([counts.hears, clock.next()], [before, undefined])
})

test.run()
