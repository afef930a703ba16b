import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * `npm run test:microvm`: builds the package, runs the story in the virtual host, closes with `N passed, N failed`.
 * Exit codes: 0 passed, 1 failed, 75 the virtual host itself hung or died, so that nothing was learnt (run it again).
 */
const ROOT = join(import.meta.dirname, '..', '..')
const HUNG = 75
const FILES = ['test/microvm/pulse.test.ts', 'test/microvm/microvm.test.ts']

const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' })
if (built.status !== 0) {
  console.log('the package does not build\n0 passed, 1 failed')
  process.exit(1)
}

let passed = 0
let failed = 0
for (const file of FILES) {
  const { code, output } = await runFile(file)
  if (code !== 0 && output.includes('the virtual host hung or died')) {
    console.log('The virtual host hung or died; nothing was learnt about the package.')
    process.exit(HUNG)
  }
  const total = last(output, /^\s*Total:\s+(\d+)/gm)
  const good = last(output, /^\s*Passed:\s+(\d+)/gm)
  passed += good
  failed += total - good > 0 ? total - good : code !== 0 || total === 0 ? 1 : 0
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function runFile(file: string): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: '0' },
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

function last(text: string, pattern: RegExp): number {
  return Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0)
}
