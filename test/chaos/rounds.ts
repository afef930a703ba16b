import { renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createSeededRandom } from '../helpers/seeded-random.ts'
import type { ActKind } from './acts.ts'
import { createChance } from './acts.ts'
import type { Daemon } from './daemon.ts'
import { KEEP } from './private-world.ts'
import { toRest } from './rest.ts'
import type { Round } from './round.ts'
import { playRound, RoundError } from './round.ts'
import type { Checks, Stage } from './stage.ts'
import { createStage } from './stage.ts'

/** All rounds on one root as long as nothing fails; after a failure the remaining ones on another. */
export interface Tally {
  rounds: number
  kills: number
  callsToo: number
  terms: number
  dockerKills: number
  rests: number
  failures: number
  readonly kinds: Map<ActKind, number>
  readonly ways: Map<string, number>
  readonly checks: Checks
}

const FAILURES_AT_MOST = 3
/** A rest comes after so many rounds at the latest, after two thirds of that on average. */
const ROUNDS_TO_REST = 8

export const playRounds = async (options: {
  readonly rounds: number
  readonly seed: number
  readonly daemon: Daemon | undefined
  readonly untilMs: number
  readonly say: (line: string) => void
}): Promise<Tally> => {
  const { rounds, seed, daemon, untilMs, say } = options
  const tally: Tally = {
    rounds: 0,
    kills: 0,
    callsToo: 0,
    terms: 0,
    dockerKills: 0,
    rests: 0,
    failures: 0,
    kinds: new Map(),
    ways: new Map(),
    checks: { asked: new Map(), undone: 0 },
  }
  let stage: Stage | undefined
  let acts: string[] = []
  let restless = 0
  let serial = 0
  for (let round = 1; round <= rounds && tally.failures < FAILURES_AT_MOST; round += 1) {
    // Each round has its own draws, so a change of one round doesn't change the others.
    const chance = createChance(createSeededRandom(seed * 100_003 + round))
    const isLast = round === rounds || performance.now() > untilMs
    try {
      stage ??= await createStage({ checks: tally.checks })
      const played = await playRound({ stage, chance, daemon, serial: () => (serial += 1) })
      acts.push(`round ${round}: ${played.acts.join('\n    ')}`)
      count(tally, played)
      restless += 1
      if (chance.odds(0.2) || restless >= ROUNDS_TO_REST || isLast) {
        const mend = isLast || chance.odds(0.7)
        acts.push(`rest${mend ? ', all mended' : ''}`)
        await toRest(stage, { mend })
        tally.rests += 1
        restless = 0
        say(`round ${round}: at rest, ${stage.intent.files.size} files, ${acts.length} lines of acts`)
      }
      if (isLast && round < rounds) say(`time is up after round ${round} of ${rounds}`)
      if (isLast) break
    } catch (error) {
      tally.failures += 1
      if (error instanceof RoundError) acts.push(`round ${round}: ${error.acts.join('\n    ')}`)
      say(`\n✗ round ${round} of seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
      say(`  acts so far:\n  ${acts.join('\n  ')}`)
      say(`  replay: node --import tsx test/chaos/main.ts --edits 0 --rounds ${round} --seed ${seed}`)
      if (stage !== undefined) say(`  its folder: ${await keep(stage, { acts, error })}`)
      stage = undefined
      acts = []
      restless = 0
    }
  }
  await stage?.dispose()
  return tally
}

const count = (tally: Tally, { kinds, ways, daemon, killed, callsToo }: Round): void => {
  tally.rounds += 1
  if (killed) tally.kills += 1
  if (callsToo) tally.callsToo += 1
  if (daemon === 'SIGTERM') tally.terms += 1
  if (daemon === 'SIGKILL') tally.dockerKills += 1
  for (const kind of kinds) tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1)
  for (const way of ways) tally.ways.set(way, (tally.ways.get(way) ?? 0) + 1)
}

/** Keeps the files and the log of acts outside the private world. */
const keep = async (
  stage: Stage,
  { acts, error }: { readonly acts: readonly string[]; readonly error: unknown },
): Promise<string> => {
  const story = `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${acts.join('\n')}\n`
  writeFileSync(join(stage.rig.base, 'failure.txt'), story)
  await stage.dispose({ keepFiles: true })
  const kept = join(process.env[KEEP] ?? tmpdir(), basename(stage.rig.base))
  if (kept !== stage.rig.base) renameSync(stage.rig.base, kept)
  return kept
}
