import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { loadPolicy } from '../../cli/policy/policy-file.ts'
import { CliError } from '../../cli/print/cli-error.ts'
import { createSecrets } from '../../drivers/disk/secrets.ts'
import { createDocker } from '../../drivers/docker/docker.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { ContainerRequest } from '../../drivers/ports.ts'
import { worldPath } from '../../drivers/simulated/simulation.ts'
import { readWorld } from '../../drivers/simulated/world-file.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { spawnCli } from '../e2e/controller-process.ts'
import type { Ended } from '../e2e/controller-process.ts'
import { dockerMissing } from '../helpers/docker.ts'
import { patience } from '../helpers/patience.ts'
import { attacks } from './attack.ts'

/** What a Bottle file may ask for: `bottled run` itself, on real files, beside stand-ins for Docker and smolvm. */
const attack = attacks('policy')
const LONG = { deadlineMs: 120_000 }

let base = ''
let server: Server | undefined
attack.before(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-attack-policy-')))
  for (const folder of ['home/.ssh', 'home/src/app', 'home/sockets', 'home/bottles'])
    mkdirSync(join(base, folder), { recursive: true })
  writeFileSync(join(base, 'home/.ssh/id'), 'key')
  writeFileSync(join(base, 'home/.netrc'), 'password')
  for (const [link, target] of [
    ['etc', '/etc'],
    ['me', '..'],
    ['keys', '../.ssh'],
    ['self', '/proc/self'],
    ['run', '/var/run'],
    ['later', '/etc/later'],
    ['up', '../src/../../home'],
    ['chain', 'etc/ssl'],
  ] as const)
    symlinkSync(target, join(base, 'home/bottles', link))
  server = createServer().listen(join(base, 'home/sockets/other.sock'))
  await new Promise((resolve) => server?.once('listening', resolve))
  tried = await runOver({ ...named(all), inherited: { secrets: INHERITED } })
})
attack.after(() => {
  server?.close()
  if (base !== '') rmSync(base, { recursive: true, force: true })
})

const bottle = (name: string, spec: object): string =>
  JSON.stringify({
    apiVersion: 'bottled.dev/v1alpha1',
    kind: 'Bottle',
    metadata: { name },
    spec: { agent: 'claude', ...spec },
  })
const policyText = (spec: object): string =>
  JSON.stringify({ apiVersion: 'bottled.dev/v1alpha1', kind: 'BottlePolicy', spec })

const envOf = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: join(base, 'home'),
  DOCKER_HOST: `unix://${join(base, 'home/sockets/docker.sock')}`,
  SSH_AUTH_SOCK: join(base, 'home/agent/agent.1'),
  GITHUB_TOKEN: 'x',
})

/** A policy file that is trusted, in a folder of its own. */
const policyFile = (text: string, mode = 0o600): string => {
  const folder = mkdtempSync(join(base, 'policy-'))
  const file = join(folder, 'policy.json')
  writeFileSync(file, text)
  chmodSync(file, mode)
  return file
}

interface Run {
  readonly ended: Ended
  readonly root: string
  status(name: string): BottleStatus
  /** Names of all that was made. */
  readonly made: readonly string[]
}

/** One run over bottles in `~/bottles`, where the links are. */
const runOver = async (specs: Readonly<Record<string, object>>, flags: readonly string[] = []): Promise<Run> => {
  const root = join(base, 'home/bottles')
  const files = Object.keys(specs).map((name) => join(root, `${name}.json`))
  for (const [name, spec] of Object.entries(specs)) writeFileSync(join(root, `${name}.json`), bottle(name, spec))
  try {
    const argv = ['run', root, '--simulate', '--once', '--timeout', '60s', '--log-format', 'text', ...flags]
    const ended = await spawnCli(argv, envOf()).ended
    const world = await readWorld(worldPath(join(root, '.bottled'))).catch(() => undefined)
    const texts = new Map(Object.keys(specs).map((name) => [name, readFileSync(join(root, `${name}.json`), 'utf8')]))
    return {
      ended,
      root,
      status: (name) => (JSON.parse(texts.get(name) ?? '{}') as { status: BottleStatus }).status,
      made: [
        ...Object.values(world?.networks ?? {}),
        ...Object.values(world?.containers ?? {}),
        ...Object.values(world?.machines ?? {}),
      ].map(({ name }) => name),
    }
  } finally {
    for (const file of files) unlinkSync(file)
    rmSync(join(root, '.bottled'), { recursive: true, force: true })
  }
}

const INHERITED = Object.fromEntries(['constructor', '__proto__'].map((name) => [name, { fromEnv: name }]))

type Case = readonly [object, string]

/** All that is asked for under the built-in policy: one run tries it, and each attack looks at its own. */
const all: Case[] = []
let tried: Run | undefined

/** To be run by `before`: each of these is refused by its rule, at a place, and nothing is made of it. */
const refused = (cases: readonly Case[]): (() => void) => {
  const first = all.length
  all.push(...cases)
  return () => {
    assert.ok(tried !== undefined)
    check(tried, cases, first)
  }
}

const check = (run: Run, cases: readonly Case[], first = 0): void => {
  for (const [index, [spec, rule]] of cases.entries()) {
    const name = `b${first + index}`
    const accepted = run.status(name).conditions?.find(({ type }) => type === 'Accepted')
    const what = `${JSON.stringify(spec)}: ${accepted?.message ?? ''}`
    assert.equal([accepted?.status, accepted?.reason], ['False', 'PolicyViolation'], what)
    assert.match(accepted?.message ?? '', new RegExp(`^${name}\\.json:1:\\d+: .*forbidden by ${rule} `), what)
    assert.equal(
      run.made.filter((each) => new RegExp(`^bottle-${name}(-|$)`).test(each)),
      [],
    )
  }
  assert.is(run.status('honest').phase, 'Ready', 'one beside them is not held up')
}

const named = (cases: readonly Case[]): Readonly<Record<string, object>> => ({
  ...Object.fromEntries(cases.map(([spec], index) => [`b${index}`, spec])),
  honest: {},
})

const mounted = (source: string): object => ({ bundle: { mounts: [{ source, target: '/x', readOnly: false }] } })
const worked = (path: string): object => ({ workspace: { path, mode: 'copy' } })
const SYSTEM = 'paths/system-folder'

attack(
  {
    party: 'author',
    aim: 'reads and writes the host',
    way: 'workspaces, mounts, archives and packs of /, /etc, /proc/1/root, /dev, /boot, /run and /var, also through links, ".." and a link to what is not there yet',
    seen: 'Accepted is False/PolicyViolation with the place and paths/system-folder; nothing is made',
    enforcedBy: 'controller',
  },
  refused([
    [worked('/'), SYSTEM],
    [mounted('/'), SYSTEM],
    [mounted('/etc/cron.d'), SYSTEM],
    [mounted('/proc/1/root/home'), SYSTEM],
    [worked('/dev/fd/0'), SYSTEM],
    [mounted('/boot'), SYSTEM],
    [mounted('/run'), SYSTEM],
    [worked('/var'), SYSTEM],
    [mounted('./etc'), SYSTEM],
    [worked('chain'), SYSTEM],
    [mounted('./later/x'), SYSTEM],
    [mounted('./self/root'), SYSTEM],
    [worked('src/../../../../../../../../etc'), SYSTEM],
    [{ machine: { image: './etc/passwd.tar' } }, SYSTEM],
    [{ machine: { artifact: '/sys/x.smolmachine' } }, SYSTEM],
  ]),
  LONG,
)

/** The bundle is in a group that some systems let write there. */
const asGroup = (source: string): object => ({
  bundle: { user: '1000:101', mounts: [{ source, target: '/x', readOnly: false }] },
})

attack(
  {
    party: 'author',
    aim: 'runs code on the host',
    way: "writable mounts, by a group that may write there, of what the host runs or acts on: users' crontabs, at's jobs, what is below /usr, units in /lib, Docker's own data, logs",
    seen: 'Accepted is False/PolicyViolation with paths/system-folder; nothing is made',
    enforcedBy: 'controller',
  },
  refused([
    [asGroup('/var/spool/cron/crontabs'), SYSTEM],
    [asGroup('/var/spool/cron/atjobs'), SYSTEM],
    [asGroup('/usr/local/share'), SYSTEM],
    [asGroup('/lib/systemd/system'), SYSTEM],
    [asGroup('/usr/lib/systemd/user'), SYSTEM],
    [asGroup('/var/lib/docker/volumes'), SYSTEM],
    [asGroup('/var/lib'), SYSTEM],
    [asGroup('/var/log'), SYSTEM],
  ]),
  LONG,
)

attack(
  {
    party: 'author',
    aim: "takes a user's keys",
    way: 'a home folder, what contains homes, ~/.ssh and ~/.netrc, as mounts, workspaces and files of secrets, of other users, too, and through links',
    seen: 'refused by paths/home-folder or paths/dot-folder; nothing is made',
    enforcedBy: 'controller',
  },
  refused([
    [worked('..'), 'paths/home-folder'],
    [worked('./me'), 'paths/home-folder'],
    [worked('./up'), 'paths/home-folder'],
    [mounted('../..'), 'paths/home-folder'],
    [mounted('/root'), 'paths/home-folder'],
    [mounted('/home'), 'paths/home-folder'],
    [worked('/home/somebody'), 'paths/home-folder'],
    [mounted('../.ssh'), 'paths/dot-folder'],
    [worked('./keys'), 'paths/dot-folder'],
    [{ secrets: { K: { fromFile: './keys/id' } } }, 'paths/dot-folder'],
    [{ secrets: { K: { fromFile: '../.netrc' } } }, 'paths/dot-folder'],
    [{ secrets: { K: { fromFile: '/home/somebody/.aws/credentials' } } }, 'paths/dot-folder'],
  ]),
  LONG,
)

attack(
  {
    party: 'author',
    aim: 'commands Docker',
    way: "mounts its socket: the usual one, through a link, that of DOCKER_HOST, the folder around it; the ssh-agent's; smolvm's folder; a socket of any other program",
    seen: 'refused by paths/socket; nothing is made',
    enforcedBy: 'controller',
  },
  refused([
    [mounted('/var/run/docker.sock'), 'paths/socket'],
    [mounted('./run/docker.sock'), 'paths/socket'],
    [mounted('/run/docker.sock'), 'paths/socket'],
    [mounted('../sockets/docker.sock'), 'paths/socket'],
    [worked('../sockets'), 'paths/socket'],
    [mounted('../sockets/other.sock'), 'paths/socket'],
    [worked('../agent'), 'paths/socket'],
    [mounted('../.cache/smolvm'), 'paths/socket'],
  ]),
  LONG,
)

attack(
  {
    party: 'author',
    aim: 'is root in the bundle',
    way: 'user 0, 00, 0:0, root, root:1000, and names that the image could give uid 0',
    seen: 'refused by bundle/root-user or bundle/user-name; nothing is made',
    enforcedBy: 'controller',
  },
  refused(
    (
      [
        ['0', 'root-user'],
        ['00', 'root-user'],
        ['0:0', 'root-user'],
        ['root', 'root-user'],
        ['root:1000', 'root-user'],
        ['toor', 'user-name'],
        ['nobody', 'user-name'],
        ['0x0', 'user-name'],
      ] as const
    ).map(([user, rule]) => [{ bundle: { user } }, `bundle/${rule}`] as const),
  ),
  LONG,
)

const ROOT_USERS = ['0', '00', '0:0', 'root', 'root:1000', '000:65534'] as const

attack(
  {
    party: 'author',
    aim: 'is root in the bundle',
    way: 'a new bottle with user 0, 00, 0:0, root, root:1000 or 000:65534, and one whose env loses to derived keys, where the policy allows all',
    seen: 'a Warning says so of each, and of no other',
    enforcedBy: 'controller',
  },
  async () => {
    const specs = Object.fromEntries([
      ...ROOT_USERS.map((user, at) => [`r${at}`, { bundle: { user } }] as const),
      ['env', { env: { HTTPS_PROXY: 'http://evil.example', PLAIN: '1' } }],
      ['nobody', { bundle: { user: '65534:0' } }],
    ])
    const { ended } = await runOver(specs, ['--policy', policyFile(policyText({ level: 'privileged' }))])
    const warned = (name: string): readonly string[] =>
      ended.stderr
        .split('\n')
        .filter((line) => line.includes(` bottle/${name} `) && /as root|derived by bottled/.test(line))
    for (const [at, user] of ROOT_USERS.entries())
      assert.match(warned(`r${at}`).join(), `spec.bundle.user ${user} runs`)
    assert.match(warned('env').join(), 'spec.env.HTTPS_PROXY is derived by bottled')
    assert.not.match(warned('env').join(), 'PLAIN')
    assert.equal(warned('nobody'), [])
  },
  LONG,
)

attack(
  {
    party: 'author',
    aim: 'reads the host by secrets',
    way: "fromFile of /etc/shadow, /proc/self/environ (through a link, too) and /dev/stdin; fromEnv of the controller's own settings",
    seen: 'refused by paths/system-folder or secrets/own-setting; nothing is made',
    enforcedBy: 'controller',
  },
  refused([
    [{ secrets: { K: { fromFile: '/etc/shadow' } } }, SYSTEM],
    [{ secrets: { K: { fromFile: '/proc/self/environ' } } }, SYSTEM],
    [{ secrets: { K: { fromFile: './self/environ' } } }, SYSTEM],
    [{ secrets: { K: { fromFile: '/dev/stdin' } } }, SYSTEM],
    ...[
      'DOCKER_HOST',
      'XDG_RUNTIME_DIR',
      'PATH',
      'HOME',
      'NODE_OPTIONS',
      'SSH_AUTH_SOCK',
      'LD_PRELOAD',
      'BOTTLED_DEBUG',
      'https_proxy',
    ].map((fromEnv) => [{ secrets: { K: { fromEnv } } }, 'secrets/own-setting'] as const),
  ]),
  LONG,
)

attack(
  {
    party: 'author',
    aim: 'breaks the controller',
    way: 'fromEnv: constructor, __proto__ and toString, which every object has',
    seen: 'SecretUnavailable, as for any variable that is not set',
    enforcedBy: 'controller',
  },
  async () => {
    const secrets = createSecrets({ owner: 'o', runtimeDir: base, stateDir: base, env: process.env })
    for (const name of ['constructor', '__proto__', 'toString', 'valueOf', 'isPrototypeOf']) {
      const sources = Object.fromEntries([[name, { fromEnv: name }]])
      assert.match((await secrets.missing(sources)) ?? '', /is not set where bottled runs/)
    }
    assert.is(tried?.status('inherited').phase, 'Ready', 'the stand-in for smolvm has every secret')
  },
  LONG,
)

attack(
  {
    party: 'author',
    aim: "takes the host's traffic",
    way: "pins a network that this host reaches over its default route (10.0.5.0/24), another private one, and a home router's",
    seen: 'refused by network/subnet; nothing is made',
    enforcedBy: 'controller',
  },
  refused(
    ['10.0.5.0/24', '172.20.0.0/24', '192.168.1.0/24'].map(
      (subnet) => [{ network: { subnet } }, 'network/subnet'] as const,
    ),
  ),
  LONG,
)

attack(
  {
    party: 'author',
    aim: 'asks for more than a pull request may',
    way: 'under restricted: a path beside the listed ones, a link in them that leads out, a dot-folder under a wildcard, a listed image by its tag, an unlisted variable, a pin, more memory, a pack of unknown size',
    seen: 'refused by the rule of each list; what the lists name is made',
    enforcedBy: 'controller',
  },
  async () => {
    symlinkSync('../../.ssh', join(base, 'home/src/app/out'))
    const digest = `sha256:${'0a'.repeat(32)}`
    const policy = policyFile(
      policyText({
        level: 'restricted',
        paths: ['~/src/**', '~/**/app'],
        secrets: { env: ['GITHUB_*'] },
        images: ['ghcr.io/acme/*'],
        limits: { memory: 8192, cpus: 4, storage: 20, bundleMemory: 256 },
      }),
    )
    const asked: readonly Case[] = [
      [worked('../sockets'), 'paths/socket'],
      [worked('./'), 'paths/not-listed'],
      [worked('../src/app/out'), 'paths/dot-folder'],
      [worked('../src/../.ssh/app'), 'paths/dot-folder'],
      [{ bundle: { image: 'ghcr.io/acme/app:1' } }, 'images/digest'],
      [{ bundle: { image: `ghcr.io.evil.example/acme/app@${digest}` } }, 'images/not-listed'],
      [{ bundle: { image: `ghcr.io/acme/a/b@${digest}` } }, 'images/not-listed'],
      [{ secrets: { K: { fromEnv: 'OTHER' } } }, 'secrets/env-not-listed'],
      [{ secrets: { K: { fromFile: '../src/app/key' } } }, 'secrets/file-not-listed'],
      [{ network: { subnet: '192.168.44.0/24' } }, 'network/not-listed'],
      [{ machine: { memory: 8193 } }, 'limits/memory'],
      [{ machine: { artifact: '../src/app/a.smolmachine', memory: 64 } }, 'limits/cpus'],
      [{ bundle: { resources: { memory: 257 } } }, 'limits/bundle-memory'],
    ]
    // What is asked of a restricted bottle anyway.
    const cases = asked.map(([spec, rule]): Case => [{ egress: {}, ...spec }, rule])
    const run = await runOver(
      {
        ...named(cases),
        honest: { egress: {} },
        fine: {
          egress: {},
          ...worked('../src/app'),
          secrets: { K: { fromEnv: 'GITHUB_TOKEN' } },
          bundle: { image: `ghcr.io/acme/app@${digest}` },
        },
      },
      ['--policy', policy],
    )
    check(run, cases)
    assert.is(run.status('fine').conditions?.find(({ type }) => type === 'Accepted')?.status, 'True', run.ended.stdout)
  },
  LONG,
)

attack(
  {
    party: 'author',
    aim: 'exhausts the host',
    way: 'more bottles than the policy allows, in one file and in several',
    seen: 'as many as are allowed are made, each other one is refused by limits/bottles',
    enforcedBy: 'controller',
  },
  async () => {
    const policy = policyFile(policyText({ limits: { bottles: 2 } }))
    const names = Array.from({ length: 6 }, (_, index) => `b${index}`)
    const run = await runOver(Object.fromEntries(names.map((name) => [name, {}])), ['--policy', policy])
    const phases = names.map((name) => run.status(name).phase)
    assert.equal(phases, ['Ready', 'Ready', 'Invalid', 'Invalid', 'Invalid', 'Invalid'])
    assert.is(run.made.length, 6, 'a network, a bundle and a VM for each of the two')
  },
  LONG,
)

/** A controller that runs on, in a root of its own. */
const living = async (
  work: (place: {
    readonly root: string
    write(name: string, spec: object): void
    status(name: string): BottleStatus | undefined
    until(what: string, met: () => boolean): Promise<void>
    stderr(): string
  }) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> => {
  const root = mkdtempSync(join(base, 'home', 'root-'))
  const controller = spawnCli(
    ['run', root, '--simulate', '--log-format', 'text', '--resync', '200ms', ...flags],
    envOf(),
  )
  const status = (name: string): BottleStatus | undefined => {
    try {
      return (parse(readFileSync(join(root, `${name}.yaml`), 'utf8')) as { status?: BottleStatus }).status
    } catch {
      // It is just being written.
      return undefined
    }
  }
  try {
    await work({
      root,
      write: (name, spec) => writeFileSync(join(root, `${name}.yaml`), bottle(name, spec)),
      status,
      until: async (what, met) => {
        for (const end = Date.now() + 30_000 * patience(); Date.now() < end; await sleep(50)) if (met()) return
        throw new Error(`never: ${what}\n${controller.stderr()}`)
      },
      stderr: controller.stderr,
    })
  } finally {
    await controller.stop()
  }
}

const conditionOf = (status: BottleStatus | undefined, type: string) =>
  status?.conditions?.find((each) => each.type === type)

attack(
  {
    party: 'author',
    aim: 'reads and writes the host',
    way: 'a workspace that is a link, turned to /etc once the bottle was accepted, and a restart',
    seen: 'the VM stays stopped: PolicyViolation; suspending it works all the same',
    enforcedBy: 'controller',
  },
  () =>
    living(async ({ root, write, status, until }) => {
      mkdirSync(join(root, 'good'))
      symlinkSync('good', join(root, 'w'))
      write('web', worked('w'))
      await until('it is ready', () => status('web')?.phase === 'Ready')
      unlinkSync(join(root, 'w'))
      symlinkSync('/etc', join(root, 'w'))
      write('web', { ...worked('w'), suspend: true })
      await until('it is suspended', () => status('web')?.phase === 'Suspended')
      assert.is(conditionOf(status('web'), 'Accepted')?.reason, 'PolicyViolation')
      write('web', worked('w'))
      await until('it is refused', () => status('web')?.phase === 'Stalled')
      const machines = async (): Promise<readonly string[]> =>
        Object.values((await readWorld(worldPath(join(root, '.bottled')))).machines).map(({ state }) => state)
      assert.equal(await machines(), ['stopped'])
      await sleep(1_500)
      assert.equal(await machines(), ['stopped'])
      assert.is(conditionOf(status('web'), 'Ready')?.reason, 'PolicyViolation')
      unlinkSync(join(root, 'w'))
      symlinkSync('good', join(root, 'w'))
      await until('it is ready once the link is back', () => status('web')?.phase === 'Ready')
    }),
  LONG,
)

attack(
  {
    party: 'neighbour',
    aim: 'loosens the policy',
    way: 'a policy file, its folder or a folder above that others can write to, a link, a FIFO, one of another user, one too large',
    seen: 'bottled run does not start, names the place and the command that mends it, and touches nothing',
    enforcedBy: 'controller',
  },
  async () => {
    const text = policyText({ level: 'privileged' })
    const open = policyFile(text, 0o666)
    const inOpenFolder = policyFile(text)
    chmodSync(join(inOpenFolder, '..'), 0o777)
    const inSticky = policyFile(text)
    chmodSync(join(inSticky, '..'), 0o1777)
    const target = policyFile(text)
    const link = join(target, '..', 'link.json')
    symlinkSync(target, link)
    const fifo = join(target, '..', 'fifo')
    execFileSync('mkfifo', ['-m', '600', fifo])
    const large = policyFile(`${text}${' '.repeat(70_000)}`)
    const wrong = policyFile(policyText({ level: 'priviledged' }))
    const cases: [string, RegExp][] = [
      [open, /every user may write .*policy\.json \(mode 0666\)[\s\S]*hint: chmod go-w /],
      [inOpenFolder, /every user may write .*policy-[^/]* \(mode 0777\)/],
      [inSticky, /every user may write .*policy-[^/]* \(mode 1777\)/],
      [link, /is a symbolic link/],
      [fifo, /is not a regular file/],
      [large, /is larger than 65536 bytes/],
      [wrong, /policy\.json:1:\d+: spec\.level must be privileged or baseline or restricted/],
      [join(base, 'none.json'), /doesn't exist/],
    ]
    if (process.getuid?.() === 0) {
      const theirs = policyFile(text)
      execFileSync('chown', ['4321', theirs])
      cases.push([theirs, /belongs to the user with the number 4321/])
    }
    for (const [file, why] of cases) {
      const error: unknown = await loadPolicy({ env: {}, cwd: base, named: file }).catch((each: unknown) => each)
      const hint = error instanceof CliError || isDriverError(error) ? error.hint : undefined
      assert.match(`${String(error)}\nhint: ${hint}`, why)
    }
    const root = mkdtempSync(join(base, 'home', 'root-'))
    writeFileSync(join(root, 'web.yaml'), bottle('web', mounted('/')))
    const ended = await spawnCli(['run', root, '--simulate', '--once', '--policy', fifo], envOf()).ended
    assert.is(ended.code, 1, ended.stderr)
    assert.match(ended.stderr, /^error: cannot trust .* is not a regular file\nhint: /)
    assert.is(readFileSync(join(root, 'web.yaml'), 'utf8'), bottle('web', mounted('/')))
    assert.throws(() => readFileSync(join(root, '.bottled', '.gitignore')))
  },
  LONG,
)

attack(
  {
    party: 'neighbour',
    aim: 'loosens the policy',
    way: 'removes it, breaks it or opens it to others while the controller runs',
    seen: 'a Warning PolicyUnreadable; the policy read last stays in force; a good one counts again at once',
    enforcedBy: 'controller',
  },
  async () => {
    const policy = policyFile(policyText({ level: 'restricted' }))
    await living(
      async ({ write, status, until, stderr }) => {
        await until('it has started', () => /watching/.test(stderr()))
        const { length } = stderr()
        const warned = (what: RegExp) => () => what.test(stderr().slice(length))
        const ask = async (name: string): Promise<void> => {
          write(name, worked('.'))
          await until(`${name} is judged`, () => conditionOf(status(name), 'Accepted') !== undefined)
        }
        writeFileSync(policy, policyText({ level: 'priviledged' }))
        await until('the mistake is reported', warned(/spec\.level must be .*restricted \(.*stays in force/))
        await ask('a')
        writeFileSync(policy, policyText({ level: 'privileged' }))
        chmodSync(policy, 0o666)
        await until('the mode is reported', warned(/every user may write .*stays in force/))
        await ask('b')
        unlinkSync(policy)
        await until('the loss is reported', warned(/(doesn't exist|is gone).*stays in force/))
        await ask('c')
        for (const name of ['a', 'b', 'c'])
          assert.is(conditionOf(status(name), 'Accepted')?.reason, 'PolicyViolation', name)
        writeFileSync(policy, policyText({ level: 'baseline' }), { mode: 0o600 })
        await until('the good one counts', () => status('a')?.phase === 'Ready' && status('c')?.phase === 'Ready')
      },
      ['--policy', policy],
    )
  },
  LONG,
)

const hiddenRoot = {
  party: 'author',
  aim: 'is root in the bundle',
  way: 'an image whose USER is a name that its own /etc/passwd gives uid 0, also behind a mount over that file or a sign that only Docker trims',
  seen: 'Docker is not asked to start it: the message names the user',
  enforcedBy: 'controller',
} as const

const missing = dockerMissing()
if (missing !== undefined) attack.skip(hiddenRoot, missing)
else
  attack(
    hiddenRoot,
    async () => {
      const tag = `bottled-test-hidden-root:${process.pid}`
      const folder = mkdtempSync(join(base, 'image-'))
      for (const each of ['bin', 'etc']) mkdirSync(join(folder, each))
      execFileSync('cp', ['/bin/busybox', join(folder, 'bin')])
      writeFileSync(join(folder, 'etc/passwd'), 'app:x:0:0::/:\nok:x:1000:1000::/:\n\u0085boss:x:0:0::/:\n')
      writeFileSync(join(base, 'passwd'), 'app:x:1000:1000::/:\n')
      const { containers, networks } = createDocker({ host: undefined, env: process.env })
      const name = `bottle-t-hidden-root-${process.pid}`
      const made: string[] = []
      let networkId = ''
      try {
        for (const user of ['app', 'ok']) {
          const tar = execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 64 * 1024 * 1024 })
          execFileSync('docker', ['import', '--change', `USER ${user}`, '-', `${tag}-${user}`], { input: tar })
        }
        const subnet = `10.213.${process.pid % 256}.0/24`
        ;({ id: networkId } = await networks.create({
          name,
          subnet,
          gateway: subnet.replace('0/24', '1'),
          ipRange: subnet.replace('0/24', '128/25'),
          mtu: undefined,
          labels: {},
        }))
        const start = async (image: string, more: Partial<ContainerRequest> = {}): Promise<string> => {
          const { id } = await containers.create({
            name: `${name}-${made.length}`,
            image: `${tag}-${image}`,
            labels: {},
            networkId,
            ip: subnet.replace('0/24', '2'),
            env: {},
            command: ['/bin/busybox', 'sleep', '60'],
            user: undefined,
            mounts: [],
            tmpfs: [],
            readOnlyRoot: true,
            memoryMiB: 64,
            cpus: undefined,
            pids: 16,
            ...more,
          })
          made.push(id)
          try {
            await containers.start(id)
            return 'started'
          } catch (error) {
            assert.ok(isDriverError(error, 'InvalidRequest'), String(error))
            return error.detail
          }
        }
        const mounts = [{ source: join(base, 'passwd'), target: '/etc/passwd', readOnly: true }]
        assert.is(await start('app'), 'its user app is uid 0 in the image')
        assert.match(await start('app', { mounts }), /a mount hides who that is/)
        assert.match(
          await start('app', { mounts: [{ ...mounts[0]!, source: folder, target: '/etc' }] }),
          /a mount hides who that is/,
        )
        assert.is(await start('ok', { user: 'app' }), 'its user app is uid 0 in the image')
        assert.is(await start('ok', { user: 'boss' }), 'its user boss is uid 0 in the image')
        assert.is(await start('app', { user: '1000' }), 'started')
        await containers.remove(made.at(-1) ?? '')
        assert.is(await start('ok'), 'started')
      } finally {
        for (const id of made) await containers.remove(id)
        if (networkId !== '') await networks.remove(networkId)
        for (const user of ['app', 'ok'])
          execFileSync('docker', ['image', 'rm', '-f', `${tag}-${user}`], { stdio: 'ignore' })
      }
    },
    LONG,
  )

attack.run()
