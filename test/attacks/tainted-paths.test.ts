import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { createDocker } from '../../drivers/docker/docker.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { createPaths } from '../../drivers/host/paths.ts'
import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import { bundleRequest } from '../../reconcilers/bundle/request.ts'
import { createBundle } from '../../reconcilers/bundle/steps.ts'
import { createTaint } from '../../reconcilers/taint/taint.ts'
import { aSituation, createCalls } from '../parts/plans.ts'
import { freeSubnet, inspectContainer, killContainer } from '../e2e/engine.ts'
import { attacks } from './attack.ts'
import { bundleOf, makeFolder, mounts, mountsIn, notAsRoot, onEngine, settled, stalled } from '../e2e/tainted-rig.ts'

/** Folders that an agent or a bundle may write, and what is trusted below or through them. */
const suite = attacks('tainted paths')
const attack = onEngine(suite)

attack(
  {
    party: 'agent',
    aim: 'edits Bottles, and so mounts anything',
    way: 'a writable bundle mount below its mounted workspace, swapped for a link to the root before the bundle starts again',
    seen: 'the bundle is never started with the root: Stalled/Tainted names both paths',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const workspace = makeFolder(rig.base, 'ws')
    const queue = makeFolder(workspace, 'queue')
    rig.write(
      'a.yaml',
      rig.bottle(
        'a',
        `workspace: {path: ${workspace}, mode: mount}`,
        ...mounts(`{source: ${queue}, target: /queue, readOnly: false}`),
      ),
    )
    rig.start('--resync', '1s')
    await rig.until('it was judged', async () => {
      return (
        (await inspectContainer(bundleOf(rig, 'a')))?.State.Running === true || rig.status('a')?.phase === 'Stalled'
      )
    })
    renameSync(queue, `${queue}.aside`)
    symlinkSync(rig.root, queue)
    await killContainer(bundleOf(rig, 'a')).catch(() => undefined)
    await stalled(rig, 'a', new RegExp(`mounts\\[0\\].source ${queue} \\(${rig.root}\\) is the root ${rig.root}`))
    assert.is(await inspectContainer(bundleOf(rig, 'a')), undefined)
  },
)

attack(
  {
    party: 'bundle',
    aim: 'rewrites the rules that another bundle trusts, or has it mount the root',
    way: "another bottle's read-only mount in the folder that it may write, swapped for a link to the root",
    seen: 'the other bundle is not started; the one that writes goes on',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const shared = makeFolder(rig.base, 'shared')
    makeFolder(shared, 'rules')
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${shared}, target: /out, readOnly: false}`)))
    rig.write('b.yaml', rig.bottle('b', ...mounts(`{source: ${shared}/rules, target: /rules}`)))
    rig.start('--resync', '1s')
    await rig.ready('a')
    await settled(rig, 'b')
    const swap = `$b mv /out/rules /out/aside && $b ln -s ${rig.root} /out/rules`
    const shell = ['exec', bundleOf(rig, 'a'), '/bin/busybox', 'sh', '-c']
    execFileSync('docker', [...shell, `b=/bin/busybox; ${swap}`])
    await killContainer(bundleOf(rig, 'b')).catch(() => undefined)
    await stalled(rig, 'b', new RegExp(`${shared}/rules \\(${rig.root}\\) contains the state folder`))
    assert.is(await mountsIn(rig, 'b'), '')
    assert.is(rig.status('a')?.phase, 'Ready')
  },
)

attack(
  {
    party: 'agent',
    aim: 'reads files of the host',
    way: 'the fromFile of its own bottle lies in its workspace, swapped for a link to a file that only the controller may read',
    seen: 'Stalled/Tainted; nothing is read and no VM is made',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const workspace = makeFolder(rig.base, 'ws')
    writeFileSync(join(rig.base, 'private'), 'hunter2')
    symlinkSync(join(rig.base, 'private'), join(workspace, 'key'))
    rig.write(
      'a.yaml',
      rig.bottle('a', `workspace: {path: ${workspace}, mode: mount}`, `secrets: {KEY: {fromFile: ${workspace}/key}}`),
    )
    const { code } = await rig.once()
    assert.is(code, 3)
    await stalled(rig, 'a', /fromFile .*\/ws\/key \(.*\/private\) is reached through/)
    assert.equal(Object.keys(rig.machines()), [])
    assert.not(existsSync(join(rig.env['XDG_RUNTIME_DIR'] ?? '', 'bottled')))
  },
)

attack(
  {
    party: 'agent',
    aim: 'changes what another bottle was started with',
    way: 'a new bottle mounts the folder of the rules that a running bundle trusts',
    seen: 'the new one is Stalled/Tainted, the running one is restarted as before; suspended, it is the other way round',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const rules = makeFolder(rig.base, 'conf', 'rules')
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${rules}, target: /rules}`)))
    rig.start('--resync', '1s')
    await rig.ready('a')
    rig.write('b.yaml', rig.bottle('b', ...mounts(`{source: ${dirname(rules)}, target: /x, readOnly: false}`)))
    await stalled(rig, 'b', /would let its bundle change .*\/conf\/rules of bottle\/.*, which was started before/)
    const before = (await inspectContainer(bundleOf(rig, 'a')))?.State.StartedAt
    await killContainer(bundleOf(rig, 'a'))
    await rig.until('a was restarted', async () => {
      const { State } = (await inspectContainer(bundleOf(rig, 'a'))) ?? {}
      return State?.Running === true && State.StartedAt !== before
    })
    await rig.edit('a.yaml', (text) => text.replace('spec:', 'spec:\n  suspend: true'))
    await rig.ready('b')
    await rig.edit('a.yaml', (text) => text.replace('  suspend: true\n', ''))
    await stalled(rig, 'a', /lies in .*\/conf of bottle\//)
  },
)

attack(
  {
    party: 'agent',
    aim: 'reads a folder of the host',
    way: "a copied workspace below another bottle's writable mount, swapped for a link",
    seen: 'Stalled/Tainted; the real folder is copied, a link is not followed',
    enforcedBy: 'controller, smolvm',
  },
  async (rig) => {
    const shared = makeFolder(rig.base, 'shared')
    const [part, secret] = [makeFolder(shared, 'part'), makeFolder(rig.base, 'secret')]
    writeFileSync(join(part, 'code'), 'x')
    writeFileSync(join(secret, 'key'), 'hunter2')
    symlinkSync(secret, join(part, 'out'))
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${shared}, target: /out, readOnly: false}`)))
    rig.write('b.yaml', rig.bottle('b', `workspace: {path: ${part}, mode: copy}`))
    rig.write('c.yaml', rig.bottle('c', `workspace: {path: ${shared}/turned, mode: copy}`))
    symlinkSync(secret, join(shared, 'turned'))
    await rig.once()
    assert.is(rig.status('b')?.phase, 'Ready', JSON.stringify(rig.status('b')?.conditions))
    await stalled(rig, 'c', /is reached through .*\/shared\/turned/)
    const copied = execFileSync('find', [rig.diskOf('b'), '-name', 'out', '-type', 'l'], { encoding: 'utf8' })
    assert.match(copied, /\/out\n/, 'as a link')
    const keys = execFileSync('find', [join(rig.diskOf('b'), '..'), '-name', 'key'], { encoding: 'utf8' })
    assert.is(keys, '')
  },
)

attack(
  {
    party: 'agent',
    aim: 'takes the state of the controller',
    way: 'a state folder of another name in the workspace that is copied',
    seen: 'the copy has all but the state folder',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const workspace = join(rig.base, 'repo')
    mkdirSync(workspace)
    writeFileSync(join(workspace, 'code'), 'x')
    const state = join(workspace, 'my-state')
    rig.write('a.yaml', rig.bottle('a', `workspace: {path: ${workspace}, mode: copy}`))
    assert.is((await rig.once('--state-dir', state)).code, 0)
    const names = execFileSync(
      'find',
      [rig.diskOf('a'), '-name', 'code', '-o', '-name', 'my-state', '-o', '-name', 'record.json'],
      {
        encoding: 'utf8',
      },
    )
    assert.match(names, /\/code\n/)
    assert.not.match(names, /my-state|record\.json/)
  },
)

attack(
  {
    party: 'agent',
    aim: 'changes a trusted file by another of its names',
    way: 'a hard link to the fromFile of another bottle in a folder that it writes',
    seen: 'Stalled/Tainted, until the file has one name',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const shared = makeFolder(rig.base, 'shared')
    const key = join(rig.base, 'key')
    writeFileSync(key, 'v1')
    linkSync(key, join(shared, 'key'))
    rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${shared}, target: /out, readOnly: false}`)))
    rig.write('b.yaml', rig.bottle('b', `secrets: {KEY: {fromFile: ${key}}}`))
    rig.start('--resync', '1s')
    await stalled(rig, 'b', /has 2 hard links, of which one may lie in .*\/shared of bottle\//)
    rmSync(join(shared, 'key'))
    await rig.ready('b')
  },
)

attack(
  {
    party: 'neighbour',
    aim: 'has a bundle write where only the owner may',
    way: 'a folder whose parent another user may write is swapped for a link between the check and the start by Docker',
    seen: 'what the container got is compared with what was judged: it is stopped at once',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const [queue, loot] = [makeFolder(rig.base, 'open', 'queue'), makeFolder(rig.base, 'loot')]
    const docker = createDocker({ host: rig.env['DOCKER_HOST'], env: process.env })
    const swapping: Drivers['containers'] = {
      ...docker.containers,
      start: async (id, signal) => {
        renameSync(queue, `${queue}.aside`)
        symlinkSync(loot, queue)
        await docker.containers.start(id, signal)
      },
    }
    const subnet = await freeSubnet()
    const network = await docker.networks.create({
      name: `bottle-${rig.slug('n')}`,
      subnet,
      gateway: subnet.replace(/0\/24$/, '1'),
      ipRange: subnet.replace(/0\/24$/, '128/25'),
      mtu: undefined,
      labels: {},
    })
    const upstream = { network: { id: network.id, bundleIp: subnet.replace(/0\/24$/, '2') } }
    const paths = createPaths()
    const records: Record<string, BottleRecord> = {}
    const taint = createTaint({
      paths,
      records: { read: (identity) => records[identity], update: async () => {} },
      own: [],
      root: rig.root,
      owner: 'me',
    })
    const spec = { bundle: { mounts: [{ source: queue, target: '/queue', readOnly: false }] } }
    const situation = { ...aSituation({ spec, upstream }), identity: rig.slug('n'), taint }
    const step = createBundle(situation, bundleRequest(situation, rig.image), 'it does not exist')
    const drivers = { ...createCalls().drivers, ...docker, containers: swapping, paths } as Drivers
    const error = await step.run(drivers, new AbortController().signal).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(isDriverError(error, 'Tainted'), String(error))
    assert.match(error.message, /\/open\/queue was replaced: it got .*\/loot at \/queue; it is stopped/)
    assert.is((await inspectContainer(bundleOf(rig, 'n')))?.State.Running, false)
  },
)

attack(
  {
    party: 'agent',
    aim: 'edits Bottles',
    way: 'a bind mount of the root below a folder that it writes, or the other way round',
    seen: 'Stalled/Tainted: a folder is known by what it is',
    enforcedBy: 'controller',
  },
  async (rig) => {
    const below = makeFolder(rig.base, 'ws', 'below')
    const alias = makeFolder(rig.base, 'alias')
    execFileSync('mount', ['--bind', rig.root, below])
    execFileSync('mount', ['--bind', rig.base, alias])
    try {
      rig.write('a.yaml', rig.bottle('a', ...mounts(`{source: ${rig.base}/ws, target: /x, readOnly: false}`)))
      rig.write('b.yaml', rig.bottle('b', ...mounts(`{source: ${alias}/root, target: /x, readOnly: false}`)))
      await rig.once()
      await stalled(rig, 'a', /contains the root /)
      await stalled(rig, 'b', /is the root /)
    } finally {
      execFileSync('umount', [alias])
      execFileSync('umount', [below])
    }
  },
  notAsRoot,
)

suite.run()
