import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Moment } from './journal.ts'
import { regressions } from './regressions.ts'
import { printTable } from './report.ts'
import type { Again } from './report.ts'
import { runScenario } from './run.ts'
import { isInContainers } from './scenarios/in-containers.ts'
import { containerScenarios, scenarioNamed, scenarios } from './scenarios/index.ts'
import { added, replayOf, sweep } from './sweep.ts'
import type { Budget, Row } from './sweep.ts'

/**
 * The simulation of `npm run prove`: kills the controller at every effect of every scenario and checks the result
 * with the oracles.
 *
 * Flow: the singles of all scenarios, however long they take; then pairs and seeds, each scenario with its share of the
 *   remaining time; then the regressions.
 * Usage: npm run prove -- --part simulation [--scenario NAME] [--seed N] [--pairs N] [--seeds N] [--minutes N] [--workers N]
 *          [--stride N [--offset K]]   test only every Nth effect and hint
 *          [--sampled]                 sample pairs in short scenarios too
 *        of the scenarios with agents in containers (NAME/container) an eighth, unless one is named
 *        npm run prove -- --scenario NAME --seed N --crash 12:after [--crash …] [--jitter] [--lost-hint N]   replays one run
 */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string' },
    seed: { type: 'string', default: '1' },
    crash: { type: 'string', multiple: true },
    jitter: { type: 'boolean', default: false },
    'lost-hint': { type: 'string' },
    calm: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '20' },
    stride: { type: 'string', default: '1' },
    offset: { type: 'string', default: '0' },
    seeds: { type: 'string', default: '6' },
    sampled: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(Math.min(availableParallelism(), 4)) },
    worker: { type: 'boolean', default: false },
  },
})
const budget: Budget = {
  seed: Number(values.seed),
  part: 'singles',
  events: true,
  stride: Number(values.stride),
  offset: Number(values.offset),
  faults: true,
  hints: true,
  enumerate: !values.sampled,
  pairs: Number(values.pairs),
  seeds: Number(values.seeds),
  thorough: true,
}
/** A slice: what a machine is makes a difference to few effects, and the same scenarios are played in full without. */
const inContainersBudget: Budget =
  values.scenario === undefined
    ? {
        ...budget,
        stride: budget.stride * 8,
        enumerate: false,
        pairs: Math.min(budget.pairs, 2),
        seeds: 1,
        thorough: false,
      }
    : budget
const workers = Number(values.workers)

interface Task {
  readonly name: string
  readonly part: 'singles' | 'rest'
  readonly forMs: number
}

if (values.worker) work()
else if (
  values.scenario !== undefined &&
  (values.crash !== undefined || values.jitter || values['lost-hint'] !== undefined || values.calm)
)
  await replay(values.scenario)
else await prove()

/** Sweeps the scenarios that the parent names, one at a time. */
function work(): void {
  // Also if the parent was killed.
  process.once('disconnect', () => process.exit(0))
  process.on('message', ({ name, part, forMs }: Task) => {
    const scenario = scenarioNamed(name)
    if (scenario === undefined) throw new Error(`no scenario ${name}`)
    const own = isInContainers(name) ? inContainersBudget : budget
    void sweep(scenario, { ...own, part, forMs }).then((row) => process.send?.(row))
  })
}

async function prove(): Promise<void> {
  const began = performance.now()
  const chosen = [...scenarios, ...containerScenarios].filter(
    ({ name }) => values.scenario === undefined || name === values.scenario,
  )
  const untilMs = began + Number(values.minutes) * 60_000
  const rows = new Map<string, Row>()
  for (const part of ['singles', 'rest'] as const) {
    const waiting = chosen.map(({ name }) => name)
    const next = (): Task | undefined => {
      const left = Math.max(0, untilMs - performance.now())
      // Time that one scenario doesn't need goes to the later ones.
      const forMs = part === 'singles' ? 0 : (left * workers) / Math.max(waiting.length, workers)
      const name = waiting.shift()
      return name === undefined ? undefined : { name, part, forMs }
    }
    const done = (row: Row): void => {
      const before = rows.get(row.scenario)
      rows.set(row.scenario, before === undefined ? row : added(before, row))
      const verdict = row.failures.length === 0 ? '✓' : '  ✗'
      console.log(`${verdict} ${row.scenario}, ${part} (${(row.ms / 1_000).toFixed(1)} s)`)
    }
    await Promise.all(Array.from({ length: Math.min(workers, chosen.length) }, () => serveWorker(next, done)))
  }
  const kept = values.scenario === undefined ? await replayRegressions() : []
  const seconds = (performance.now() - began) / 1_000
  const inOrder = chosen.flatMap(({ name }) => rows.get(name) ?? [])
  const failed = printTable({ rows: inOrder, regressions: kept, seconds, budget })
  process.exitCode = failed > 0 || inOrder.length === 0 || inOrder.length < chosen.length ? 1 : 0
}

function serveWorker(take: () => Task | undefined, done: (row: Row) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(import.meta.url), [...process.argv.slice(2), '--worker'], { execArgv: process.execArgv })
    const next = (): void => {
      const task = take()
      if (task === undefined) child.disconnect()
      else child.send(task)
    }
    child.on('message', (row: Row) => {
      done(row)
      next()
    })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))))
    next()
  })
}

/** Runs that failed once. */
async function replayRegressions(): Promise<readonly Again[]> {
  const results: Again[] = []
  for (const { why, scenario: name, ...run } of regressions) {
    const scenario = scenarioNamed(name)
    const calm =
      scenario === undefined
        ? undefined
        : await runScenario({ scenario, seed: run.seed, ...(run.jitter === undefined ? {} : { jitter: run.jitter }) })
    const result = scenario === undefined ? undefined : await runScenario({ scenario, ...run, calm: calm?.ends ?? [] })
    results.push({
      title: `${name}: ${why}`,
      violation: result === undefined ? 'no such scenario' : result.violations[0],
      replay: scenario === undefined ? `no scenario ${name}` : replayOf({ scenario, ...run }),
    })
  }
  return results
}

async function replay(name: string): Promise<void> {
  const scenario = scenarioNamed(name)
  if (scenario === undefined)
    throw new Error(`no scenario ${name}; there are ${scenarios.map((each) => each.name).join(', ')}`)
  const seed = Number(values.seed)
  const troubles = (values.crash ?? []).map((text) => ({
    at: Number.parseInt(text, 10),
    moment: text.replace(/^\d+:/, '') as Moment,
  }))
  const calm = await runScenario({ scenario, seed, jitter: values.jitter })
  const lostHint = values['lost-hint']
  const result = await runScenario({
    scenario,
    seed,
    jitter: values.jitter,
    thorough: values.calm,
    troubles,
    calm: calm.ends,
    ...(lostHint === undefined ? {} : { lostHint: Number(lostHint) }),
  })
  for (const { number, atMs, life, port, verb, target, done } of result.entries) {
    const trouble = troubles.find(({ at }) => at === number)
    console.log(
      `${String(number).padStart(4)}  ${new Date(atMs).toISOString().slice(11, 23)}  life ${life}  ${port} ${verb} ${target}${done ? '' : '  (not done)'}${trouble === undefined ? '' : `  ← ${trouble.moment}`}`,
    )
  }
  for (const violation of result.violations) console.log(`\n✗ ${violation}`)
  console.log(`\n${result.violations.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed'}`)
  process.exitCode = result.violations.length === 0 ? 0 : 1
}
