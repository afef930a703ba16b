import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { APART } from './apart.ts'
import { needing } from './helpers/program.ts'
import { suite } from './helpers/suite.ts'

/** The parts of `.ci/run` (`.ci/steps.sh`), on planted commands in a separate repository. */
const test = suite('.ci/run')
const withGit = needing(test, 'git', 'bash')
const STEPS = new URL('../.ci/steps.sh', import.meta.url).pathname

interface Place {
  readonly head: string
  git(...args: readonly string[]): string
  /** The lines that `begin ONLY`, these parts and `finish` end with. */
  play(parts: string, only?: string): { readonly code: number | null; readonly lines: readonly string[] }
  /** The commit in .git/ci-passed. */
  passed(): string | undefined
  write(name: string, text: string): void
}

const inRepository = (body: (place: Place) => void): void => {
  const home = mkdtempSync(join(tmpdir(), 'bottle-t-ci-'))
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@example.org',
    GIT_COMMITTER_NAME: 't',
    GIT_COMMITTER_EMAIL: 't@example.org',
  }
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', home, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  try {
    git('init', '-q', '-b', 'main')
    git('commit', '-q', '--allow-empty', '-m', 'first')
    const mark = join(home, '.git', 'ci-passed')
    body({
      head: git('rev-parse', 'HEAD'),
      git,
      play: (parts, only = '') => {
        const script = `set -uo pipefail\n. ${STEPS}\nbegin ${only}\n${parts}\nfinish`
        const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: home, env, encoding: 'utf8' })
        assert.is(stderr, '')
        return { code: status, lines: stdout.trimEnd().split('\n') }
      },
      passed: () => (existsSync(mark) ? readFileSync(mark, 'utf8').trim() : undefined),
      write: (name, text) => writeFileSync(join(home, name), text),
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** A program whose output ends like ours. */
const ending = (lines: readonly string[], code: number): string =>
  `bash -c 'printf "%s\\n" "$@"; exit ${code}' x ${lines.map((line) => JSON.stringify(line)).join(' ')}`
const GOOD = `step lint true\ntests test ${ending(['3 passed, 0 failed, 1 skipped'], 0)}`

withGit('a run that passes writes its commit to .git/ci-passed and ends with times and sums', () =>
  inRepository(({ head, play, passed }) => {
    const { code, lines } = play(GOOD)
    assert.is(code, 0)
    assert.is(passed(), head)
    assert.match(
      lines.slice(-4).join('\n'),
      /^part +passed +failed +seconds\n2 short +4 +0 +\d\nall +4 +0 +\d\n4 passed, 0 failed$/,
    )
  }),
)

withGit('a run that fails removes it, and reports what failed with its replay command', () =>
  inRepository(({ play, passed }) => {
    play(GOOD)
    const failing = [
      'noise',
      'FAILED  a.test.ts: one: 1 is 2',
      'FAILED  a.test.ts: two: gone',
      '  replay: npm test -- a.test.ts',
      '5 passed, 2 failed',
    ]
    const { code, lines } = play(
      `step types bash -c 'echo "a.ts(1,2): error TS1: x"; exit 2'\ntests test ${ending(failing, 1)}\ntests hung ${ending(['3 passed, 0 failed'], 124)}\ntests silent bash -c 'echo nothing; exit 9'`,
    )
    assert.is(code, 1)
    assert.is(passed(), undefined)
    const at = lines.findIndex((line) => line.startsWith('FAILED  types'))
    assert.equal(lines.slice(at, at + 9), [
      'FAILED  types: a.ts(1,2): error TS1: x',
      `  replay: bash -c echo "a.ts(1,2): error TS1: x"; exit 2`,
      'FAILED  a.test.ts: one: 1 is 2',
      'FAILED  a.test.ts: two: gone',
      '  replay: npm test -- a.test.ts',
      'FAILED  hung: exit 124: 3 passed, 0 failed',
      `  replay: ${ending(['3 passed, 0 failed'], 124).replaceAll("'", '').replaceAll('"3 passed, 0 failed"', '3 passed, 0 failed')}`,
      'FAILED  silent: exit 9: nothing',
      '  replay: bash -c echo nothing; exit 9',
    ])
    assert.is(lines.at(-1), '8 passed, 5 failed')
  }),
)

withGit('the last forty lines of any failed run hold a failure of each part, the retries, the times and the sum', () =>
  inRepository(({ play }) => {
    const many = (file: string): readonly string[] =>
      Array.from({ length: 30 }, (_, index) => [
        `FAILED  ${file} ${index}`,
        `  replay: npm test -- ${file}${index}`,
      ]).flat()
    const retries = Array.from({ length: 9 }, (_, index) => `RETRIED  guest ${index}`)
    const { lines } = play(
      `tests test ${ending([...many('a'), '1 passed, 30 failed'], 1)}\ntests microvm ${ending([...retries, ...many('b'), '1 passed, 30 failed'], 1)}`,
    )
    const last = lines.slice(-40)
    const at = last.indexOf('FAILED  a 0')
    assert.equal(last.slice(at, at + 4), [
      'FAILED  a 0',
      '  replay: npm test -- a0',
      'FAILED  b 0',
      '  replay: npm test -- b0',
    ])
    assert.equal(last.filter((line) => line.startsWith("retried for the machine's sake: guest")).length, 4)
    const shown = last.filter((line) => line.startsWith('FAILED')).length
    assert.ok(last.includes(`… and ${60 - shown} more, above`), last.join('\n'))
    assert.is(last.filter((line) => line.startsWith('  replay')).length, shown)
    assert.is(last.at(-1), '2 passed, 60 failed')
  }),
)

withGit('many failures with one replay command are three lines, a count and the command', () =>
  inRepository(({ play }) => {
    const many = Array.from({ length: 9 }, (_, index) => `FAILED  a ${index}`)
    const { lines } = play(`tests test ${ending([...many, '  replay: npm test -- a', '1 passed, 9 failed'], 1)}`)
    const at = lines.findIndex((line) => line.startsWith('== test'))
    assert.equal(lines.slice(at + 1, at + 6), [
      'FAILED  a 0',
      'FAILED  a 1',
      'FAILED  a 2',
      '… and 6 more',
      '  replay: npm test -- a',
    ])
  }),
)

withGit('retries because of the machine are named even if all passes', () =>
  inRepository(({ head, play, passed }) => {
    const { lines } = play(
      `tests microvm ${ending(['RETRIED  rounds, in another virtual host: this one hung or died', '2 passed, 0 failed'], 0)}`,
    )
    assert.ok(lines.includes("retried for the machine's sake: rounds, in another virtual host: this one hung or died"))
    assert.is(passed(), head)
  }),
)

withGit('a partial run, a tree that differs from its commit, and a commit made meanwhile are not recorded', () =>
  inRepository(({ git, play, passed, write }) => {
    const part = play(GOOD, 'lint')
    assert.equal([part.code, part.lines.at(-1), passed()], [0, '1 passed, 0 failed', undefined])
    const none = play(GOOD, 'lnt')
    assert.is(none.code, 1)
    assert.ok(none.lines.some((line) => line.startsWith('FAILED  no part is named lnt')))
    play(`${GOOD}\ngit commit -q --allow-empty -m second`)
    assert.is(passed(), undefined)
    write('file', 'not committed')
    const dirty = play(GOOD)
    assert.is(passed(), undefined)
    assert.is(dirty.lines.at(-1), '4 passed, 0 failed')
    assert.match(dirty.lines.at(-2) ?? '', /^not written to \.git\/ci-passed: /)
    git('add', '-A')
    git('commit', '-qm', 'third')
    play(GOOD)
    assert.is(passed(), git('rev-parse', 'HEAD'))
  }),
)

test('what npm test leaves out is played by a command of its own, and that by .ci/run', () => {
  const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
  const parts = read('.ci/run') + read('.ci/microvm')
  for (const folder of APART) {
    const [name] = Object.entries(scripts).find(([, command]) => command.includes(folder)) ?? []
    assert.ok(name !== undefined, `no script of package.json names ${folder}`)
    assert.match(parts, new RegExp(`npm run --silent ${name}\\b`), `.ci/run doesn't run ${name}`)
  }
})

test.run()
