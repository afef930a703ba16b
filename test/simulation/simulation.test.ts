import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { regressions } from './regressions.ts'
import { runScenario } from './run.ts'
import { containerScenarios, scenarioNamed, scenarios } from './scenarios/index.ts'
import { SINGLES, sweep } from './sweep.ts'

/** A slice of `npm run prove`: every scenario without trouble, the shortest with every death, the others with some. */
const test = suite('simulation of the controller')

test(
  'every scenario ends as its files say, and stays so',
  async () => {
    for (const scenario of scenarios) {
      const { violations, entries } = await runScenario({ scenario, seed: 3 })
      assert.equal(violations, [], scenario.name)
      assert.ok(entries.length > 10, `${scenario.name} had only ${entries.length} effects`)
    }
  },
  { deadlineMs: 60_000 },
)

test('the same seed and troubles give the same run, effect by effect', async () => {
  const scenario = scenarioNamed('delete')
  assert.ok(scenario)
  const run = { scenario, seed: 5, jitter: true, troubles: [{ at: 20, moment: 'lost' }] } as const
  const [first, second] = [await runScenario(run), await runScenario(run)]
  assert.equal(first.entries, second.entries)
  assert.ok(first.entries.some(({ life }) => life === 2))
  const other = await runScenario({ ...run, seed: 6 })
  assert.not.equal(
    other.entries.map(({ atMs }) => atMs),
    first.entries.map(({ atMs }) => atMs),
  )
})

test('after its death a controller has no effect', async () => {
  const scenario = scenarioNamed('bring-up')
  assert.ok(scenario)
  const { entries } = await runScenario({ scenario, seed: 1, troubles: [{ at: 12, moment: 'lost' }] })
  assert.equal(
    entries.filter(({ life, number }) => life === 1 && number > 12),
    [],
  )
})

test(
  'a bring-up killed at every effect converges to the same end',
  async () => {
    const scenario = scenarioNamed('bring-up')
    assert.ok(scenario)
    const { failures, kills } = await sweep(scenario, SINGLES)
    assert.equal(failures, [])
    assert.ok(kills > 60)
  },
  { deadlineMs: 60_000 },
)

test(
  'every other scenario, killed at some effects, converges to the same end',
  async () => {
    for (const scenario of scenarios) {
      const { failures } = await sweep(scenario, { ...SINGLES, stride: 193 })
      assert.equal(failures, [], scenario.name)
    }
  },
  { deadlineMs: 120_000 },
)

test(
  'with agents in containers every scenario ends as its files say, also killed at some effects',
  async () => {
    assert.ok(containerScenarios.length > 100)
    for (const scenario of containerScenarios) {
      const { failures } = await sweep(scenario, { ...SINGLES, stride: 193 })
      assert.equal(failures, [], scenario.name)
    }
    const bringUp = scenarioNamed('bring-up/container')
    assert.ok(bringUp)
    const { entries } = await runScenario({ scenario: bringUp, seed: 3 })
    assert.ok(entries.some(({ port }) => port === 'containerSeals'))
  },
  { deadlineMs: 180_000 },
)

test(
  'what failed once does not fail again',
  async () => {
    for (const { scenario: name, why, ...run } of regressions) {
      const scenario = scenarioNamed(name)
      assert.ok(scenario, `no scenario ${name}`)
      const { violations } = await runScenario({ scenario, ...run })
      assert.equal(violations, [], `${name}: ${why}`)
    }
  },
  { deadlineMs: 60_000 },
)

test.run()
