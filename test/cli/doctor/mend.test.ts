import { chmod, lstat, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { access } from '../../../cli/doctor/access.ts'
import { bottles } from '../../../cli/doctor/bottles.ts'
import type { Check, Facts, Finding } from '../../../cli/doctor/check.ts'
import { docker } from '../../../cli/doctor/docker.ts'
import { mend } from '../../../cli/doctor/mend.ts'
import { policy } from '../../../cli/doctor/policy.ts'
import { smolvm } from '../../../cli/doctor/smolvm.ts'
import { state } from '../../../cli/doctor/state.ts'
import { doctorText } from '../../../cli/views/doctor.ts'
import { plain } from '../../../cli/print/colour.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('doctor --fix')

interface Scene {
  readonly base: string
  readonly facts: Facts
  readonly said: string[]
  /** How often the bundle image was built. */
  built(): number
  mend(findings: readonly Finding[]): Promise<void>
  find(check: Check): Promise<readonly Finding[]>
  mode(path: string): Promise<string>
}

const scene = async (body: (on: Scene) => Promise<void>): Promise<void> => {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-doctor-')))
  try {
    const root = join(base, 'my root')
    await mkdir(join(root, '.bottled'), { recursive: true })
    const facts: Facts = {
      root,
      stateDir: join(root, '.bottled'),
      dockerHost: `unix://${base}/no.sock`,
      smolvm: join(base, 'no-smolvm'),
      env: { PATH: '/nowhere', XDG_RUNTIME_DIR: base },
      uid: process.getuid?.() ?? 0,
      bundleImage: 'none',
    }
    const said: string[] = []
    let builds = 0
    const build = async (): Promise<void> => {
      builds += 1
    }
    await body({
      base,
      facts,
      said,
      built: () => builds,
      mend: (findings) => mend(findings, facts, { say: (text) => void said.push(text), build }),
      find: (check) => check.run(facts),
      mode: async (path) => ((await lstat(path)).mode & 0o777).toString(8),
    })
  } finally {
    await rm(base, { recursive: true, force: true })
  }
}

test('modes of root and state folder are mended, each said before, and then nothing is left', () =>
  scene(async ({ facts, said, find, mode, ...on }) => {
    await chmod(facts.root, 0o777)
    await chmod(facts.stateDir, 0o755)
    await on.mend([...(await find(access)), ...(await find(state))])
    assert.equal(said, [`$ chmod go-w '${facts.root}'`, `$ chmod 700 '${facts.stateDir}'`])
    assert.equal([await mode(facts.root), await mode(facts.stateDir)], ['755', '700'])
    said.length = 0
    await on.mend([...(await find(access)), ...(await find(state))])
    assert.match(said.join(), /^nothing here can be mended/)
  }))

test('a folder above the root and the runtime folder are named, and left as they are', () =>
  scene(async ({ base, said, find, mode, ...on }) => {
    await chmod(base, 0o777)
    const found = [...(await find(access)), ...(await find(state))]
    assert.ok(found.some(({ level, command }) => level === 'fail' && command === `chmod go-w ${base}`))
    assert.ok(found.some(({ check, command }) => check === 'runtime' && command === `chmod 700 ${base}`))
    await on.mend(found)
    assert.is(await mode(base), '777')
    assert.not.ok(said.some((line) => line.startsWith('$') && line.endsWith(base)))
  }))

test('no link is followed, nothing outside is touched, and what fails is said', () =>
  scene(async ({ base, facts, said, mode, ...on }) => {
    const [link, outside, fine] = [join(facts.root, 'link'), join(base, 'outside'), join(facts.root, 'fine')]
    await writeFile(outside, '', { mode: 0o666 })
    await chmod(outside, 0o666)
    await symlink(outside, link)
    await mkdir(fine)
    await chmod(fine, 0o777)
    await on.mend(
      [link, outside, fine].map((path) => ({
        check: 'x',
        level: 'fail',
        message: 'x',
        command: `chmod go-w ${path}`,
        fix: { kind: 'chmod', path, to: 'closed' },
      })),
    )
    assert.is(await mode(outside), '666')
    assert.is(await mode(fine), '755')
    assert.equal(
      said.map((line) => line.replace(/: E?LOOP.*/, '')),
      [
        `$ chmod go-w ${link}`,
        '  it failed',
        `$ chmod go-w ${outside}`,
        `  it failed: ${outside} is not bottled's`,
        `$ chmod go-w ${fine}`,
      ],
    )
  }))

test('the bundle image is built once', () =>
  scene(async ({ said, built, ...on }) => {
    const missing: Finding = {
      check: 'bundle',
      level: 'warn',
      message: 'x',
      command: 'bottled bundle build',
      fix: { kind: 'bundle' },
    }
    await on.mend([missing, missing])
    assert.equal([said, built()], [['$ bottled bundle build'], 1])
  }))

test('commands that need a privilege or a decision are never run', () =>
  scene(async ({ find, said, ...on }) => {
    const found = [...(await find(docker)), ...(await find(smolvm)), ...(await find(bottles))]
    assert.equal(
      found.map(({ level, command }) => [level, command?.split(' ')[0]]),
      [
        ['fail', 'sudo'],
        ['fail', 'pip'],
        ['warn', 'bottled'],
      ],
    )
    await on.mend(found)
    assert.match(said.join(), /^nothing here can be mended/)
  }))

test('the last line is the next command: the first failure, the image, a first Bottle, then the run', () => {
  const finding = (check: string, level: 'warn' | 'fail'): Finding => ({
    check,
    level,
    message: 'm',
    command: `mend ${check}`,
  })
  const next = (...findings: readonly Finding[]): string =>
    doctorText([{ check: 'node', level: 'ok', message: 'm' }, ...findings], plain, {
      run: 'bottled run x',
      runContainers: 'bottled run --runtime container x',
      ofVms: ['kvm', 'smolvm'],
    })
      .trimEnd()
      .split('\n')
      .at(-1) ?? ''
  const warnings = [finding('kvm', 'warn'), finding('bundle', 'warn'), finding('bottles', 'warn')]
  assert.is(next(...warnings, finding('smolvm', 'fail')), 'Next: mend smolvm')
  assert.is(next(...warnings), 'Next: mend bundle')
  assert.is(next(...warnings.filter(({ check }) => check !== 'bundle')), 'Next: mend bottles')
  assert.is(next(finding('kvm', 'warn')), 'Next: bottled run x')
  const without = [finding('smolvm', 'fail'), { ...finding('kvm', 'fail'), instead: 'container' as const }]
  assert.is(next(...without), 'Next: bottled run --runtime container x', 'where no VM can run')
  assert.is(next(...without, finding('bundle', 'warn')), 'Next: mend bundle')
  const away = { ...finding('docker', 'fail'), instead: 'container' as const }
  assert.is(next(away), 'Next: bottled run --runtime container x', 'where no bridge is on this host')
  assert.is(next(finding('docker', 'fail'), ...without), 'Next: mend docker')
  assert.is(next(finding('smolvm', 'fail'), finding('kvm', 'fail')), 'Next: mend smolvm', 'KVM is there, and closed')
})

test('a policy that is wrong is opened, one that others may write is closed, and a newer state names its bottled', () =>
  scene(async ({ base, facts, find }) => {
    const file = join(base, 'my policy.yaml')
    const command = async (check: Check, found: Partial<Facts> = {}): Promise<string | undefined> =>
      (await find({ ...check, run: (given) => check.run({ ...given, ...found }) })).find(
        ({ level }) => level === 'fail',
      )?.command
    const named = { policy: file }
    const edit = `\${EDITOR:-vi} '${file}'`
    assert.is(await command(policy, named), edit, 'it is missing')
    await writeFile(file, 'kind: BottlePolicy\n', { mode: 0o600 })
    assert.is(await command(policy, named), edit, 'it has a mistake')
    await chmod(file, 0o666)
    assert.is(await command(policy, named), `chmod go-w '${file}'`)
    await writeFile(join(facts.stateDir, 'owner'), JSON.stringify({ version: 99, id: 'x', writtenBy: '9.8.7' }))
    assert.is(await command(state), 'npm install -g bottled@9.8.7')
    await writeFile(join(facts.stateDir, 'owner'), JSON.stringify({ version: 99, id: 'x', writtenBy: '; rm -rf' }))
    assert.is(await command(state), 'npm install -g bottled@latest')
  }))

test.run()
