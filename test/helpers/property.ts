import { relative } from 'node:path'
import fc from 'fast-check'
import { Assertion } from 'uvu/assert'

/**
 * fast-check with the settings of `npm run prove`, from the environment: BOTTLED_FACTOR (how many times more runs),
 * BOTTLED_SEED (1: `npm test` is the same each time), BOTTLED_PATH (of one counterexample), BOTTLED_LIMIT_MS (no new run
 * after that).
 *
 * Guarantees: the seed and the number of runs are printed, a time limit never counts as a failure, and is always reported.
 */
const FACTOR = Number(process.env['BOTTLED_FACTOR'] ?? 1)
const LIMIT_MS = process.env['BOTTLED_LIMIT_MS']
const PATH = process.env['BOTTLED_PATH']
const SEED = Number(process.env['BOTTLED_SEED'] ?? 1)

/** The deadline of a test that takes `ms` with factor 1. */
export const deadlineMs = (ms: number): number => ms * Math.max(FACTOR, 1)

export const holds = async <T extends unknown[]>(
  title: string,
  property: fc.IAsyncProperty<T> | fc.IProperty<T>,
  runs: number,
): Promise<number> => {
  const wanted = Math.ceil(runs * FACTOR)
  const result = await fc.check(property as fc.IAsyncProperty<T>, {
    numRuns: wanted,
    seed: SEED,
    ...(LIMIT_MS === undefined ? {} : { interruptAfterTimeLimit: Number(LIMIT_MS) }),
    ...(PATH === undefined ? {} : { path: PATH, endOnFailure: true }),
  })
  if (result.failed) {
    throw new Error(
      `${whatOf(result.errorInstance)}\n${fc.defaultReportMessage(result)}\nreplay: BOTTLED_SEED=${result.seed} BOTTLED_PATH=${result.counterexamplePath} node --import tsx ${relative('', process.argv[1] ?? '').replace(/\.js$/, '.ts')}`,
    )
  }
  console.log(`\nRUNS  ${title}: ${result.numRuns} of ${PATH === undefined ? wanted : result.numRuns}, seed ${SEED}`)
  return result.numRuns
}

/** uvu keeps the diff of both sides beside the message. */
const whatOf = (error: unknown): string => `${String(error)}${error instanceof Assertion ? (error.details ?? '') : ''}`
