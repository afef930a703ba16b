import { difference } from './oracles/canonical.ts'
import type { Planted } from './controller.ts'
import type { Oracle } from './oracles/instant.ts'
import { KILLS } from './journal.ts'
import type { Entry, Trouble } from './journal.ts'
import { createStage, runPhases } from './stage.ts'
import type { Rest, Scenario } from './stage.ts'
import { createSimulationWorld } from './world.ts'
import type { World } from './world.ts'

/** One run of a scenario with its planned troubles. */
export interface Run {
  readonly scenario: Scenario
  readonly seed: number
  readonly troubles?: readonly Trouble[]
  readonly jitter?: boolean
  /** Fire every timer of the three hours, one by one. */
  readonly thorough?: boolean
  readonly planted?: Planted
  /** The ends of the calm run, for comparison. */
  readonly calm?: readonly string[]
  /** The hint with this number is lost. */
  readonly lostHint?: number
}

export interface RunResult {
  readonly violations: readonly string[]
  readonly entries: readonly Entry[]
  readonly checks: ReadonlyMap<Oracle, number>
  readonly ends: readonly string[]
  /** The number of the last effect of each phase. */
  readonly rests: readonly number[]
  readonly hints: number
  readonly virtualMs: number
}

export const runScenario = async ({
  scenario,
  seed,
  troubles = [],
  jitter = false,
  thorough = false,
  planted,
  calm,
  lostHint,
}: Run): Promise<RunResult> => {
  const world = createSimulationWorld({ seed, troubles, jitter })
  const began = world.clock.monotonicMs()
  world.folder.trouble.lostHint = lostHint
  const stage = createStage(world, { ...scenario.options, ...(planted === undefined ? {} : { planted }) })
  const { guard } = world
  let rests: readonly Rest[] = []
  try {
    rests = await runPhases(scenario, stage, thorough)
  } catch (error) {
    guard.violations.push(`the run broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
  checkTold(world, troubles)
  if (calm !== undefined && guard.violations.length === 0) {
    for (const [index, { end, otherwise }] of rests.entries()) {
      const phase = scenario.phases[index]
      if (otherwise || phase?.anyEnd === true || phase?.busyMs !== undefined) continue
      const expected = calm[index] ?? ''
      guard.check(
        'same end',
        expected === end,
        () => `after "${scenario.phases[index]?.does}" it differs from the calm run, ${difference(expected, end)}`,
      )
    }
  }
  stage.hold()
  return {
    violations: guard.violations,
    entries: world.journal.entries,
    checks: guard.checks,
    ends: rests.map(({ end }) => end),
    rests: rests.map(({ effects }) => effects),
    hints: world.folder.hints(),
    virtualMs: world.clock.monotonicMs() - began,
  }
}

/** A disk fault is reported to the person, unless the controller that saw it died of another trouble. */
const checkTold = ({ guard, journal, said }: World, troubles: readonly Trouble[]): void => {
  if (troubles.some(({ moment }) => KILLS.includes(moment))) return
  for (const { at, moment } of troubles) {
    const entry = journal.entries[at - 1]
    if (entry === undefined || (moment !== 'EIO' && moment !== 'ENOSPC')) continue
    guard.check(
      'told',
      said.some((line) => line.includes(moment) || (moment === 'ENOSPC' && /no space left/i.test(line))),
      () => `no report that ${entry.verb} ${entry.target} failed with ${moment}; reported was ${JSON.stringify(said)}`,
    )
  }
}
