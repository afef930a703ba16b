import { createSeededRandom } from '../helpers/seeded-random.ts'
import type { Oracle } from './instant-oracles.ts'
import { faultsOf, KILLS } from './journal.ts'
import type { Entry, Moment, Trouble } from './journal.ts'
import type { Planted } from './controller.ts'
import { runScenario } from './run.ts'
import type { Run, RunResult } from './run.ts'
import type { Scenario } from './stage.ts'

/**
 * Every way in which one scenario is made to go wrong, one run each.
 *
 * Flow: a calm run counts the effects and tells how each phase must end; then each effect is a place to die (before it,
 *   after it without its reply, after it), to fail or to stay unanswered; each hint is lost once; pairs of deaths; seeds.
 */
export interface Budget {
  readonly seed: number
  /** Also the writes of the event log. */
  readonly events: boolean
  /** Kill at every so manieth effect; 1 is all. */
  readonly stride: number
  readonly faults: boolean
  readonly hints: boolean
  readonly pairs: number
  readonly seeds: number
  /** Three hours timer by timer in the calm run. */
  readonly thorough: boolean
}

export interface Failure {
  readonly replay: string
  readonly violation: string
}

export interface Row {
  readonly scenario: string
  readonly effects: number
  readonly kills: number
  readonly faults: number
  readonly hints: number
  readonly pairs: number
  readonly seeds: number
  readonly checks: Readonly<Partial<Record<Oracle, number>>>
  readonly failures: readonly Failure[]
  readonly ms: number
}

export const sweep = async (scenario: Scenario, budget: Budget, planted?: Planted): Promise<Row> => {
  const began = performance.now()
  const { seed } = budget
  const failures: Failure[] = []
  const checks: Partial<Record<Oracle, number>> = {}
  const counts = { kills: 0, faults: 0, hints: 0, pairs: 0, seeds: 0 }
  const base = { scenario, seed, ...(planted === undefined ? {} : { planted }) }

  const tryOne = async (run: Run, count?: keyof typeof counts): Promise<RunResult> => {
    const result = await runScenario(run)
    if (count !== undefined) counts[count] += 1
    for (const [oracle, number] of result.checks) checks[oracle] = (checks[oracle] ?? 0) + number
    const [violation] = result.violations
    if (violation !== undefined) failures.push({ replay: replayOf(run), violation })
    return result
  }

  const calm = await tryOne({ ...base, thorough: budget.thorough })
  const row = (): Row => ({
    scenario: scenario.name,
    effects: calm.entries.length,
    ...counts,
    checks,
    failures,
    ms: performance.now() - began,
  })
  if (calm.violations.length > 0) return row()
  const against = { ...base, calm: calm.ends }

  for (const entry of calm.entries) {
    if (entry.number % budget.stride !== 0) continue
    for (const moment of killsAt(entry, budget))
      await tryOne({ ...against, troubles: [{ at: entry.number, moment }] }, 'kills')
    if (budget.faults)
      for (const moment of faultsAt(entry, budget))
        await tryOne({ ...against, troubles: [{ at: entry.number, moment }] }, 'faults')
  }
  if (budget.hints) for (let hint = 1; hint <= calm.hints; hint++) await tryOne({ ...against, lostHint: hint }, 'hints')
  if (scenario.pairs === true)
    for (const troubles of pairs(calm.entries.length, budget)) await tryOne({ ...against, troubles }, 'pairs')
  for (let more = 1; more <= budget.seeds; more++) {
    const other = { ...base, seed: seed + more * 1_000, jitter: true }
    const quiet = await tryOne(other, 'seeds')
    if (quiet.violations.length > 0) continue
    const random = createSeededRandom(other.seed)
    const troubles = Array.from({ length: 1 + Math.floor(random() * 4) }, (): Trouble => {
      const at = 1 + Math.floor(random() * quiet.entries.length * 1.3)
      const entry = quiet.entries[at - 1]
      return { at, moment: pick([...KILLS, ...(entry === undefined ? [] : faultsOf(entry))], random()) }
    })
    await tryOne({ ...other, calm: quiet.ends, troubles }, 'seeds')
  }
  return row()
}

const killsAt = (entry: Entry, { events }: Budget): readonly Moment[] =>
  isEvents(entry) ? (events ? ['before'] : []) : KILLS

const faultsAt = (entry: Entry, { events }: Budget): readonly Moment[] =>
  isEvents(entry) && !events ? [] : faultsOf(entry)

const isEvents = ({ target }: Entry): boolean => target.endsWith('events.jsonl')

/** Two deaths: anywhere, then within what follows. */
const pairs = (effects: number, { pairs: count, seed }: Budget): readonly (readonly Trouble[])[] => {
  const random = createSeededRandom(seed)
  return Array.from({ length: count }, () => {
    const first = 1 + Math.floor(random() * effects)
    return [
      { at: first, moment: pick(KILLS, random()) },
      { at: first + 1 + Math.floor(random() * 20), moment: pick(KILLS, random()) },
    ]
  })
}

const pick = <T>(items: readonly T[], random: number): T => items[Math.floor(random * items.length)] as T

export const replayOf = ({ scenario, seed, troubles = [], jitter, lostHint }: Run): string =>
  [
    'npm run prove --',
    `--scenario ${scenario.name}`,
    `--seed ${seed}`,
    ...troubles.map(({ at, moment }) => `--crash ${at}:${moment}`),
    ...(jitter === true ? ['--jitter'] : []),
    ...(lostHint === undefined ? [] : [`--lost-hint ${lostHint}`]),
  ].join(' ')
