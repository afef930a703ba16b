import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { marked, whoseIs } from '../../../cli/service/mark.ts'
import type { ServicePlan } from '../../../cli/service/plan.ts'
import { plistText } from '../../../cli/service/plist.ts'
import { unitText } from '../../../cli/service/unit.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('service definitions')
const withSystemd = needing(test, 'systemd-analyze')
const withPython = needing(test, 'python3')

/** What a path or flag may hold, and a careless writer would let become syntax. */
const HOSTILE = `/srv/my "bottles"/100% $HOME \${PATH} %h\\; 'x' é <&> --> \\`

const plan = (scope: ServicePlan['scope'], root = HOSTILE): ServicePlan => ({
  name: 'bottled',
  root,
  command: [process.execPath, '/opt/a b/bottled.js', 'run', root, '--notify', 'echo "$1" | cat; true', ';'],
  folders: [root, '/srv/state'],
  env: { PATH: '/usr/bin:/bin', DOCKER_HOST: `unix://${root}` },
  scope,
})

const inFolder = <T>(body: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-unit-'))
  try {
    return body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const analyze = (scope: ServicePlan['scope'], version: number, ...words: readonly string[]): string =>
  inFolder((folder) => {
    const file = join(folder, 'bottled.service')
    writeFileSync(file, marked(unitText(plan(scope), { version }), HOSTILE, 'unit'))
    const [verb = '', ...flags] = words
    const { status, stdout, stderr } = spawnSync(
      'systemd-analyze',
      [verb, ...(scope === 'user' ? ['--user'] : []), ...flags, file],
      { encoding: 'utf8', env: { ...process.env, SYSTEMD_COLORS: '0', XDG_RUNTIME_DIR: folder } },
    )
    assert.is(status, 0, stderr + stdout)
    return verb === 'verify' ? stderr + stdout : stdout
  })

for (const scope of ['system', 'user'] as const) {
  withSystemd(`systemd has nothing to say about a ${scope} unit, whatever stands in its paths and flags`, () => {
    assert.is(analyze(scope, 252, 'verify', '--man=no', '--recursive-errors=no'), '')
  })
}

/** As seen with systemd 252; what is left open is what smolvm and Docker need, see docs/decisions/051. */
for (const [scope, most] of [
  ['system', 5.6],
  ['user', 7.7],
] as const) {
  withSystemd(`the sandbox of a ${scope} unit has an exposure of ${most} at most`, () => {
    const text = analyze(scope, 252, 'security', '--offline=true', '--no-pager')
    const [, level] = /Overall exposure level for \S+: (\d+\.\d)/.exec(text) ?? []
    assert.ok(Number(level) <= most, text.split('\n').at(-2))
  })
}

test('steps of the backoff are only set where systemd knows them', () => {
  assert.match(unitText(plan('user'), { version: 254 }), /^RestartSteps=6$/m)
  assert.not.match(unitText(plan('user'), { version: 253 }), /RestartSteps|RestartMaxDelaySec/)
})

test('a line break in a path or flag is refused, not written', () => {
  for (const text of ['/a\nExecStartPre=/bin/x', '/a\rb', '/a\0b']) {
    assert.throws(() => unitText(plan('user', text), { version: 252 }), /line break/)
    assert.throws(() => plistText(plan('user', text), { log: '/l' }), /line break/)
  }
  const program = { ...plan('user'), command: ['/opt/$x/node'] }
  assert.throws(() => unitText(program, { version: 252 }), /has a \$/)
})

test('each line of a unit is a comment, a section or a setting, and those of paths are single', () => {
  const lines = unitText(plan('system'), { version: 252 }).split('\n')
  assert.ok(lines.every((line) => /^(|#.*|\[\w+\]|[A-Z]\w+=.*)$/.test(line) && !/(^|[^\\])(\\\\)*\\$/.test(line)))
  assert.is(lines.filter((line) => line.startsWith('ExecStart')).length, 1)
})

withPython('a plist is what launchd reads, with every argument as it was', () => {
  const read = `import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))`
  const text = marked(plistText(plan('user'), { log: '/Users/x/a & b.log' }), HOSTILE, 'plist')
  const value = JSON.parse(execFileSync('python3', ['-c', read], { input: text, encoding: 'utf8' })) as Readonly<
    Record<string, unknown>
  >
  assert.equal(value['ProgramArguments'], plan('user').command)
  assert.equal(value['EnvironmentVariables'], plan('user').env)
  assert.equal(value['KeepAlive'], { SuccessfulExit: false })
  assert.equal(
    [value['Label'], value['RunAtLoad'], value['AbandonProcessGroup'], value['Umask'], value['StandardErrorPath']],
    ['dev.bottled.bottled', true, true, 0o77, '/Users/x/a & b.log'],
  )
})

test('the mark tells our text from an edited one and from a foreign one', () => {
  for (const [comment, body] of [
    ['unit', unitText(plan('system'), { version: 252 })],
    ['plist', plistText(plan('user'), { log: '/l' })],
  ] as const) {
    const text = marked(body, HOSTILE, comment)
    assert.equal(whoseIs(text), { kind: 'ours', root: HOSTILE })
    for (const edited of [`${text} `, text.replace('bottled.js', 'other.js'), text.replace('/srv/my', '/srv/me')])
      assert.is(whoseIs(edited).kind, 'edited')
    assert.is(whoseIs(body).kind, 'foreign')
  }
})

test.run()
