import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { inspectContainer } from '../e2e/engine.ts'
import { entry } from '../helpers/entry.ts'
import { attacks } from './attack.ts'
import { bundleOf, makeFolder, mounts, onEngine, reasonOf, stalled, validate } from '../e2e/tainted-rig.ts'

/** What is bottled's own, and no bottle may have. */
const suite = attacks('tainted own')
const attack = onEngine(suite)

attack(
  {
    party: 'author',
    aim: 'takes the secrets and disks of all bottles, or what the controller runs',
    way: "mounts of our own folders, writable, read-only and copied: the root, the state, the archives, the secrets, smolvm's data, the installation, and what is around them",
    seen: 'each is Stalled/Tainted under the policy privileged, too, and validate says the same with exit 1',
    enforcedBy: 'controller, bottlectl',
  },
  async (rig) => {
    const { home, base, root, state } = rig
    const installation = dirname(dirname(entry('bottled').at(-1) ?? ''))
    for (const folder of [join(home, '.cache/bottled/archives'), join(home, '.local/share/smolvm')])
      mkdirSync(folder, { recursive: true })
    const cases: Readonly<Record<string, string>> = {
      rw1: root,
      rw2: `${root}/sub`,
      rw3: base,
      rw4: `${home}/.local/state/bottled/roots`,
      ro1: state,
      ro2: `${state}/bottles`,
      ro3: `${home}/.cache/bottled/archives`,
      ro4: `${base}/runtime/bottled`,
      ro5: `${home}/.local/share/smolvm`,
      ro6: installation,
      ro7: join(installation, 'cli'),
      ro8: home,
      cp1: `${state}/bottles`,
      cp2: `${home}/.local/share/smolvm`,
      cp3: home,
      fi1: `${home}/.cache/bottled/archives/x.tar`,
    }
    for (const [short, path] of Object.entries(cases)) {
      const spec = short.startsWith('cp')
        ? [`workspace: {path: ${path}, mode: copy}`]
        : short.startsWith('fi')
          ? [`machine: {image: ${path}}`]
          : mounts(`{source: ${path}, target: /x, readOnly: ${String(short.startsWith('ro'))}}`)
      rig.write(`${short}.yaml`, rig.bottle(short, ...spec))
    }
    const policy = join(base, 'policy.yaml')
    writeFileSync(policy, 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: privileged}\n')
    const { code } = await rig.once('--policy', policy)
    assert.is(code, 3)
    const notTainted = Object.keys(cases).filter((short) => reasonOf(rig.status(short)) !== 'Tainted')
    assert.equal(notTainted, [])
    for (const short of Object.keys(cases)) assert.is(await inspectContainer(bundleOf(rig, short)), undefined, short)
    assert.equal(Object.keys(rig.machines()), [])
    const told = validate(rig, '--policy', policy)
    assert.is(told.code, 1)
    for (const short of Object.keys(cases))
      assert.match(told.text, new RegExp(`${short}\\.yaml:(?!1:1:)\\d+:\\d+: spec\\.`), short)
  },
)

attack(
  {
    party: 'author',
    aim: "edits another root's Bottles",
    way: 'a writable mount around another root of the same user, whose state folder has another name',
    seen: 'Stalled/Tainted names the other root',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const other = join(rig.base, 'work', 'bottles')
    mkdirSync(other, { recursive: true })
    assert.is((await rig.onceOn(other, '--state-dir', join(rig.base, 'work-state'))).code, 0)
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${rig.base}/work, target: /x, readOnly: false}`)))
    rig.write('b.yaml', rig.bottle('b', ...mounts(`{source: ${rig.base}/work-state, target: /x}`)))
    await rig.once()
    await stalled(rig, 'a', /contains another root, /)
    await stalled(rig, 'b', /is the state folder of another root, /)
  },
)

attack(
  {
    party: 'agent',
    aim: "runs code on the host by the root's git configuration",
    way: 'the root is a linked worktree of a repository whose .git lies in the mounted workspace',
    seen: 'Stalled/Tainted names the git directory',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const workspace = makeFolder(rig.base, 'repo')
    const git = (...args: readonly string[]): void =>
      void execFileSync('git', ['-C', workspace, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        stdio: 'ignore',
      })
    git('init', '-q')
    git('commit', '-q', '--allow-empty', '-m', 'x')
    git('worktree', 'add', '-q', join(rig.base, 'tree'))
    const root = join(rig.base, 'tree')
    writeFileSync(
      join(root, 'a.yaml'),
      rig.bottle('a', ...mounts(`{source: ${workspace}, target: /x, readOnly: false}`)),
    )
    const { stdout } = await rig.onceOn(root)
    assert.match(stdout, /Tainted/)
    assert.match(stdout, /contains the git directory of the root, .*\/repo\/\.git/)
    assert.is(await inspectContainer(bundleOf(rig, 'a')), undefined)
  },
)

attack(
  {
    party: 'agent',
    aim: "runs programs as the controller's user",
    way: "a folder of the controller's PATH in its workspace, as npx puts it there",
    seen: 'Stalled/Tainted names the folder, also where it does not exist yet',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const workspace = makeFolder(rig.base, 'repo')
    rig.env['PATH'] = `${workspace}/node_modules/.bin:${rig.env['PATH'] ?? ''}`
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${workspace}, target: /x, readOnly: false}`)))
    await rig.once()
    await stalled(rig, 'a', /contains a folder of PATH, .*\/repo\/node_modules\/\.bin/)
  },
)

attack(
  {
    party: 'agent',
    aim: 'edits Bottles',
    way: "a folder that was harmless when it was mounted: the root's git directory comes to lie in it while the bundle runs",
    seen: 'the bundle is stopped, Stalled/Tainted; once it lies elsewhere, it runs again',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const shared = makeFolder(rig.base, 'shared')
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${shared}, target: /out, readOnly: false}`)))
    rig.start('--resync', '1s')
    await rig.ready('a')
    writeFileSync(join(rig.root, '.git'), `gitdir: ${shared}/.git/worktrees/root\n`)
    await stalled(rig, 'a', /contains the git directory of the root, /)
    assert.is((await inspectContainer(bundleOf(rig, 'a')))?.State.Running, false)
    assert.not(rig.vmProcesses().length > 0, 'its VM runs')
    rmSync(join(rig.root, '.git'))
    await rig.ready('a')
  },
)

suite.run()
