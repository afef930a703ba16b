import { parseArgs } from 'node:util'
import { dockerMissing } from '../helpers/docker.ts'
import { buildOnce } from './build.ts'
import { cgroupOf, inPrivateWorld, privateWorldMissing, WORLD } from './private-world.ts'
import { createDaemon } from './daemon.ts'
import { printTally } from './report.ts'
import { playRounds } from './rounds.ts'

/**
 * The controller as a process on the real Docker Engine, killed again and again while people edit; and edits against a
 * controller that writes status as fast as it can.
 *
 * Usage: node --import tsx test/chaos/main.ts [--rounds 200] [--edits 10000] [--seed N] [--minutes M]
 *   A failure says how to play it again: the seed decides acts and moments, real processes their interleaving.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    edits: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: '30' },
  },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed ?? 1 + Math.floor(Math.random() * 1_000_000))
const world = process.env[WORLD]
const RESTARTS = 'chaos: rounds with restarts of the Docker Engine'
/** A build pays from here on. */
const MANY_ROUNDS = 25

process.once('SIGTERM', () => process.exit(143))
process.once('SIGINT', () => process.exit(130))
process.exitCode = world === undefined ? await outside() : await inside(world)

/** In namespaces of our own where that can be, else here. */
async function outside(): Promise<number> {
  if (rounds > 0) {
    const why = privateWorldMissing()
    if (why === undefined)
      return inPrivateWorld([
        ...process.execArgv,
        import.meta.filename,
        ...process.argv.slice(2),
        '--seed',
        String(seed),
      ])
    const missing = dockerMissing()
    if (missing === undefined) console.log(`SKIP  ${RESTARTS} (${why})`)
    else console.log(`SKIP  chaos: ${rounds} rounds of kill -9 (${missing})`)
  }
  return inside(undefined)
}

async function inside(folder: string | undefined): Promise<number> {
  const begun = performance.now()
  const daemon = folder === undefined ? undefined : createDaemon(folder, cgroupOf(folder))
  await daemon?.start()
  const built = rounds > MANY_ROUNDS ? buildOnce() : undefined
  try {
    const tally = await playRounds({
      rounds,
      seed,
      daemon,
      entry: built?.entry,
      untilMs: begun + Number(values.minutes) * 60_000,
      say: (line) => console.log(line),
    })
    printTally(tally, { seed, seconds: (performance.now() - begun) / 1_000, restarts: daemon !== undefined })
    console.log(`${tally.rounds - tally.failures} passed, ${tally.failures} failed`)
    return tally.failures === 0 ? 0 : 1
  } finally {
    built?.remove()
    await daemon?.end('SIGTERM')
  }
}
