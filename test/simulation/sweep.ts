import { createSeededRandom } from '../helpers/seeded-random.ts'
import type { Planted } from './controller.ts'
import type { Oracle } from './oracles/instant.ts'
import { faultsOf, isEvents, KILLS } from './journal.ts'
import type { Entry, Moment, Trouble } from './journal.ts'
import { enumeratedPairs, fewestPairs, isShort, sampledPairs } from './pairs.ts'
import { runScenario } from './run.ts'
import type { Run, RunResult } from './run.ts'
import type { Scenario } from './stage.ts'

/**
 * Every trouble that one scenario is tested with, one run each.
 *
 * Flow: a calm run counts the effects and shows how each phase must end; then each effect is a place to die (before it,
 *   after it without its reply, after it), to fail or to go unanswered; each hint is lost once (the singles). Then pairs
 *   of deaths, and seeds (the rest).
 * Guarantees: only the rest is cut when time is up, and every cut run is counted.
 */
export interface Budget {
  readonly seed: number
  readonly part: 'singles' | 'rest' | 'all'
  /** Also the writes of the event log. */
  readonly events: boolean
  /** Trouble at every Nth effect and every Nth hint lost; 1 is all. */
  readonly stride: number
  /** Selects the numbers with this remainder. */
  readonly offset: number
  readonly faults: boolean
  readonly hints: boolean
  /** Every pair of a short scenario. */
  readonly enumerate: boolean
  /** Sampled pairs of each scenario. */
  readonly pairs: number
  readonly seeds: number
  /** The calm run plays three hours timer by timer. */
  readonly thorough: boolean
  /** Time limit of the rest. */
  readonly forMs?: number
}

/** Varied by `npm test` and the planted bugs. */
export const SINGLES: Budget = {
  seed: 1,
  part: 'singles',
  events: false,
  stride: 1,
  offset: 0,
  faults: false,
  hints: false,
  enumerate: false,
  pairs: 0,
  seeds: 0,
  thorough: false,
}

export interface Failure {
  readonly replay: string
  readonly violation: string
}

export interface Row {
  readonly scenario: string
  readonly effects: number
  /** Runs without trouble: one for each part of the sweep. */
  readonly calms: number
  readonly kills: number
  readonly faults: number
  readonly hints: number
  readonly pairs: number
  readonly seeds: number
  /** Pairs and seeds cut for lack of time. */
  readonly cut: number
  /** Kills, faults and hints skipped by the stride. */
  readonly passedOver: number
  readonly checks: Readonly<Partial<Record<Oracle, number>>>
  readonly failures: readonly Failure[]
  readonly ms: number
}

export const sweep = async (scenario: Scenario, budget: Budget, planted?: Planted): Promise<Row> => {
  const began = performance.now()
  const { seed, part } = budget
  const failures: Failure[] = []
  const checks: Partial<Record<Oracle, number>> = {}
  const counts = { kills: 0, faults: 0, hints: 0, pairs: 0, seeds: 0, cut: 0, passedOver: 0 }
  const base = { scenario, seed, ...(planted === undefined ? {} : { planted }) }
  const isOver = (): boolean => performance.now() - began > (budget.forMs ?? Infinity)

  const isChosen = (number: number): boolean => number % budget.stride === budget.offset % budget.stride

  const tryOne = async (run: Run, count?: keyof typeof counts): Promise<RunResult> => {
    const result = await runScenario(run)
    if (count !== undefined) counts[count] += 1
    for (const [oracle, number] of result.checks) checks[oracle] = (checks[oracle] ?? 0) + number
    const [violation] = result.violations
    if (violation !== undefined) failures.push({ replay: replayOf(run), violation })
    return result
  }

  const calm = await tryOne({ ...base, thorough: budget.thorough && part !== 'rest' })
  const against = { ...base, calm: calm.ends }

  const singles = async (): Promise<void> => {
    for (const entry of calm.entries) {
      const [kills, faults] = [killsAt(entry, budget), budget.faults ? faultsAt(entry, budget) : []]
      if (!isChosen(entry.number)) {
        counts.passedOver += kills.length + faults.length
        continue
      }
      const at = entry.number
      for (const moment of kills) await tryOne({ ...against, troubles: [{ at, moment }] }, 'kills')
      for (const moment of faults) await tryOne({ ...against, troubles: [{ at, moment }] }, 'faults')
    }
    for (let hint = 1; budget.hints && hint <= calm.hints; hint++) {
      if (isChosen(hint)) await tryOne({ ...against, lostHint: hint }, 'hints')
      else counts.passedOver += 1
    }
  }

  const oneSeed = async (more: number): Promise<void> => {
    const other = { ...base, seed: seed + more * 1_000, jitter: true }
    const quiet = await tryOne(other, 'seeds')
    if (quiet.violations.length > 0) return
    const random = createSeededRandom(other.seed)
    const troubles = Array.from({ length: 1 + Math.floor(random() * 4) }, (): Trouble => {
      const at = 1 + Math.floor(random() * quiet.entries.length * 1.3)
      const entry = quiet.entries[at - 1]
      return { at, moment: pick([...KILLS, ...(entry === undefined ? [] : faultsOf(entry))], random()) }
    })
    await tryOne({ ...other, calm: quiet.ends, troubles }, 'seeds')
  }

  const rest = async (): Promise<void> => {
    for (let more = 1; more <= budget.seeds; more++) {
      if (isOver()) counts.cut += 2
      else await oneSeed(more)
    }
    const short = budget.enumerate && isShort(calm.entries)
    const inTime = short && !isOver()
    if (short && !inTime) counts.cut += fewestPairs(calm)
    const dieOnce = (trouble: Trouble): Promise<RunResult> => runScenario({ ...against, troubles: [trouble] })
    const pairs = [
      ...sampledPairs(calm.entries.length, { seed, count: budget.pairs }),
      ...(inTime ? await enumeratedPairs(calm, dieOnce) : []),
    ]
    for (const troubles of pairs) {
      if (isOver()) counts.cut += 1
      else await tryOne({ ...against, troubles }, 'pairs')
    }
  }

  if (calm.violations.length === 0) {
    if (part !== 'rest') await singles()
    if (part !== 'singles') await rest()
  }
  return {
    scenario: scenario.name,
    effects: calm.entries.length,
    calms: 1,
    ...counts,
    checks,
    failures,
    ms: performance.now() - began,
  }
}

/** Of the same scenario. */
export const added = (one: Row, other: Row): Row => {
  const oracles = new Set([...Object.keys(one.checks), ...Object.keys(other.checks)] as Oracle[])
  return {
    scenario: one.scenario,
    effects: one.effects,
    calms: one.calms + other.calms,
    kills: one.kills + other.kills,
    faults: one.faults + other.faults,
    hints: one.hints + other.hints,
    pairs: one.pairs + other.pairs,
    seeds: one.seeds + other.seeds,
    cut: one.cut + other.cut,
    passedOver: one.passedOver + other.passedOver,
    checks: Object.fromEntries([...oracles].map((key) => [key, (one.checks[key] ?? 0) + (other.checks[key] ?? 0)])),
    failures: [...one.failures, ...other.failures],
    ms: one.ms + other.ms,
  }
}

const killsAt = (entry: Entry, { events }: Budget): readonly Moment[] =>
  isEvents(entry) ? (events ? ['before'] : []) : KILLS

const faultsAt = (entry: Entry, { events }: Budget): readonly Moment[] =>
  isEvents(entry) && !events ? [] : faultsOf(entry)

const pick = <T>(items: readonly T[], random: number): T => items[Math.floor(random * items.length)] as T

export const replayOf = ({ scenario, seed, troubles = [], jitter, lostHint }: Run): string =>
  [
    'npm run prove --',
    `--scenario ${scenario.name}`,
    `--seed ${seed}`,
    ...troubles.map(({ at, moment }) => `--crash ${at}:${moment}`),
    ...(jitter === true ? ['--jitter'] : []),
    ...(lostHint === undefined ? [] : [`--lost-hint ${lostHint}`]),
    ...(troubles.length === 0 && jitter !== true && lostHint === undefined ? ['--calm'] : []),
  ].join(' ')
