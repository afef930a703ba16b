import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ownImageMissing } from '../bundle/image/own-image.ts'
import type { Failure } from '../outcome/failures.ts'
import { failuresIn, linesOf } from '../outcome/failures.ts'
import { uvuEnd } from '../outcome/uvu-end.ts'
import type { Lab } from './lab.ts'
import { prepareLab } from './prepare.ts'
import { LabHungError } from './pulse.ts'

/**
 * `npm run test:microvm [PART …]`: builds the package, runs the tests in one virtual host (in another one after a part
 * failed), and ends with the failures and `N passed, N failed`. A part whose virtual host hung or died runs again;
 * that, and every other retry because of the machine, is printed as `RETRIED  …`.
 * The rounds of `kill -9` run in groups of three, each group with its own seed, so that a dead host costs one group:
 * under emulation its kernel panics about once in twenty rounds.
 * BOTTLED_ROUNDS: how many in all; BOTTLED_SEED: the seed of the first group, 1 by default.
 * Exit codes: 0 passed, 1 failed, 2 unknown part, 75 no result: the virtual host hung three times in one part.
 */
const ROOT = join(import.meta.dirname, '..', '..')
const HUNG = 75
const ROUNDS = Number(process.env['BOTTLED_ROUNDS'] ?? 20)
const ROUNDS_IN_A_PART = 3
const TRIES = 3
const SEED = Number(process.env['BOTTLED_SEED'] ?? 1)

interface Part {
  readonly name: string
  readonly env?: Readonly<Record<string, string>>
}

interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly hung: boolean
  readonly failures: readonly Failure[]
}

const rounds = Array.from({ length: Math.ceil(ROUNDS / ROUNDS_IN_A_PART) }, (_, index): Part => {
  const count = Math.min(ROUNDS_IN_A_PART, ROUNDS - index * ROUNDS_IN_A_PART)
  return { name: 'rounds', env: { BOTTLED_SEED: String(SEED + index), BOTTLED_ROUNDS: String(count) } }
})
const wanted = process.argv.slice(2)
const all: readonly Part[] = [
  { name: 'pulse' },
  { name: 'microvm' },
  { name: 'reach' },
  ...rounds,
  { name: 'machines' },
]
const names = new Set(all.map(({ name }) => name))
const unknown = wanted.filter((name) => !names.has(name))
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(', ')}; there are ${[...names].join(', ')}`)
  process.exit(2)
}
const ownMissing = ownImageMissing()
const parts = all.filter(({ name }) => {
  if (wanted.length > 0 && !wanted.includes(name)) return false
  if (name !== 'reach' || ownMissing === undefined) return true
  console.log(`SKIP  lab: reach (${ownMissing})`)
  return false
})

const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' })
if (built.status !== 0) {
  console.log('the package does not build\n0 passed, 1 failed')
  process.exit(1)
}

let passed = 0
let failed = 0
const failures: Failure[] = []
let lab: Lab | undefined
for (const part of parts) {
  const begun = performance.now()
  let outcome = await runPart(part)
  for (let tries = 1; outcome.hung && tries < TRIES; tries++) {
    console.log(`\nRETRIED  ${part.name}, in another virtual host: this one hung or died`)
    outcome = await runPart(part)
  }
  console.log(`== ${part.name}: ${((performance.now() - begun) / 1000).toFixed(1)} s`)
  if (outcome.hung) {
    const what = `lab: ${part.name}: the virtual host hung or died ${TRIES} times, which says nothing about the package`
    close([...failures, { what, replay: replayOf(part) }], failed + 1)
    process.exit(HUNG)
  }
  passed += outcome.passed
  failed += outcome.failed
  failures.push(...outcome.failures)
}
await lab?.stop()
close(failures, failed)
process.exitCode = failed === 0 ? 0 : 1

function close(all: readonly Failure[], count: number): void {
  console.log('')
  for (const line of linesOf(all)) console.log(line)
  console.log(`${passed} passed, ${count} failed`)
}

function replayOf({ name, env = {} }: Part): string {
  const words = Object.entries(env).map(([key, value]) => `${key}=${value}`)
  return [...words, 'npm run test:microvm', name].join(' ')
}

async function runPart(part: Part): Promise<Outcome> {
  const how = { where: `lab: ${part.name}`, replay: replayOf(part) }
  try {
    lab ??= await prepareLab()
  } catch (error) {
    console.error(error)
    const what = `${how.where}: the virtual host could not be prepared: ${String(error).split('\n')[0] ?? ''}`
    return { passed: 0, failed: 1, hung: error instanceof LabHungError, failures: [{ ...how, what }] }
  }
  const { code, output } = await runProcess(part, lab.folder)
  const { passed: good, failed: counted } = uvuEnd(output) ?? { passed: 0, failed: 1 }
  const bad = counted === 0 && (code !== 0 || good === 0) ? 1 : counted
  if (bad > 0) {
    // Its remains must not fail the next part.
    await lab.stop()
    lab = undefined
  }
  const found = bad > 0 ? failuresIn(output, how) : []
  return {
    passed: good,
    failed: bad,
    hung: bad > 0 && output.includes('the virtual host hung or died'),
    failures: bad > 0 && found.length === 0 ? [{ ...how, what: `${how.where} ended with ${code}` }] : found,
  }
}

function runProcess({ name, env }: Part, folder: string): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', `test/microvm/${name}.test.ts`], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, FORCE_COLOR: '0', BOTTLED_LAB_AT: folder },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      process.stdout.write(chunk)
    })
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? 1, output })))
}
