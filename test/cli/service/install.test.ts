import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import * as assert from 'uvu/assert'
import { addRunOptions } from '../../../cli/run/options.ts'
import { serviceFlags, typedFlags } from '../../../cli/service/flags.ts'
import { installService, printService, serviceStatus, uninstallService } from '../../../cli/service/service.ts'
import type { ServiceIo } from '../../../cli/service/tell.ts'
import { supervisorOf } from '../../../cli/service/supervisor.ts'
import type { TypedFlag } from '../../../cli/service/flags.ts'
import { CliError } from '../../../cli/print/cli-error.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottled service')

interface Place {
  readonly root: string
  readonly file: string
  /** What the supervisor was told, a line each. */
  told(): Promise<readonly string[]>
  install(wish?: { root?: string; dryRun?: boolean; flags?: readonly TypedFlag[] }): Promise<string>
  uninstall(): Promise<string>
  status(): Promise<readonly [code: number, text: string]>
}

/** A stand-in for systemctl, which notes its words. */
const inPlace = async (
  body: (place: Place) => Promise<void>,
  { missing }: { readonly missing?: string } = {},
): Promise<void> => {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-service-')))
  try {
    const [root, bin, log] = [join(home, 'my bottles'), join(home, 'bin'), join(home, 'log')]
    await mkdir(root)
    await mkdir(bin)
    await writeFile(
      join(bin, 'systemctl'),
      `#!/bin/sh\necho "$*" >>${log}\ncase "$*" in *show*) echo ActiveState=active; echo StatusText=fine;; esac\n`,
      { mode: 0o755 },
    )
    const env = { HOME: home, PATH: `${bin}:/usr/bin:/bin` }
    const place = { env, uid: 1000, platform: 'linux' as const }
    let text = ''
    const io: ServiceIo = {
      say: (line) => {
        text += `${line}\n`
      },
      setting: { cwd: home, env, uid: 1000, bottled: ['/usr/bin/node', '/opt/bottled.js'] },
      platform: 'linux',
      supervisor: { ...supervisorOf(place, 252), missing: async () => missing },
    }
    const said = async (work: Promise<number>): Promise<readonly [number, string]> => {
      text = ''
      return [await work, text]
    }
    await body({
      root,
      file: join(home, '.config/systemd/user/bottled.service'),
      told: async () => (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n'),
      install: async ({ root: other = root, dryRun = false, flags = [] } = {}) =>
        (await said(installService({ root: other, name: 'bottled', dryRun, flags }, io)))[1],
      uninstall: async () => (await said(uninstallService({ name: 'bottled', dryRun: false }, io)))[1],
      status: () => said(serviceStatus('bottled', io)),
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const refusal = async (work: Promise<unknown>): Promise<CliError> => {
  const error = await work.then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof CliError) return error
  throw error
}

test('an installation is shown, written, enabled and started; a second one changes nothing', () =>
  inPlace(async ({ file, told, install, status, uninstall, root }) => {
    const first = await install({ flags: [{ flag: '--resync', value: '5m' }] })
    const unit = await readFile(file, 'utf8')
    for (const line of unit.trimEnd().split('\n')) assert.ok(first.includes(`+ ${line}\n`), line)
    assert.match(unit, `run "${root}"`)
    assert.match(unit, '--resync 5m')
    assert.equal(await told(), [
      '--user daemon-reload',
      '--user enable bottled.service',
      '--user restart bottled.service',
    ])
    assert.match(first, /loginctl enable-linger/)
    assert.match(await install({ flags: [{ flag: '--resync', value: '5m' }] }), /is as it should be/)
    assert.is((await told()).filter((line) => line.includes('restart')).length, 1)
    const changed = await install({ flags: [{ flag: '--resync', value: '7m' }] })
    assert.match(changed, /^- ExecStart=.*5m$/m)
    assert.match(changed, /^\+ ExecStart=.*7m$/m)
    assert.is((await told()).filter((line) => line.includes('restart')).length, 2)
    assert.equal((await status())[0], 0)
    await uninstall()
    assert.is(await readFile(file, 'utf8').catch(() => 'gone'), 'gone')
    assert.ok((await told()).includes('--user disable --now bottled.service'))
    assert.equal((await status())[0], 3)
  }))

test('a dry run shows the same and does nothing', () =>
  inPlace(async ({ file, told, install }) => {
    assert.match(await install({ dryRun: true }), /^\+ ExecStart=/m)
    assert.is(await readFile(file, 'utf8').catch(() => 'missing'), 'missing')
    assert.equal(await told(), [''])
  }))

test('what a person wrote or edited, and the service of another root, stay as they are', () =>
  inPlace(async ({ root, file, install, uninstall }) => {
    await install()
    const ours = await readFile(file, 'utf8')
    const other = `${root} two`
    await mkdir(other)
    const taken = await refusal(install({ root: other }))
    assert.match(taken.message, 'the service of another root')
    assert.match(taken.hint ?? '', '--name')
    for (const theirs of [`${ours}Nice=5\n`, '[Service]\nExecStart=/bin/true\n']) {
      await writeFile(file, theirs)
      for (const work of [install, uninstall]) assert.match((await refusal(work())).message, /it stays as it is$/)
      assert.is(await readFile(file, 'utf8'), theirs)
    }
    await rm(file)
    await symlink('/dev/null', file)
    assert.match((await refusal(install())).message, 'symbolic link')
  }))

test('where systemd does not run nothing is written, and the error names the next command', () =>
  inPlace(
    async ({ file, install, root }) => {
      const { message, hint } = await refusal(install())
      assert.match(message, /does not run here: nothing was written/)
      assert.match(hint ?? '', `bottled run ${root}`)
      assert.is(await readFile(file, 'utf8').catch(() => 'missing'), 'missing')
    },
    { missing: 'systemd does not run here' },
  ))

const typed = (...argv: readonly string[]): readonly TypedFlag[] => {
  const command = addRunOptions(new Command('run').exitOverride())
  const flags = typedFlags(command, new Set(['--workers']))
  command.parse(argv, { from: 'user' })
  return flags()
}

test('flags are kept as they were typed, with paths made absolute, and those of one run refused', () => {
  const where = { cwd: '/home/x', path: '/nowhere' }
  assert.equal(
    serviceFlags(
      typed('--simulate', '--resync', '5m', '--listen=unix:run/b.sock', '--policy', 'p.yaml', '--workers', '3'),
      where,
    ),
    ['--simulate', '--resync', '5m', '--listen', 'unix:/home/x/run/b.sock', '--policy', '/home/x/p.yaml'],
  )
  assert.equal(serviceFlags(typed('--exclude-subnet', '10.0.0.0/8', '--exclude-subnet', '10.1.0.0/16'), where), [
    '--exclude-subnet',
    '10.0.0.0/8',
    '--exclude-subnet',
    '10.1.0.0/16',
  ])
  assert.equal(serviceFlags(typed('--smolvm', 'bin/absent'), where), ['--smolvm', '/home/x/bin/absent'])
  for (const flag of ['--once', '--accept-daemon', '--allow-mass-delete'])
    assert.throws(() => serviceFlags(typed(flag), where), /is for one run/)
})

test('a smolvm that is not found stays a name; the folders that it needs are mounted before it starts', () =>
  inPlace(async ({ install, root, file }) => {
    await install({ flags: typed('--smolvm', 'absent', '--state-dir', '/srv/100% state') })
    const text = await readFile(file, 'utf8')
    assert.match(text, / --smolvm absent(?: |$)/m)
    assert.match(text, /^Environment=PATH=\/usr\/bin:/m)
    assert.not.match(text, new RegExp(`PATH=[^\n]*${join(root, '..')}`))
    assert.ok(text.includes(`\nRequiresMountsFor="${root}" "/srv/100%% state"\n`), text)
  }))

test('a name or root that can not be is refused', () =>
  inPlace(async ({ install, root }) => {
    assert.is((await refusal(install({ root: join(root, 'missing') }))).exitCode, 3)
    const io = { say: () => {}, setting: { cwd: '/', env: {}, uid: 1, bottled: ['/b'] }, platform: 'linux' as const }
    for (const name of ['../x', 'A', 'x.service', ''])
      assert.is((await refusal(printService({ root, name, flags: [] }, io))).exitCode, 2)
  }))

test.run()
