import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import type { BottleStatus } from '../schemas/bottle.ts'
import { dockerWorld, simulatedWorld } from './demo-world.ts'

/**
 * `npm run demo`: the main job on the embedded stand-ins, step by step. Nothing real is created.
 * `npm run demo -- --docker [--bundle-image REF]`: the same on this host's Docker, with agents in containers; all of it is removed.
 */
const { values } = parseArgs({
  options: { docker: { type: 'boolean', default: false }, 'bundle-image': { type: 'string' } },
})
const root = await mkdtemp(join(tmpdir(), 'bottled-demo-'))
const chosen = values.docker ? await dockerWorld(values['bundle-image']) : simulatedWorld(root)
if (typeof chosen === 'string') {
  console.error(chosen)
  await rm(root, { recursive: true })
  process.exit(1)
}
const world = chosen
const [researcher, reviewer] = [world.words('researcher'), world.words('reviewer')]

const bottle = (name: string, more: string): string =>
  `# A bottle for an agent.\napiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\nspec:\n  agent: claude\n${world.spec}${more}`

const tell = (text: string): void => console.log(`\n${world.words(text)}`)
const began = performance.now()
const fileOf = (name: string): string => join(root, `${name}.yaml`)

const statusOf = async (name: string): Promise<BottleStatus | undefined> => {
  const text = await readFile(fileOf(name), 'utf8').catch(() => '')
  return (parse(text) as { status?: BottleStatus } | null)?.status
}

let interrupted = false
// What is real is removed first.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (interrupted = true))

const until = async (what: string, done: () => Promise<boolean>): Promise<void> => {
  for (const begin = performance.now(); performance.now() - begin < world.patienceMs; await sleep(50)) {
    if (interrupted) throw new Error('interrupted')
    if (await done()) return
  }
  throw new Error(`${what} did not happen within ${world.patienceMs / 1000} s`)
}

const ready = (name: string, generation = 1): Promise<void> =>
  until(`${name} becoming Ready`, async () => {
    const status = await statusOf(name)
    return status?.phase === 'Ready' && status.observedGeneration === generation
  })

const own = (script: string): string[] => ['--import', 'tsx', new URL(script, import.meta.url).pathname]

const run = (script: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    console.log(`$ ${script} ${args.slice(0, 3).join(' ')}${args.length > 3 ? ' …' : ''}`)
    const child = spawn(process.execPath, [...own(`./${script}.ts`), '-d', root, ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('close', () => resolve())
  })

const start = (): ChildProcess =>
  spawn(
    process.execPath,
    [
      ...own('./bottled.ts'),
      'run',
      root,
      ...world.flags,
      '--log-format',
      'text',
      '--poll',
      '200ms',
      '--deletion-grace',
      '500ms',
      '--undo',
      '2s',
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )

/** Removes what is left of the bottles, whose files are gone. */
const once = (): Promise<void> =>
  new Promise((resolve) => {
    const args = [...own('./bottled.ts'), 'run', root, ...world.flags, '--once', '--undo', '0', '--timeout', '3m']
    spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).on('close', () =>
      resolve(),
    )
  })

let controller: ChildProcess | undefined
try {
  tell(
    'bottled runs coding agents in sealed microVMs, declared as YAML files in a folder. This demo uses stand-ins: no Docker, no KVM.',
  )
  tell(
    `1. A controller watches an empty folder. We drop two files into it.\n   ${root}/researcher.yaml and reviewer.yaml`,
  )
  controller = start()
  controller.stderr?.on('data', (chunk: Buffer) =>
    process.stdout.write(
      chunk
        .toString()
        .replace(/^/gm, '   │ ')
        .replace(/   │ $/, ''),
    ),
  )
  await writeFile(fileOf(researcher), bottle(researcher, '  git: true\n'))
  await writeFile(fileOf(reviewer), bottle(reviewer, '  env: {LOG_LEVEL: info}\n'))
  await Promise.all([ready(researcher), ready(reviewer)])
  tell('   Each has a network, a hardened bundle with the egress proxy, and a VM that can reach only that bundle:')
  await run('bottlectl', ['get', 'bottles'])
  if (world.tries !== undefined) await run('bottlectl', ['exec', researcher, '--no-stdin', '--', ...world.tries])

  tell('2. We edit a file: LOG_LEVEL becomes debug. The VM restarts, its disk stays.')
  const text = await readFile(fileOf(reviewer), 'utf8')
  await writeFile(fileOf(reviewer), text.replace('LOG_LEVEL: info', 'LOG_LEVEL: debug'))
  await ready(reviewer, 2)

  tell("3. Somebody kills the bundle of researcher and deletes reviewer's VM. Both are repaired.")
  const bundle = (await statusOf(researcher))?.bundle?.restarts ?? 0
  const pid = (await statusOf(reviewer))?.machine?.pid
  await world.killBundle(researcher)
  await world.removeMachine(reviewer)
  await until('the repair', async () => {
    const [one, two] = [await statusOf(researcher), await statusOf(reviewer)]
    return (
      one?.phase === 'Ready' &&
      (one.bundle?.restarts ?? 0) > bundle &&
      two?.phase === 'Ready' &&
      two.machine?.pid !== pid
    )
  })

  tell('4. A bad edit: "supervize". The VM keeps running, and the error names the place.')
  const good = await readFile(fileOf(reviewer), 'utf8')
  await writeFile(fileOf(reviewer), good.replace('spec:\n', 'spec:\n  supervize: true\n'))
  await until(
    'the complaint',
    async () => (await statusOf(reviewer))?.conditions?.find(({ type }) => type === 'Accepted')?.status === 'False',
  )
  await run('bottlectl', ['validate'])
  await writeFile(fileOf(reviewer), (await readFile(fileOf(reviewer), 'utf8')).replace('  supervize: true\n', ''))
  await until('reviewer becoming Ready', async () => (await statusOf(reviewer))?.phase === 'Ready')

  tell(
    '5. We delete both files. For the time to undo (here 2 s, else 10 m) the VMs are only stopped; then disks and records go.',
  )
  await rm(fileOf(researcher))
  await rm(fileOf(reviewer))
  await until('the end of both', world.isEmpty)
  await run('bottlectl', ['get', 'bottles'])
  tell(`Done in ${((performance.now() - began) / 1000).toFixed(0)} s. Next: "Use it" in README.md.`)
} finally {
  const child = controller
  if (child !== undefined && child.exitCode === null) {
    const ended = new Promise((resolve) => child.on('close', resolve))
    child.stderr?.removeAllListeners('data').resume()
    child.kill('SIGTERM')
    await ended
  }
  if (!(await world.isEmpty())) {
    for (const name of [researcher, reviewer]) await rm(fileOf(name), { force: true })
    await once()
  }
  await rm(root, { recursive: true, force: true })
}
