import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inspectContainer, killContainer } from '../e2e/engine.ts'
import { attacks } from './attack.ts'
import { bundleOf, makeFolder, messageOf, mounts, mountsIn, onEngine, reasonOf, stalled } from '../e2e/tainted-rig.ts'

/** By which ways an agent or a bundle may reach what is trusted. */
const suite = attacks('tainted reach')
const attack = onEngine(suite)

attack(
  {
    party: 'bundle',
    aim: 'reads files of the host',
    way: 'the second of two links on the way to the fromFile of another bottle lies in a folder that it writes',
    seen: 'Stalled/Tainted names the link, whatever it leads to now; the first link alone is fine',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const shared = makeFolder(rig.base, 'shared')
    writeFileSync(join(rig.base, 'key'), 'v1')
    symlinkSync(join(rig.base, 'key'), join(shared, 'second'))
    symlinkSync(join(shared, 'second'), join(rig.base, 'first'))
    symlinkSync(join(rig.base, 'key'), join(rig.base, 'alone'))
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${shared}, target: /out, readOnly: false}`)))
    rig.write('b.yaml', rig.bottle('b', `secrets: {KEY: {fromFile: ${rig.base}/first}}`))
    rig.write('c.yaml', rig.bottle('c', `secrets: {KEY: {fromFile: ${rig.base}/alone}}`))
    await rig.once()
    await stalled(rig, 'b', /fromFile .*\/first \(.*\/key\) is reached through .*\/shared\/second, which lies in/)
    assert.is(rig.status('c')?.phase, 'Ready', JSON.stringify(rig.status('c')?.conditions))
  },
)

attack(
  {
    party: 'bundle',
    aim: 'has another bundle mount what it wrote',
    way: 'a path with .. behind a link into the folder that it writes, where the kernel would go up from there',
    seen: 'the text is taken: what is judged is what is mounted, whatever the link leads to',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const shared = makeFolder(rig.base, 'shared')
    for (const parts of [
      [shared, 'dir'],
      [shared, 'rules'],
      [rig.base, 'rules'],
    ])
      makeFolder(...parts)
    symlinkSync(join(shared, 'dir'), join(rig.base, 'link'))
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${shared}, target: /out, readOnly: false}`)))
    rig.write('b.yaml', rig.bottle('b', ...mounts(`{source: ${rig.base}/link/../rules, target: /rules}`)))
    await rig.once()
    assert.is(rig.status('b')?.phase, 'Ready', JSON.stringify(rig.status('b')?.conditions))
    const inB = await mountsIn(rig, 'b')
    assert.match(inB, `${rig.base.replace(/^\/tmp/, '')}/rules `)
    assert.not.match(inB, 'shared/rules')
  },
)

attack(
  {
    party: 'agent',
    aim: 'chooses its own image, rules or keys, and with them what runs on the host',
    way: 'image, artifact, rules and fromFile of a bottle lie in the workspace that it mounts',
    seen: 'each is Stalled/Tainted, with both paths; nothing is read, made or started',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const workspace = makeFolder(rig.base, 'ws')
    const cases: Readonly<Record<string, readonly string[]>> = {
      image: [`machine: {image: ${workspace}/a.tar}`],
      artifact: [`machine: {artifact: ${workspace}/a.smolmachine}`],
      rules: mounts(`{source: ${workspace}/rules, target: /rules}`),
      key: [`secrets: {KEY: {fromFile: ${workspace}/key}}`],
    }
    for (const [short, spec] of Object.entries(cases))
      rig.write(`${short}.yaml`, rig.bottle(short, `workspace: {path: ${workspace}, mode: mount}`, ...spec))
    assert.is((await rig.once()).code, 3)
    for (const short of Object.keys(cases)) {
      assert.is(reasonOf(rig.status(short)), 'Tainted', short)
      assert.match(
        messageOf(rig.status(short)),
        new RegExp(`${workspace}/.* lies in spec.workspace.path ${workspace}, `),
        short,
      )
      assert.is(await inspectContainer(bundleOf(rig, short)), undefined, short)
    }
    assert.equal(Object.keys(rig.machines()), [])
  },
)

attack(
  {
    party: 'author',
    aim: 'has an agent edit Bottles',
    way: 'a mounted workspace that contains the root, is it, lies in it, or is a link to one of these',
    seen: 'Stalled/Tainted names the root and the workspace, under the policy privileged, too',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const policy = join(rig.base, 'policy.yaml')
    writeFileSync(policy, 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: privileged}\n')
    mkdirSync(join(rig.root, 'sub'))
    symlinkSync(rig.base, join(rig.root, 'around'))
    for (const [short, path] of Object.entries({ above: rig.base, same: rig.root, below: 'sub', link: 'around' }))
      rig.write(`${short}.yaml`, rig.bottle(short, `workspace: {path: ${path}, mode: mount}`))
    assert.is((await rig.once('--policy', policy)).code, 3)
    await stalled(rig, 'above', new RegExp(`${rig.base} contains the root ${rig.root}`))
    await stalled(rig, 'same', new RegExp(`${rig.root} is the root ${rig.root}`))
    await stalled(rig, 'below', new RegExp(`${rig.root}/sub lies in the root ${rig.root}`))
    await stalled(rig, 'link', new RegExp(`around \\(${rig.base}\\) contains the root ${rig.root}`))
  },
)

attack(
  {
    party: 'bundle',
    aim: "loosens the operator's policy",
    way: 'a writable mount of the folder in which the policy lies, or through which a link leads to it',
    seen: 'Stalled/Tainted names the policy',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const text = 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: baseline}\n'
    for (const name of ['conf', 'real']) mkdirSync(join(rig.base, name))
    writeFileSync(join(rig.base, 'conf', 'policy.yaml'), text)
    symlinkSync(join(rig.base, 'conf'), join(rig.base, 'real', 'way'))
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${rig.base}/conf, target: /x, readOnly: false}`)))
    rig.write('b.yaml', rig.bottle('b', ...mounts(`{source: ${rig.base}/real, target: /x, readOnly: false}`)))
    await rig.once('--policy', join(rig.base, 'real', 'way', 'policy.yaml'))
    await stalled(rig, 'a', /contains the operator's policy .*\/conf\/policy\.yaml/)
    await stalled(rig, 'b', /contains .*\/real\/way, which leads to the operator's policy/)
  },
)

attack(
  {
    party: 'author',
    aim: 'has a bundle write Bottles',
    way: 'a link in the root as the source of a writable mount, turned after the container was made: to the root, then to another folder',
    seen: 'the container does not start with the root, Stalled/Tainted; it is recreated with the other folder, by its canonical path',
    enforcedBy: 'controller, Docker',
  },
  async (rig) => {
    const [first, second] = [makeFolder(rig.base, 'first'), makeFolder(rig.base, 'second')]
    const link = join(rig.root, 'queue')
    const turn = (target: string): void => {
      rmSync(link, { force: true })
      symlinkSync(target, link)
    }
    turn(first)
    rig.write('a.yaml', rig.bottle('a', ...mounts('{source: queue, target: /queue, readOnly: false}')))
    rig.start('--resync', '1s')
    await rig.ready('a')
    const sources = async (): Promise<string> => {
      const { HostConfig } = (await inspectContainer(bundleOf(rig, 'a'))) ?? {}
      return JSON.stringify(HostConfig)
    }
    assert.match(await sources(), new RegExp(`"${first}"`))
    const before = (await inspectContainer(bundleOf(rig, 'a')))?.Id
    turn(rig.root)
    await killContainer(bundleOf(rig, 'a'))
    await stalled(rig, 'a', new RegExp(`${link} \\(${rig.root}\\) is the root ${rig.root}`))
    assert.is(await mountsIn(rig, 'a'), '')
    turn(second)
    await rig.ready('a')
    assert.match(await sources(), new RegExp(`"${second}"`))
    assert.is.not((await inspectContainer(bundleOf(rig, 'a')))?.Id, before)
    assert.match(await mountsIn(rig, 'a'), /\/second \/queue /)
  },
)

suite.run()
