#!/usr/bin/env node
import { randomInt } from 'node:crypto'
import { Command, CommanderError, Help } from 'commander'
import type { Option } from 'commander'
import { ownBundle } from '../reconcilers/derive/own-bundle.ts'
import { harmless } from '../drivers/harmless.ts'
import { BASE_IMAGE } from './bundle/dockerfile.ts'
import { AGENT_NAMES } from './init/agents.ts'
import { addRunOptions } from './run/options.ts'
import { addServiceCommands } from './service/command.ts'
import type { RunOptions } from './run/options.ts'
import { createColours, isColoured, plain } from './print/colour.ts'
import { end } from './session/end-now.ts'
import { reportError } from './print/error.ts'
import { toJson } from './print/json.ts'
import { saidOnce } from './verb/said-once.ts'
import { packageVersion } from './verb/version.ts'

/** As this process was started. */
const itself = (): readonly string[] => [process.execPath, ...process.execArgv, process.argv[1] ?? '']

const isNothing = (value: unknown): boolean => value === false || (Array.isArray(value) && value.length === 0)

const withoutDefault = (option: Option): Option =>
  Object.assign(Object.create(option) as Option, { defaultValue: undefined })

/** The controller's executable. Each verb is loaded when it is used. */
let stopped = false
const program = new Command('bottled')
  .description('Reconciles a folder of Bottle files with Docker and smolvm.')
  .exitOverride()
  .configureOutput({
    writeOut: (text) => process.stdout.write(harmless(text)),
    writeErr: (text) => process.stderr.write(harmless(text)),
    outputError: (text, write) => write(saidOnce(text)),
  })
  .configureHelp({
    showGlobalOptions: true,
    // A switch is off, and a list empty, without a word.
    optionDescription: (option) =>
      new Help().optionDescription(isNothing(option.defaultValue) ? withoutDefault(option) : option),
  })

interface BuildOptions {
  readonly tag: string
  readonly base: string
  readonly dockerHost?: string | undefined
}

const build = async ({ tag, base, dockerHost }: BuildOptions): Promise<void> => {
  const { buildBundle } = await import('./bundle/build.ts')
  const say = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)
  await buildBundle({ tag, base, dockerHost, env: process.env }, { say })
}

interface DoctorOptions {
  readonly output: 'text' | 'json'
  readonly dockerHost?: string
  readonly smolvm: string
  readonly policy?: string
  readonly runtime: 'microvm' | 'container'
  readonly seal: boolean
  readonly fix: boolean
  readonly bundleImage?: string
}

addRunOptions(
  program
    .command('run')
    .description('watch ROOT and reconcile until Ctrl-C or SIGTERM')
    .argument('[root]', 'folder of Bottle files', '.'),
).action(async (root: string, options: RunOptions) => {
  const { run } = await import('./run/run.ts')
  process.exitCode = await run(root, options)
  stopped = true
})

program
  .command('doctor')
  .description('check the requirements of bottled run and suggest fixes')
  .argument('[root]', 'folder of Bottle files', '.')
  .addOption(program.createOption('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'))
  .option('--docker-host <url>', 'unix socket of the Docker Engine')
  .option('--smolvm <path>', 'the smolvm executable', 'smolvm')
  .option('--policy <file>', "the operator's policy")
  .addOption(
    program
      .createOption('--runtime <runtime>', 'of which machines: container needs neither smolvm nor KVM')
      .choices(['microvm', 'container'])
      .default('microvm'),
  )
  .option('--fix', 'first mend what needs no privilege and is yours, and say each command', false)
  .option('--seal', 'boot a guest of our own that tries to reach what it must not, and remove it again', false)
  .option('--bundle-image <ref>', 'with --seal: the image of its bundle (default: that of bottled bundle build)')
  .action(async (root: string, { seal, fix, bundleImage, ...options }: DoctorOptions) => {
    const { doctor } = await import('./commands/setup/doctor.ts')
    const terminal = process.stdout.isTTY === true
    const colours = createColours(() => randomInt(1_000, 10_000))
    process.exitCode = await doctor(
      {
        root,
        ...options,
        ...(fix
          ? { fix: () => build({ tag: ownBundle(packageVersion()), base: BASE_IMAGE, dockerHost: options.dockerHost }) }
          : {}),
        ...(seal ? { seal: { bottled: itself(), bundleImage } } : {}),
      },
      {
        paint: isColoured({ asked: 'auto', env: process.env, terminal }) ? colours.paint : plain,
        write: (text) => void process.stdout.write(colours.reveal(text)),
      },
    )
  })

interface InitOptions {
  readonly agent?: string
  readonly workspace?: string
  readonly name?: string
}

program
  .command('init')
  .description('write a Bottle and the Dockerfile of its image into DIR/NAME; what no flag says is asked')
  .argument('[dir]', 'folder of Bottle files, made if need be', '.')
  .addOption(program.createOption('--agent <agent>', 'who is to work in it').choices(AGENT_NAMES))
  .option('--workspace <folder>', 'what it works on, as a copy (default: a new, empty folder)')
  .option('--name <name>', "the bottle's name (default: that of the agent)")
  .action(async (dir: string, { agent, workspace, name }: InitOptions) => {
    const { init } = await import('./init/init.ts')
    const { askLine } = await import('./session/ask-line.ts')
    const never = new AbortController().signal
    const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true
    await init(
      { dir, agent, workspace, name },
      {
        ask: isTerminal ? (question) => askLine(question, never) : undefined,
        say: (line) => void process.stdout.write(`${harmless(line)}\n`),
        cwd: process.cwd(),
      },
    )
  })

program
  .command('bundle')
  .description('the image of bundles')
  .command('build')
  .description('build the image that bundles run, by Docker and npm')
  .option('--tag <ref>', 'its name', ownBundle(packageVersion()))
  .option('--base <ref>', 'the image it is built on: Node 22.12 or newer', BASE_IMAGE)
  .option('--docker-host <url>', 'unix socket of the Docker Engine')
  .action((options: BuildOptions) => build(options))

addServiceCommands(program, {
  bottled: itself,
  done: (code) => {
    process.exitCode = code
  },
})

program
  .command('kubernetes')
  .description('what a Kubernetes cluster needs')
  .command('manifests')
  .description(
    'print the definition of Bottles, the account of agents, its rights and policies, for kubectl apply -f -',
  )
  .action(async () => {
    const { manifests } = await import('./kubernetes/manifests.ts')
    process.stdout.write(manifests())
  })

program
  .command('version')
  .description('print the version, its commit and its parts')
  .addOption(program.createOption('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'))
  .action(async ({ output }: { readonly output: 'text' | 'json' }) => {
    const { partsOf } = await import('./commands/about/parts.ts')
    const { versionText } = await import('./views/version.ts')
    const parts = partsOf(process.version)
    process.stdout.write(output === 'json' ? toJson(parts) : versionText(parts))
  })

// A reader that goes away isn't our fault: the work goes on, and its exit code says how it ended.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

try {
  await program.parseAsync()
} catch (error) {
  // commander has printed its own message; 2 is usage.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else process.exitCode = reportError(error)
}

// A stopped controller may have timers left, and calls that hang.
if (stopped) await end(Number(process.exitCode ?? 0), 'SIGTERM')
