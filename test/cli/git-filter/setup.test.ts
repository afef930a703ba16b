import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Setup } from '../../../cli/git-filter/setup.ts'
import { runExecutable } from '../../helpers/client.ts'
import type { Answer } from '../../helpers/client.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('git-filter setup')
const withGit = needing(test, 'git')
/** Each call of the client is a process. */
const DEADLINE = { deadlineMs: 90_000 }
const LINES = '*.yaml filter=bottled\n*.yml filter=bottled\n*.json filter=bottled\n'

interface Place {
  readonly root: string
  readonly config: string
  readonly globalConfig: string
  git(...args: readonly string[]): string
  filter(...args: readonly string[]): Promise<Answer>
  setup(): Promise<Setup>
}

const inPlace = async (body: (place: Place) => Promise<void>): Promise<void> => {
  const home = mkdtempSync(join(tmpdir(), 'bottle-t-setup-'))
  const root = join(home, 'root')
  const env = { HOME: home, GIT_CONFIG_SYSTEM: '/dev/null', XDG_CONFIG_HOME: join(home, 'none') }
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    })
  const filter = (...args: readonly string[]): Promise<Answer> =>
    runExecutable(['-d', root, 'git-filter', ...args], { env })
  try {
    mkdirSync(root)
    git('init', '-q', '-b', 'main')
    await body({
      root,
      config: join(root, '.git', 'config'),
      globalConfig: join(home, '.gitconfig'),
      git,
      filter,
      setup: async () => JSON.parse((await filter('status', '-o', 'json')).out) as Setup,
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

withGit(
  'install reports its settings, is idempotent and stages nothing; uninstall leaves no trace',
  () =>
    inPlace(async ({ root, config, git, filter }) => {
      const before = readFileSync(config, 'utf8')
      const bare = await filter('status')
      assert.is(bare.exitCode, 1)
      assert.match(bare.out, /^installed: no\nfilter: not set in this clone, nor for this user\n/)
      assert.match(bare.out, /^attributes: none for \*\.yaml, \*\.yml, \*\.json/m)
      writeFileSync(join(root, '.gitattributes'), '*.png binary')
      writeFileSync(join(root, 'a.yaml'), 'a: 1\n')
      git('add', '-A')
      git('commit', '-qm', 'base')
      writeFileSync(join(root, 'a.yaml'), 'a: 22\n')

      assert.is((await filter('install')).exitCode, 0)
      const once = [readFileSync(config, 'utf8'), readFileSync(join(root, '.gitattributes'), 'utf8')]
      assert.is(once[1], `*.png binary\n${LINES}`)
      assert.is((await filter('install')).exitCode, 0)
      assert.equal([readFileSync(config, 'utf8'), readFileSync(join(root, '.gitattributes'), 'utf8')], once)
      assert.is(git('diff', '--cached', '--name-only'), '', 'an edit is not staged')
      assert.is(git('diff', '--name-only'), '.gitattributes\na.yaml\n')
      const set = await filter('status')
      assert.is(set.exitCode, 0)
      assert.match(
        set.out,
        /^installed: yes\nfilter: local: .*\nruns: yes\nprocess: yes\nrequired: yes\nattributes: yes\n$/,
      )

      assert.is((await filter('uninstall')).exitCode, 0)
      assert.is(readFileSync(join(root, '.gitattributes'), 'utf8'), '*.png binary\n')
      assert.is(readFileSync(config, 'utf8'), before)
    }),
  DEADLINE,
)

withGit(
  '--global applies to every clone of the user; status shows the scope and the missing parts',
  () =>
    inPlace(async ({ root, config, globalConfig, filter, setup }) => {
      const before = readFileSync(config, 'utf8')
      assert.is((await filter('install', '--global')).exitCode, 0)
      assert.is(readFileSync(config, 'utf8'), before)
      assert.equal([(await setup()).installed, (await setup()).scope], [true, 'global'])
      writeFileSync(join(root, '.gitattributes'), '*.yaml filter=bottled\n')
      const half = await setup()
      assert.equal([half.installed, half.attributes], [false, { yaml: true, yml: false, json: false }])
      writeFileSync(join(root, '.gitattributes'), LINES)
      writeFileSync(globalConfig, readFileSync(globalConfig, 'utf8').replaceAll(/bottlectl\.[jt]s/g, 'moved.js'))
      assert.equal([(await setup()).installed, (await setup()).runs], [false, false])
      assert.is((await filter('uninstall', '--global')).exitCode, 0)
      assert.not.ok(existsSync(join(root, '.gitattributes')))
      assert.not.match(readFileSync(globalConfig, 'utf8'), /bottled/)
    }),
  DEADLINE,
)

withGit(
  'outside a repository install says so',
  () =>
    inPlace(async ({ root, filter }) => {
      rmSync(join(root, '.git'), { recursive: true })
      const { exitCode, err } = await filter('install')
      assert.is(exitCode, 1)
      assert.match(err, /hint: is .* in a git repository\?/)
      assert.not.ok(existsSync(join(root, '.gitattributes')))
      const global = await filter('install', '--global')
      assert.is(global.exitCode, 0)
      assert.match(global.err, /^note: .* is not in a git repository yet/)
    }),
  DEADLINE,
)

test.run()
