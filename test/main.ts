import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { APART } from './apart.ts'
import { createBuilds } from './build/builds.ts'
import type { Failure } from './outcome/failures.ts'
import { failuresIn, linesOf } from './outcome/failures.ts'
import { uvuEnd } from './outcome/uvu-end.ts'
import { LONGEST } from './longest.ts'

/**
 * Runs test files, each in its own process, and ends with the failures, their replay commands and `N passed, N failed`.
 * All files run compiled, on the package, built for them; chosen files run on the sources, unless `--built`.
 * Usage: node --import tsx test/main.ts [--built] [FILTER …] — a filter is part of a path. What
 *   `test/apart.ts` names runs only if named here. BOTTLED_REPLAY: the command that replays a file, if it isn't `npm test`.
 *   BOTTLED_BUILDS: a folder for what is built, kept for the next run; only `package`, `tree` and `complete` in it are ours.
 */
const FILE_DEADLINE_MS = 300_000
/** Most files spend half of their time waiting for Docker, processes and time itself. */
const AT_ONCE = Math.min(2 * availableParallelism(), 8)

interface FileResult {
  readonly file: string
  readonly passed: number
  readonly skipped: number
  readonly failed: number
  readonly output: string
  readonly ms: number
  readonly failures: readonly Failure[]
}

const filters = process.argv.slice(2).filter((word) => word !== '--built')
const whole = filters.length === 0
// Coverage measures the sources.
const plays = (whole || process.argv.includes('--built')) && process.env['NODE_V8_COVERAGE'] === undefined
const root = new URL('..', import.meta.url).pathname
const files = walkTests(join(root, 'test'))
  .map((path) => relative(root, path))
  .filter((file) =>
    whole ? !APART.some((folder) => file.startsWith(folder)) : filters.some((filter) => file.includes(filter)),
  )
  .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
const moved = LONGEST.filter((file) => !existsSync(join(root, file)))
if (moved.length > 0) throw new Error(`test/longest.ts names ${moved.join(', ')}, which doesn't exist`)

const idle = filters.filter((filter) => !files.some((file) => file.includes(filter)))
if (idle.length > 0) throw new Error(`no path of a test file contains ${idle.join(' or ')}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const tree = plays ? createBuilds() : undefined
const results: FileResult[] = []
const waiting = [...files]
await Promise.all(Array.from({ length: AT_ONCE }, worker))

const sum = (pick: (result: FileResult) => number): number => results.reduce((total, result) => total + pick(result), 0)
const bad = results.filter(({ failed }) => failed > 0)
for (const { file, output } of bad) console.log(`\n──── ${file}\n${output.trimEnd()}`)
console.log('')
for (const line of linesOf(bad.flatMap(({ failures }) => failures))) console.log(line)
console.log(
  `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed, ${sum(({ skipped }) => skipped)} skipped`,
)
process.exitCode = bad.length > 0 || files.length === 0 ? 1 : 0

function rank(file: string): number {
  const at = LONGEST.indexOf(file)
  return at === -1 ? LONGEST.length : at
}

async function worker(): Promise<void> {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const result = await runFile(file)
    results.push(result)
    const counts = `${result.passed} passed${result.failed > 0 ? `, ${result.failed} FAILED` : ''}${result.skipped > 0 ? `, ${result.skipped} skipped` : ''}`
    console.log(`${result.failed > 0 ? '✗' : '✓'} ${file} (${counts}, ${(result.ms / 1000).toFixed(1)} s)`)
    for (const line of result.output.split('\n')) if (line.startsWith('SKIP  ')) console.log(`    ${line}`)
  }
}

async function runFile(file: string): Promise<FileResult> {
  const started = performance.now()
  const words = tree === undefined ? ['--import', 'tsx', file] : [file.replace(/\.ts$/, '.js')]
  const child = spawn(process.execPath, words, {
    cwd: tree ?? root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // The copy has no history.
    env: { ...process.env, FORCE_COLOR: '0', BOTTLED_CHECKOUT: root },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const timer = setTimeout(() => {
    output += `\nFAIL  the file did not end within ${FILE_DEADLINE_MS} ms\n`
    child.kill('SIGKILL')
  }, FILE_DEADLINE_MS)
  const code = await new Promise<number>((resolve) => child.on('close', (exit) => resolve(exit ?? 1)))
  clearTimeout(timer)
  const { passed, failed: counted, skipped } = uvuEnd(output) ?? { passed: 0, failed: 1, skipped: 0 }
  // A file that exits with an error, or counts no test, has failed even if no single test did.
  const failed = counted === 0 && code !== 0 ? 1 : counted
  const how = { where: file, replay: replayOf(file) }
  const found = failed > 0 ? failuresIn(output, how) : []
  const lines = output.trimEnd().split('\n')
  const said = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? ''
  const failures = failed > 0 && found.length === 0 ? [{ ...how, what: `${file} ended with ${code}: ${said}` }] : found
  return { file, passed, skipped, failed, output, ms: performance.now() - started, failures }
}

function replayOf(file: string): string {
  const required = process.env['BOTTLED_REQUIRE'] ?? ''
  const npm = `${required === '' ? '' : `BOTTLED_REQUIRE=${required} `}npm test --${plays ? ' --built' : ''}`
  return `${process.env['BOTTLED_REPLAY'] ?? npm} ${file}`
}

function walkTests(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? walkTests(join(folder, entry.name))
      : entry.name.endsWith('.test.ts')
        ? [join(folder, entry.name)]
        : [],
  )
}
