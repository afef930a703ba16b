import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { sendBreak } from '../drivers/simulated/world-file.ts'
import { worldPath } from '../drivers/simulated/simulation.ts'
import type { BottleStatus } from '../schemas/bottle.ts'

/** `npm run demo`: the main job on the embedded stand-ins, step by step. Nothing real is created. */
const bottle = (name: string, more: string): string =>
  `# A bottle for an agent.\napiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\nspec:\n  agent: claude\n${more}`

const tell = (text: string): void => console.log(`\n${text}`)
const began = performance.now()
const root = await mkdtemp(join(tmpdir(), 'bottled-demo-'))
const fileOf = (name: string): string => join(root, `${name}.yaml`)

const statusOf = async (name: string): Promise<BottleStatus | undefined> => {
  const text = await readFile(fileOf(name), 'utf8').catch(() => '')
  return (parse(text) as { status?: BottleStatus } | null)?.status
}

const until = async (what: string, done: () => Promise<boolean>): Promise<void> => {
  for (const begin = performance.now(); performance.now() - begin < 10_000; await sleep(50)) if (await done()) return
  throw new Error(`${what} did not happen within 10 s`)
}

const ready = (name: string, generation = 1): Promise<void> =>
  until(`${name} becoming Ready`, async () => {
    const status = await statusOf(name)
    return status?.phase === 'Ready' && status.observedGeneration === generation
  })

const own = (script: string): string[] => ['--import', 'tsx', new URL(script, import.meta.url).pathname]

const run = (script: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    console.log(`$ ${script} ${args.join(' ')}`)
    const child = spawn(process.execPath, [...own(`./${script}.ts`), ...args, '-d', root], {
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
      '--simulate',
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
  await writeFile(fileOf('researcher'), bottle('researcher', '  git: true\n'))
  await writeFile(fileOf('reviewer'), bottle('reviewer', '  env: {LOG_LEVEL: info}\n'))
  await Promise.all([ready('researcher'), ready('reviewer')])
  tell('   Each has a network, a hardened bundle with the egress proxy, and a VM that can reach only that bundle:')
  await run('bottlectl', ['get', 'bottles'])

  tell('2. We edit a file: LOG_LEVEL becomes debug. The VM restarts, its disk stays.')
  const text = await readFile(fileOf('reviewer'), 'utf8')
  await writeFile(fileOf('reviewer'), text.replace('LOG_LEVEL: info', 'LOG_LEVEL: debug'))
  await ready('reviewer', 2)

  tell("3. Somebody kills the bundle of researcher and deletes reviewer's VM. Both are repaired.")
  const world = worldPath(join(root, '.bottled'))
  const bundle = (await statusOf('researcher'))?.bundle?.restarts ?? 0
  const pid = (await statusOf('reviewer'))?.machine?.pid
  await sendBreak(world, { do: 'killContainer', name: 'bottle-researcher-bundle' })
  await sendBreak(world, { do: 'deleteMachine', name: 'bottle-reviewer' })
  await until('the repair', async () => {
    const [one, two] = [await statusOf('researcher'), await statusOf('reviewer')]
    return (
      one?.phase === 'Ready' &&
      (one.bundle?.restarts ?? 0) > bundle &&
      two?.phase === 'Ready' &&
      two.machine?.pid !== pid
    )
  })

  tell('4. A bad edit: "supervize". The VM keeps running, and the error names the place.')
  const good = await readFile(fileOf('reviewer'), 'utf8')
  await writeFile(fileOf('reviewer'), good.replace('spec:\n', 'spec:\n  supervize: true\n'))
  await until(
    'the complaint',
    async () => (await statusOf('reviewer'))?.conditions?.find(({ type }) => type === 'Accepted')?.status === 'False',
  )
  await run('bottlectl', ['validate'])
  await writeFile(fileOf('reviewer'), (await readFile(fileOf('reviewer'), 'utf8')).replace('  supervize: true\n', ''))
  await until('reviewer becoming Ready', async () => (await statusOf('reviewer'))?.phase === 'Ready')

  tell(
    '5. We delete both files. For the time to undo (here 2 s, else 10 m) the VMs are only stopped; then disks and records go.',
  )
  await rm(fileOf('researcher'))
  await rm(fileOf('reviewer'))
  await until('the end of both', async () => {
    const records = await readFile(world, 'utf8').catch(() => '{}')
    const { networks = {}, containers = {}, machines = {} } = JSON.parse(records) as Record<string, object>
    return Object.keys({ ...networks, ...containers, ...machines }).length === 0
  })
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
  await rm(root, { recursive: true, force: true })
}
