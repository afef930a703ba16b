import { parseArgs } from 'node:util'
import { linesOf } from '../outcome/failures.ts'
import { runPart } from './part.ts'
import type { Part, PartEnd } from './part.ts'

/**
 * `npm run prove`: the evidence for our first promise, one part after another, and one table.
 *
 * Flow: fuzz, sequences and interleavings have a factor and a time limit; the Engine gets its share of the minutes; the
 *   simulation gets the rest, and cuts pairs and seeds first. The lab's rounds are played only when named:
 *   they need root on Debian 12 and about forty minutes on an otherwise idle machine.
 * Guarantees: each run draws a new seed and prints it; exit 1 if something failed or a part reported no numbers;
 *   the table shows what was cut or skipped.
 * Usage: npm run prove [-- --minutes 60] [--seed N] [--part NAME …]
 *        npm run prove -- --slice                     as in CI: seed 1, and a fixed amount of each part, without a time limit
 *        npm run prove -- --part NAME ARGUMENT …      passes the arguments on to that part
 *        npm run prove -- --scenario NAME --seed N …  replays one run of the simulation
 */
const { values, tokens } = parseArgs({
  options: {
    part: { type: 'string', multiple: true },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string' },
    slice: { type: 'boolean', default: false },
    scenario: { type: 'string' },
  },
  strict: false,
  tokens: true,
})
const minutes = Number(values.minutes)
const began = performance.now()
const seed = String(values.seed ?? (values.slice === true ? 1 : 1 + Math.floor(Math.random() * 2 ** 31)))
const leftMinutes = (): number => Math.max(1, minutes - (performance.now() - began) / 60_000)
const ENGINE_SHARE = 0.45
const LAB = 'lab'
/** Shows whether tests notice; CI plays the tests themselves. */
const PLANTED = 'planted'
/** Limit of each property; there are about ten. */
const PROPERTY_SHARE = 0.03
const FACTOR = 20
/** Amount of each part: the same in each run of CI, on any machine. The time limit only stops a hang. */
const SLICE = {
  factor: 3,
  // Agents in containers cost half a minute a round on a busy machine.
  engine: ['--rounds', '12', '--edits', '2000', '--contained', '0'],
  simulation: ['--stride', '24', '--offset', '0', '--sampled', '--pairs', '2', '--seeds', '1'],
} as const
const SLICE_MINUTES = 20

const fast = (name: string, file: string): (() => Part) => {
  const limitMs = minutes * 60_000 * PROPERTY_SHARE
  const much: Part['env'] =
    values.slice === true
      ? { BOTTLED_FACTOR: String(SLICE.factor) }
      : { BOTTLED_FACTOR: String(FACTOR), BOTTLED_LIMIT_MS: String(limitMs) }
  return () => ({
    name,
    file,
    args: forwarded(),
    env: { ...much, BOTTLED_SEED: seed },
    limitMs: Math.max(limitMs * 10, 20 * 60_000),
  })
}
const program = (name: 'engine' | 'simulation', file: string, share: number): (() => Part) => {
  return () => {
    const ownMinutes = values.slice === true ? SLICE_MINUTES : Math.min(leftMinutes(), minutes * share)
    return {
      name,
      file,
      args: [
        '--minutes',
        ownMinutes.toFixed(1),
        '--seed',
        seed,
        ...(values.slice === true ? SLICE[name] : []),
        ...forwarded(),
      ],
      env: {},
      limitMs: Math.max(ownMinutes * 3, 60) * 60_000,
    }
  }
}

const PARTS: Readonly<Record<string, () => Part>> = {
  'fuzz-splice': fast('fuzz-splice', 'test/fuzz/splice.test.ts'),
  'fuzz-parse': fast('fuzz-parse', 'test/fuzz/parse.test.ts'),
  sequences: fast('sequences', 'test/simulation/properties.test.ts'),
  interleavings: fast('interleavings', 'test/simulation/interleavings.test.ts'),
  [PLANTED]: () => ({
    name: PLANTED,
    file: 'test/planted/main.ts',
    args: forwarded(),
    env: {},
    limitMs: 60 * 60_000,
  }),
  engine: program('engine', 'test/chaos/main.ts', ENGINE_SHARE),
  simulation: program('simulation', 'test/simulation/main.ts', 1),
  [LAB]: () => ({
    name: LAB,
    file: 'test/microvm/main.ts',
    args: ['rounds'],
    env: { BOTTLED_SEED: seed },
    limitMs: 120 * 60_000,
  }),
}

/** Options that belong to the part. */
function forwarded(): readonly string[] {
  const own = new Set(['part', 'minutes', 'seed', 'slice'])
  return tokens.flatMap((token) => {
    if (token.kind === 'positional') return [token.value]
    if (token.kind !== 'option' || own.has(token.name)) return []
    if (token.inlineValue === true) return [`${token.rawName}=${token.value}`]
    return token.value === undefined ? [token.rawName] : [token.rawName, token.value]
  })
}

const asked = (values.part ?? []).map(String)
const names =
  values.scenario !== undefined
    ? ['simulation']
    : asked.length > 0
      ? Object.keys(PARTS).filter((name) => asked.some((each) => name === each || name.startsWith(`${each}-`)))
      : Object.keys(PARTS).filter((name) => name !== LAB && !(values.slice === true && name === PLANTED))
const unknown = asked.filter((each) => !Object.keys(PARTS).some((name) => name === each || name.startsWith(`${each}-`)))
if (unknown.length > 0) {
  console.error(`error: no part ${unknown.join(', ')}\nhint: there are ${Object.keys(PARTS).join(', ')}`)
  process.exit(2)
}
if (names.length > 1 && forwarded().length > 0) {
  console.error(
    `error: ${forwarded().join(' ')} needs exactly one part\nhint: npm run prove -- --part NAME ${forwarded().join(' ')}`,
  )
  process.exit(2)
}

console.log(`seed ${seed}`)
const ends: PartEnd[] = []
for (const name of names) {
  console.log(`──── ${name}`)
  const part = PARTS[name]?.()
  if (part !== undefined) ends.push(await runPart(part))
}
process.exitCode = printSummary()

function printSummary(): number {
  const sum = (pick: (end: PartEnd) => number): number => ends.reduce((total, end) => total + pick(end), 0)
  const line = (name: string, cells: readonly (number | string)[]): void =>
    console.log(`${name.padEnd(15)}${cells.map((cell) => String(cell).padStart(9)).join('')}`)
  console.log('')
  line('part', ['passed', 'failed', 'skipped', 'seconds'])
  for (const end of ends) line(end.name, [end.passed, end.failed, end.skipped, end.seconds.toFixed(0)])
  console.log(`  seed ${seed}`)
  for (const { name, notes } of ends) for (const note of notes) console.log(`  ${name}: ${note}`)
  if (asked.length === 0 && values.scenario === undefined)
    console.log(
      `  ${LAB}: not played: npm run prove -- --part ${LAB}, as root on Debian 12, on an otherwise idle machine`,
    )
  console.log('')
  for (const text of linesOf(ends.flatMap(({ failures }) => failures))) console.log(text)
  console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`)
  return sum(({ failed }) => failed) > 0 || ends.length < names.length || ends.length === 0 ? 1 : 0
}
