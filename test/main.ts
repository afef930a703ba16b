import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { buildPackage } from './helpers/build.ts'
import { uvuEnd } from './helpers/uvu-end.ts'

/**
 * Runs test files, each in a process of its own, and closes with `N passed, N failed`. Unless some are chosen they play the
 * package, built for them.
 * Usage: node --import tsx test/main.ts [FILTER …] — a filter is a part of a path. `test/microvm` runs only when named.
 */
const FILE_DEADLINE_MS = 300_000

interface FileResult {
  readonly file: string
  readonly passed: number
  readonly skipped: number
  readonly failed: number
  readonly output: string
  readonly ms: number
}

const filters = process.argv.slice(2)
const root = new URL('..', import.meta.url).pathname
const files = walkTests(join(root, 'test'))
  .map((path) => relative(root, path))
  .filter((file) =>
    filters.length === 0 ? !file.startsWith('test/microvm/') : filters.some((filter) => file.includes(filter)),
  )
  .toSorted((a, b) => Number(b.includes('e2e')) - Number(a.includes('e2e')) || (a < b ? -1 : 1))

// Coverage is of the sources.
const built = filters.length === 0 && process.env['NODE_V8_COVERAGE'] === undefined ? buildPackage() : undefined
const results: FileResult[] = []
const waiting = [...files]
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker))

built?.remove()
const sum = (pick: (result: FileResult) => number): number => results.reduce((total, result) => total + pick(result), 0)
const bad = results.filter(({ failed }) => failed > 0)
for (const { file, output } of bad) console.log(`\n──── ${file}\n${output.trimEnd()}`)
if (bad.length > 0) console.log(`\nFailed: ${bad.map(({ file }) => file).join(', ')}`)
console.log('')
console.log(
  `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed, ${sum(({ skipped }) => skipped)} skipped`,
)
process.exitCode = bad.length > 0 || files.length === 0 ? 1 : 0

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
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: '0' },
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
  // A file that ends badly, or counts no test, has failed even where no single test did.
  const failed = counted === 0 && code !== 0 ? 1 : counted
  return { file, passed, skipped, failed, output, ms: performance.now() - started }
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
