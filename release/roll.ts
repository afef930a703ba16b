import { execFileSync, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { bundleImage } from '../test/helpers/bundle-image.ts'
import { removeRulesNamed } from '../test/helpers/firewall-rules.ts'

/**
 * `npm run roll -- COMMIT`: rolls the package of an earlier commit to this one, back, and forth again, under
 * running bottles; by hand, before a release.
 *
 * Flow: both are packed from clones and installed from their tarballs; each run takes over what the one before it left, with
 *   files whose status is gone, so that each status is of its own. Once simulated, once on the Docker Engine with the tests'
 *   stand-in for smolvm.
 * Guarantees: exit 1 where a VM has another process or a bundle another container after any of the runs; only what it made is
 *   removed. Assumptions: what is committed is what is meant; Docker; node_modules fit both commits.
 */
const ROOT = join(import.meta.dirname, '..')
const BOTTLES = 5
const READY_MS = 180_000
const [, , old = ''] = process.argv
const base = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-roll-')))
const word = base.slice(-6).toLowerCase()
/** Who interrupts it waits for its tidying up. */
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
const names = Array.from({ length: BOTTLES }, (_, at) => `roll-${word}-${at}`)

const run = (file: string, args: readonly string[], cwd = ROOT): string =>
  execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()

/** A clone doesn't know the names of our branches. */
const idOf = (commit: string): string => run('git', ['rev-parse', '--verify', `${commit}^{commit}`])

const installed = (commit: string, label: string): string => {
  const [clone, to] = [join(base, `clone-${label}`), join(base, label)]
  run('git', ['clone', '--quiet', '--shared', '--no-checkout', ROOT, clone])
  run('git', ['checkout', '--quiet', '--detach', commit], clone)
  symlinkSync(realpathSync(join(ROOT, 'node_modules')), join(clone, 'node_modules'))
  run('npm', ['run', '--silent', 'package', '--', to], clone)
  const tarball = readdirSync(to).find((name) => name.endsWith('.tgz')) ?? ''
  run('npm', ['install', '--silent', '--global', '--offline', '--prefix', to, join(to, tarball)])
  return join(to, 'bin', 'bottled')
}

interface Seen {
  readonly pid: number
  readonly startedAt: string
  readonly bundle: string
}

/** Without status: one that is there later was written by the controller that runs. */
const writeBottles = (root: string): void => {
  for (const name of names)
    writeFileSync(
      join(root, `${name}.yaml`),
      `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n`,
    )
}

/** Of each bottle, once all are Ready and say all of it. */
const seen = async (root: string): Promise<readonly Seen[]> => {
  for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(200, undefined, { signal: stop.signal })) {
    const found = names.flatMap((name) => {
      const { status } = parse(textOf(join(root, `${name}.yaml`))) as { status?: Status }
      const { phase, startedAt, machine: { pid } = {}, bundle: { id } = {} } = status ?? {}
      if (phase !== 'Ready' || startedAt === undefined || pid === undefined || id === undefined) return []
      return [{ pid, startedAt, bundle: id }]
    })
    if (found.length === names.length) return found
  }
  throw new Error('not all are Ready')
}

/** While a status is written its file is absent for a moment. */
const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '{}'
  }
}

interface Status {
  readonly phase?: string
  readonly startedAt?: string
  readonly machine?: { readonly pid?: number }
  readonly bundle?: { readonly id?: string }
}

const roll = async (title: string, programs: readonly string[], flags: readonly string[]): Promise<boolean> => {
  const root = join(base, title)
  mkdirSync(root)
  const all: (readonly Seen[])[] = []
  for (const program of programs) {
    writeBottles(root)
    const env = { PATH: process.env['PATH'], HOME: join(base, 'home'), XDG_RUNTIME_DIR: join(base, 'runtime') }
    const child = spawn(program, ['run', root, '--log-level', 'warn', ...flags], { env, stdio: 'inherit' })
    const ended = new Promise((resolve) => child.once('close', resolve))
    try {
      all.push(await seen(root))
      // Long enough for a second thought about what was found.
      await sleep(8_000, undefined, { signal: stop.signal })
      all.push(await seen(root))
    } finally {
      child.kill('SIGTERM')
      await ended
    }
    console.log(
      `${title}: ${run(program, ['version']).split('\n')[0]}: VMs ${all
        .at(-1)
        ?.map(({ pid }) => pid)
        .join(' ')}`,
    )
  }
  const isSame = all.every((each) => JSON.stringify(each) === JSON.stringify(all[0]))
  console.log(`${title}: ${isSame ? 'every VM and bundle is the same throughout' : `CHANGED ${JSON.stringify(all)}`}`)
  return isSame
}

const removed = (): void => {
  for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      if (command.includes('_boot-vm') && command.includes(base)) process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It ended meanwhile.
    }
  }
  for (const name of names)
    for (const words of [
      ['rm', '-f', `bottle-${name}-bundle`],
      ['network', 'rm', `bottle-${name}`],
    ])
      try {
        execFileSync('docker', words, { stdio: 'ignore' })
      } catch {
        // It is not there.
      }
  removeRulesNamed(`roll-${word}-`)
  rmSync(base, { recursive: true, force: true })
}

mkdirSync(join(base, 'home'))
let isGood = false
try {
  const [before, now] = [installed(idOf(old), 'before'), installed(idOf('HEAD'), 'now')]
  const programs = [before, now, before, now]
  const simulated = await roll('simulated', programs, ['--simulate'])
  const smolvm = join(ROOT, 'test', 'fixtures', 'smolvm')
  const real = await roll('real', programs, ['--bundle-image', await bundleImage(), '--smolvm', smolvm])
  isGood = simulated && real
} finally {
  removed()
}
process.exit(isGood ? 0 : 1)
