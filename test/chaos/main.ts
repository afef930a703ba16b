import { parseArgs } from 'node:util'
import { buildPackage } from '../build/package.ts'
import { dockerMissing } from '../helpers/docker.ts'
import { cgroupOf, inPrivateWorld, privateWorldMissing, WORLD } from './private-world.ts'
import { containedMissing, playContained } from './contained.ts'
import { createDaemon } from './daemon.ts'
import type { Daemon } from './daemon.ts'
import { playEdits } from './edits.ts'
import { printEdits, printTally } from './report.ts'
import { playRounds } from './rounds.ts'

/**
 * The controller as a process on the real Docker Engine, killed again and again while people edit; and edits against a
 * controller that writes status as fast as it can.
 *
 * Usage: node --import tsx test/chaos/main.ts [--rounds 200] [--edits 10000] [--contained 20] [--seed N] [--minutes M]
 *   A failure prints its replay command: the seed decides acts and moments, real processes their interleaving.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    edits: { type: 'string', default: '10000' },
    contained: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: '30' },
  },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed ?? 1 + Math.floor(Math.random() * 1_000_000))
const world = process.env[WORLD]
const edits = Number(values.edits)
/** A tenth of the rounds, if it isn't said. */
const contained = Number(values.contained ?? Math.floor(rounds / 10))
/** A build pays from here on. */
const MANY_ROUNDS = 5

interface End {
  readonly passed: number
  readonly failed: number
}

process.exit(world === undefined ? await outside() : await inside(world, []))

/** In our own namespaces if possible, otherwise here. */
async function outside(): Promise<number> {
  if (rounds === 0 && contained === 0) return inside(undefined, [])
  const missing = dockerMissing()
  if (missing !== undefined) return inside(undefined, [`chaos: ${rounds} rounds of kill -9 (${missing})`])
  const why = privateWorldMissing()
  if (why !== undefined) return inside(undefined, [`chaos: restarts of the Docker Engine in these rounds (${why})`])
  return inPrivateWorld([...process.execArgv, import.meta.filename, ...process.argv.slice(2), '--seed', String(seed)])
}

async function inside(folder: string | undefined, skipped: readonly string[]): Promise<number> {
  // The rigs remove their objects at exit.
  process.once('SIGTERM', () => process.exit(143))
  process.once('SIGINT', () => process.exit(130))
  for (const line of skipped) console.log(`SKIP  ${line}`)
  const withRounds = rounds + contained > 0 && (folder !== undefined || dockerMissing() === undefined)
  const ends = [...(withRounds ? [await kill(folder)] : []), ...(edits > 0 ? [await edit()] : [])]
  const sum = (pick: (end: End) => number): number => ends.reduce((total, end) => total + pick(end), 0)
  const [passed, failed] = [sum((end) => end.passed), sum((end) => end.failed)]
  console.log(`\n${passed} passed, ${failed} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`)
  return failed === 0 ? 0 : 1
}

async function kill(folder: string | undefined): Promise<End> {
  const begun = performance.now()
  const daemon = folder === undefined ? undefined : createDaemon(folder, cgroupOf(folder))
  await daemon?.start()
  const built = rounds > MANY_ROUNDS ? buildPackage() : undefined
  try {
    const untilMs = begun + Number(values.minutes) * 60_000
    const agents = await killContained(daemon, untilMs)
    const tally = await playRounds({ rounds, seed, daemon, untilMs, say: (line) => console.log(line) })
    printTally(tally, { seed, seconds: (performance.now() - begun) / 1_000, restarts: daemon !== undefined })
    return { passed: agents.passed + tally.rounds - tally.failures, failed: agents.failed + tally.failures }
  } finally {
    built?.remove()
    await daemon?.end('SIGTERM')
  }
}

/** The Engine's end under agents in containers. */
async function killContained(daemon: Daemon | undefined, untilMs: number): Promise<End> {
  if (contained === 0) return { passed: 0, failed: 0 }
  const why = containedMissing(daemon)
  if (daemon === undefined || why !== undefined) {
    console.log(`SKIP  chaos: the Engine's end under agents in containers (${why})`)
    return { passed: 0, failed: 0 }
  }
  const begun = performance.now()
  const end = await playContained({ rounds: contained, seed, daemon, untilMs })
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0)
  console.log(`agents in containers: ${end.rounds} rounds, dockerd ended by SIGKILL in ${end.kills}, ${seconds} s`)
  if (end.failure === undefined) return { passed: end.rounds, failed: 0 }
  console.log(
    `✗ ${end.failure}\n  replay: node --import tsx test/chaos/main.ts --edits 0 --rounds 0 --contained ${contained} --seed ${seed}`,
  )
  return { passed: end.rounds, failed: 1 }
}

async function edit(): Promise<End> {
  const ends = await playEdits(edits, seed)
  const failed = ends.filter(({ lost, wrong }) => lost > 0 || wrong !== undefined).length
  printEdits(ends)
  if (failed > 0)
    console.log(
      `✗ edits were lost, or the end is wrong: see the table\n  replay: node --import tsx test/chaos/main.ts --rounds 0 --edits ${edits} --seed ${seed}`,
    )
  return { passed: ends.length - failed, failed }
}
