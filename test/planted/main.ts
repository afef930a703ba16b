import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FAULTS } from './faults.ts'
import type { Fault } from './faults.ts'

/**
 * `npm run planted [-- PART …]`: plants each fault of the table in a copy of the tree, and plays the test that must fail.
 *
 * Flow: a test file runs without a fault, and must pass → for each of its faults: the change is made, the file runs, the named test must
 *   be among those that fail, the change is taken back.
 * Guarantees: the tree itself is never changed. A fault that goes unseen, or that no longer applies, is a failure; exit 1. One
 *   whose test is skipped here is skipped, and says why.
 * Usage: a PART is part of a fault's sentence or of its file's path.
 */
const ROOT = join(import.meta.dirname, '..', '..')
const LIMIT_MS = 600_000
const COPIED = ['bundle', 'cli', 'controller', 'drivers', 'egress', 'examples', 'reconcilers', 'schemas', 'test']

const parts = process.argv.slice(2)
const faults = FAULTS.filter(
  ({ fault, file }) => parts.length === 0 || parts.some((part) => fault.includes(part) || file.includes(part)),
)
const copy = mkdtempSync(join(tmpdir(), 'bottle-t-planted-'))
process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
for (const end of ['SIGINT', 'SIGTERM'] as const) process.once(end, () => process.exit(1))
for (const entry of COPIED) cpSync(join(ROOT, entry), join(copy, entry), { recursive: true })
for (const file of ['package.json', 'tsconfig.json']) cpSync(join(ROOT, file), join(copy, file))
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))

const play = (file: string): { readonly passed: boolean; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], {
    cwd: copy,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, FORCE_COLOR: '0' },
  })
  return { passed: status === 0, output: `${stdout}${stderr}` }
}

/** How a test file ends without a fault. */
const endings = new Map<string, { readonly failed?: string; readonly skipped?: string }>()
const endWithout = (file: string): { readonly failed?: string; readonly skipped?: string } => {
  const before = endings.get(file)
  if (before !== undefined) return before
  const { passed, output } = play(file)
  const skipped = /^SKIP {2}(.*)$/m.exec(output)?.[1]
  const end = passed ? (skipped === undefined ? {} : { skipped }) : { failed: output }
  endings.set(file, end)
  return end
}

/** Why a fault isn't shown to be noticed; undefined: it is. */
const wrongWith = ({ file, change: [from, to], noticedBy: [test, title] }: Fault): string | undefined => {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    text.replace(from, () => to),
  )
  const { passed, output } = play(test)
  writeFileSync(path, text)
  if (passed) return `goes unseen by ${test}`
  const failed = [...output.matchAll(/FAIL {2}(.*)$/gm)].map(([, each = '']) => each)
  return failed.some((each) => each.includes(title))
    ? undefined
    : `fails another test than "${title}": ${failed.join('; ') || output.slice(-2_000)}`
}

const applies = ({ file, change: [from] }: Fault): boolean =>
  readFileSync(join(copy, file), 'utf8').split(from).length === 2

const counts = { passed: 0, failed: 0, skipped: 0 }
for (const each of faults) {
  const { failed, skipped } = endWithout(each.noticedBy[0])
  if (skipped !== undefined && applies(each)) {
    console.log(`SKIP  ${each.fault} (${skipped})`)
    counts.skipped += 1
    continue
  }
  const wrong = !applies(each)
    ? `no longer applies: ${each.file} doesn't have its text once`
    : failed !== undefined
      ? `${each.noticedBy[0]} fails without a fault:\n${failed}`
      : wrongWith(each)
  console.log(wrong === undefined ? `✓ ${each.fault}` : `✗ ${each.fault}: ${wrong}`)
  counts[wrong === undefined ? 'passed' : 'failed'] += 1
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 || faults.length === 0 ? 1 : 0
