import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { createSeededRandom } from '../helpers/seeded-random.ts'
import { deadlineMs, holds } from '../helpers/property.ts'
import { suite } from '../helpers/suite.ts'
import { createOrder } from './order.ts'
import type { Order } from './order.ts'
import { checkRest } from './oracles/rest.ts'
import type { Expectation } from './oracles/rest.ts'
import { bottle } from './scenarios/bottle.ts'
import { createStage } from './stage.ts'
import type { Stage } from './stage.ts'
import { createSimulationWorld } from './world.ts'

/**
 * Replies of files, disk, Docker and smolvm arrive in any order, and people act between any two of them. fast-check's
 * scheduler decides, so a failure shrinks and is replayed by seed and path.
 */
const test = suite('any interleaving')

interface Play {
  readonly title: string
  /** Until it is set up; replies are still in order. */
  readonly before: (stage: Stage) => void
  /** Each comes some replies after the previous one. */
  readonly acts: readonly ((stage: Stage) => Promise<void> | void)[]
  readonly expect: Readonly<Record<string, Expectation>>
  /** Before the first act. */
  readonly startMs?: number
}

const env = (value: string): string => `agent: claude\nenv: {A: "${value}"}`
/** A whole text: two editors that read each other's half-written file would lose edits without us. */
const edit =
  (value: string, how: 'rename' | 'in place'): Play['acts'][number] =>
  (stage) =>
    stage.write('a.yaml', bottle('a', env(value)), how)
const made = (stage: Stage): void => stage.write('a.yaml', bottle('a', env('1')))

const PLAYS: readonly Play[] = [
  {
    title: 'two bottles at once',
    before: () => undefined,
    acts: [made, (stage) => stage.write('b.yaml', bottle('b')), (stage) => stage.write('c.yaml', bottle('c'))],
    expect: { a: 'Ready', b: 'Ready', c: 'Ready' },
  },
  {
    title: 'edits while its status is written',
    before: () => undefined,
    acts: [made, edit('2', 'rename'), edit('3', 'in place'), edit('4', 'rename')],
    expect: { a: 'Ready' },
  },
  {
    title: 'requests during a pass',
    before: made,
    acts: [
      edit('2', 'rename'),
      (stage) => stage.request({ kind: 'reconcile', name: 'a' }),
      (stage) => stage.break({ do: 'killContainer', name: 'bottle-a-bundle' }),
      (stage) => stage.request({ kind: 'reconcile', name: 'a' }),
    ],
    expect: { a: 'Ready' },
  },
  {
    title: 'a hint against the resync',
    before: made,
    // The sweep and the resync come a minute after the start.
    startMs: 51_500,
    acts: [edit('2', 'in place'), (stage) => stage.write('b.yaml', bottle('b')), edit('3', 'rename')],
    expect: { a: 'Ready', b: 'Ready' },
  },
  {
    title: 'a deletion, and the name again',
    before: made,
    acts: [
      (stage) => stage.remove('a.yaml'),
      (stage) => stage.request({ kind: 'delete', name: 'a' }),
      (stage) => stage.write('again.yaml', bottle('a', env('9'))),
      (stage) => stage.break({ do: 'killMachine', name: 'bottle-a' }),
    ],
    expect: { a: 'Ready' },
  },
]

const play = async (
  { before, acts, expect, startMs = 0 }: Play,
  { order, seed, gaps }: { readonly order: Order; readonly seed: number; readonly gaps: readonly number[] },
): Promise<ReturnType<typeof createStage>> => {
  const stage = createStage(createSimulationWorld({ seed, order }), {})
  before(stage)
  await stage.pass(8_000 + startMs)
  const all = (async (): Promise<void> => {
    for (const [index, act] of acts.entries()) {
      await order.afterTurns(gaps[index] ?? 0)
      await act(stage)
    }
  })()
  await stage.pass(25_000)
  order.release()
  await all
  await stage.toRest({ does: 'all of it', expect })
  checkRest(stage.world, { texts: stage.texts, expect })
  await stage.steady(false)
  stage.hold()
  return stage
}

for (const one of PLAYS) {
  test(
    `${one.title}: it ends as the files say in any order of replies`,
    async () => {
      let turns = 0
      await holds(
        one.title,
        fc.asyncProperty(
          fc.scheduler(),
          fc.integer({ min: 1, max: 1_000 }),
          fc.array(fc.nat(60), { minLength: 4, maxLength: 4 }),
          async (scheduler, seed, gaps) => {
            const order = createOrder(scheduler, createSeededRandom(seed + 7))
            const { world } = await play(one, { order, seed, gaps })
            turns += scheduler.report().length
            assert.equal(world.guard.violations, [])
            const unanswered = [...world.disk.files.keys()].filter((path) => /requests\/[^.]*\.json$/.test(path))
            assert.equal(unanswered, [], 'a request without an answer')
          },
        ),
        8,
      )
      assert.ok(turns > 500, `only ${turns} replies were reordered`)
    },
    { deadlineMs: deadlineMs(60_000) },
  )
}

test.run()
