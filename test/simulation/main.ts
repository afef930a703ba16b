import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Moment } from './journal.ts'
import { regressions } from './regressions.ts'
import { printTable } from './report.ts'
import { runScenario } from './run.ts'
import { scenarioNamed, scenarios } from './scenarios/index.ts'
import { sweep } from './sweep.ts'
import type { Budget, Row } from './sweep.ts'

/**
 * `npm run prove`: kills the controller at every effect of every scenario and holds what comes of it against the oracles.
 *
 * Usage: npm run prove [-- --scenario NAME] [--seed N] [--pairs N] [--seeds N] [--workers N]
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
    pairs: { type: 'string', default: '150' },
    seeds: { type: 'string', default: '6' },
    workers: { type: 'string', default: String(Math.min(availableParallelism(), 4)) },
    worker: { type: 'boolean', default: false },
  },
})
const budget: Budget = {
  seed: Number(values.seed),
  events: true,
  stride: 1,
  faults: true,
  hints: true,
  pairs: Number(values.pairs),
  seeds: Number(values.seeds),
  thorough: true,
}

if (values.worker) work()
else if (
  values.scenario !== undefined &&
  (values.crash !== undefined || values.jitter || values['lost-hint'] !== undefined || values.calm)
)
  await replay(values.scenario)
else await prove()

/** Sweeps what the parent names, one at a time. */
function work(): void {
  process.on('message', (name: string) => {
    const scenario = scenarioNamed(name)
    if (scenario === undefined) throw new Error(`no scenario ${name}`)
    void sweep(scenario, budget).then((row) => process.send?.(row))
  })
}

async function prove(): Promise<void> {
  const began = performance.now()
  const chosen = scenarios.filter(({ name }) => values.scenario === undefined || name === values.scenario)
  const waiting = chosen.map(({ name }) => name)
  const rows: Row[] = []
  await Promise.all(
    Array.from({ length: Math.min(Number(values.workers), chosen.length) }, () => serveWorker(waiting, rows)),
  )
  const order = chosen.map(({ name }) => name)
  rows.sort((a, b) => order.indexOf(a.scenario) - order.indexOf(b.scenario))
  const kept = values.scenario === undefined ? await replayRegressions() : []
  const failed = printTable({ rows, regressions: kept, seconds: (performance.now() - began) / 1_000, budget })
  process.exitCode = failed > 0 || rows.length === 0 || rows.length < chosen.length ? 1 : 0
}

function serveWorker(waiting: string[], rows: Row[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(import.meta.url), [...process.argv.slice(2), '--worker'], { execArgv: process.execArgv })
    const next = (): void => {
      const name = waiting.shift()
      if (name === undefined) child.disconnect()
      else child.send(name)
    }
    child.on('message', (row: Row) => {
      rows.push(row)
      console.log(`${row.failures.length === 0 ? '✓' : '✗'} ${row.scenario} (${(row.ms / 1_000).toFixed(1)} s)`)
      next()
    })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))))
    next()
  })
}

/** Runs that failed once. */
async function replayRegressions(): Promise<
  readonly { readonly title: string; readonly violation: string | undefined }[]
> {
  const results = []
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
