import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import type { BottleEvent } from '../../controller/report/event-log.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { bundleImage } from '../helpers/bundle-image.ts'
import { removeRulesNamed } from '../helpers/firewall-rules.ts'
import { patience } from '../helpers/patience.ts'
import { steadily } from '../helpers/steadily.ts'
import type { Controller, Ended } from './controller-process.ts'
import { REPO, spawnCli } from './controller-process.ts'
import { containersNamed, networksNamed, removeContainer, tearNetwork } from './engine.ts'

/**
 * A root, a HOME and everything made from them; always removed in the end.
 *
 * Flow: files are written as by a person, `bottled` runs as a process, results are read from the files and from
 *   Docker. Guarantees: every name contains a random word, and `dispose` removes all objects with it; waits end by
 *   themselves and report what they saw last.
 */
export interface Rig {
  /** A part of every name that it makes. */
  readonly word: string
  /** Holds root and home. */
  readonly base: string
  readonly root: string
  readonly state: string
  readonly home: string
  readonly image: string
  readonly env: Record<string, string>
  /** A unique name (and identity) of a bottle. */
  slug(short: string): string
  /** Text of a Bottle file. `spec` are lines below `spec:`. */
  bottle(short: string, ...spec: readonly string[]): string
  write(path: string, text: string): void
  read(path: string): string
  edit(path: string, change: (text: string) => string): Promise<void>
  remove(path: string): void
  start(...flags: readonly string[]): Controller
  once(...flags: readonly string[]): Promise<Ended>
  /** The same for another root. */
  onceOn(root: string, ...flags: readonly string[]): Promise<Ended>
  bottled(...args: readonly string[]): Controller
  smolvm(...args: readonly string[]): Promise<string>
  /** smolvm calls so far that may change something. */
  calls(): readonly string[]
  /** All smolvm calls so far. */
  allCalls(): readonly string[]
  setFake(faults: object): void
  machines(): Readonly<
    Record<
      string,
      {
        readonly state: string
        readonly pid: number
        readonly env: [string, string][]
        readonly labels: Record<string, string>
        readonly allowed_cidrs?: readonly string[]
        readonly dns?: string
      }
    >
  >
  diskOf(short: string): string
  /** Processes with this text and a name of this rig in their command line. */
  processes(text: string): readonly number[]
  /** VM processes of this HOME, whether or not smolvm lists them. */
  vmProcesses(): readonly number[]
  /** Holder of the lock; undefined if it is free. */
  lockPid(): number | undefined
  status(short: string, path?: string): BottleStatus | undefined
  record(short: string): BottleRecord | undefined
  /** Every line of the root's event log, as written. */
  events(short?: string): readonly BottleEvent[]
  until<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false, ms?: number): Promise<T>
  ready(short: string, path?: string): Promise<BottleStatus>
  /** `keepFiles`: to investigate a failure. */
  dispose(options?: { readonly keepFiles?: boolean }): Promise<void>
}

const SMOLVM = join(REPO, 'test', 'fixtures', 'smolvm')
const run = promisify(execFile)

/** `through`: words before each `bottled`, of a program that becomes it. */
export const createRig = async ({ through }: { readonly through?: readonly string[] } = {}): Promise<Rig> => {
  const word = randomBytes(4).toString('hex')
  const base = realpathSync(mkdtempSync(join(tmpdir(), `bottle-t-${word}-`)))
  const [root, home] = [join(base, 'root'), join(base, 'home')]
  for (const each of [root, home]) mkdirSync(each)
  const state = join(root, '.bottled')
  const image = await bundleImage()
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_RUNTIME_DIR: join(base, 'runtime'),
    NODE_NO_WARNINGS: '0',
    ...(process.env['DOCKER_HOST'] === undefined ? {} : { DOCKER_HOST: process.env['DOCKER_HOST'] }),
  }
  const started: Controller[] = []
  const slug = (short: string): string => `t-${word}-${short}`
  const stand = join(home, '.local', 'share', 'smolvm-stand-in')
  const readText = (path: string): string => readFileSync(path, 'utf8')
  const lines = (path: string): readonly string[] => {
    try {
      return readText(path)
        .split('\n')
        .filter((line) => line !== '')
    } catch {
      return []
    }
  }

  /** One call per line, as JSON. */
  const allCalls = (): readonly string[] =>
    lines(join(stand, 'calls.log')).map((line) => (JSON.parse(line) as readonly string[]).join(' '))

  const spawnBottled = (args: readonly string[]): Controller => {
    const controller = spawnCli(args, env, through)
    started.push(controller)
    return controller
  }
  const common = ['--bundle-image', image, '--smolvm', SMOLVM, '--log-format', 'text']
  const onceOn = (folder: string, ...flags: readonly string[]): Promise<Ended> =>
    spawnBottled(['run', folder, ...common, '--once', '--timeout', '60s', ...flags]).ended

  const status = (short: string, path = `${short}.yaml`): BottleStatus | undefined => {
    let text: string
    try {
      text = readText(join(root, path))
    } catch {
      return undefined
    }
    for (const document of parseAllDocuments(text)) {
      const value = document.toJS() as { metadata?: { name?: string }; status?: BottleStatus } | null
      if (value?.metadata?.name === slug(short)) return value.status
    }
    return undefined
  }

  const until: Rig['until'] = async (what, look, ms = 15_000) => {
    const end = performance.now() + ms * patience()
    for (;;) {
      const found = await look()
      if (found !== undefined && found !== false) return found
      if (performance.now() > end) {
        const logs = started.map((each) => each.stderr().split('\n').slice(-25).join('\n')).join('\n--\n')
        throw new Error(`${what}: not within ${ms} ms (× ${patience().toFixed(1)})\n${logs}`)
      }
      await sleep(40)
    }
  }

  const write = (path: string, text: string): void => {
    const target = join(root, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }

  const processes = (text: string): readonly number[] =>
    readdirSync('/proc').flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return []
      try {
        const command = readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
        return command.includes(word) && command.includes(text) ? [Number(pid)] : []
      } catch {
        return []
      }
    })
  const killLeftovers = (): void => {
    for (const pid of processes('')) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended meanwhile.
      }
    }
  }
  /** For an interrupted run: like `dispose`, without waiting. */
  const atExit = (): void => {
    killLeftovers()
    const sh = [
      `docker ps -aq --filter name=${word} | xargs -r docker rm -f`,
      `docker network ls -q --filter name=${word} | xargs -r docker network rm`,
      `docker images --format '{{.Repository}}:{{.Tag}}' | grep -F ${word} | xargs -r docker rmi -f`,
    ].join('; ')
    execFileSync('sh', ['-c', sh], { stdio: 'ignore', timeout: 20_000 })
    removeRulesNamed(word)
    rmSync(base, { recursive: true, force: true })
  }
  process.once('exit', atExit)

  return {
    word,
    base,
    root,
    state,
    home,
    image,
    env,
    slug,
    bottle: (short, ...spec) =>
      `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${slug(short)}\nspec:\n  agent: claude\n${spec.map((line) => `  ${line}\n`).join('')}`,
    write,
    read: (path) => steadily(() => readText(join(root, path))),
    edit: async (path, change) => {
      const target = join(root, path)
      // Like an editor.
      writeFileSync(join(base, 'edited'), change(steadily(() => readText(target))))
      await rename(join(base, 'edited'), target)
    },
    remove: (path) => steadily(() => rmSync(join(root, path), { recursive: true })),
    start: (...flags) => spawnBottled(['run', root, ...common, '--undo', '0', ...flags]),
    once: (...flags) => onceOn(root, ...flags),
    onceOn,
    bottled: (...args) => spawnBottled(args),
    smolvm: async (...args) => (await run(SMOLVM, args, { env })).stdout,
    calls: () => allCalls().filter((line) => !/^machine (ls|status|data-dir) /.test(line)),
    allCalls,
    setFake: (faults) => {
      mkdirSync(stand, { recursive: true })
      writeFileSync(join(stand, 'fake.json'), JSON.stringify(faults))
    },
    machines: () => JSON.parse(lines(join(stand, 'machines.json')).join('') || '{}') as ReturnType<Rig['machines']>,
    diskOf: (short) => join(stand, 'disks', `bottle-${slug(short)}`),
    processes,
    vmProcesses: () => processes('_boot-vm'),
    lockPid: () => {
      const text = lines(join(state, 'lock')).join('')
      return text === '' ? undefined : (JSON.parse(text) as { readonly pid: number }).pid
    },
    status,
    record: (short) => {
      const text = lines(join(state, 'bottles', slug(short), 'record.json')).join('')
      return text === '' ? undefined : (JSON.parse(text) as BottleRecord)
    },
    events: (short) =>
      lines(join(state, 'events.jsonl'))
        .map((line) => JSON.parse(line) as BottleEvent)
        .filter(({ object }) => short === undefined || object === `bottle/${slug(short)}`),
    until,
    ready: (short, path) =>
      until(`${short} is Ready`, () => {
        const found = status(short, path)
        return found?.phase === 'Ready' ? found : undefined
      }),
    dispose: async ({ keepFiles = false } = {}) => {
      for (const each of started) await each.kill()
      killLeftovers()
      for (const name of await containersNamed(word)) await removeContainer(name)
      for (const name of await networksNamed(word)) await tearNetwork(name)
      removeRulesNamed(word)
      if (!keepFiles) rmSync(base, { recursive: true, force: true })
      process.removeListener('exit', atExit)
    },
  }
}
