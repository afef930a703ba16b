import { execFileSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import {
  containersNamed,
  inspectContainer,
  inspectNetwork,
  meddle,
  createNetworkAnywhere,
  tearNetwork,
} from './engine.ts'
import { scenarios } from './scenario.ts'
import { patience } from '../helpers/patience.ts'
import type { Rig } from './rig.ts'

const test = scenarios('e2e facts')
const READY_MS = 15_000

/** Ready with a bundle that is as asked: alone on its network, at `.2`, hardened, never restarted by Docker. */
const isAsAsked = async (rig: Rig): Promise<boolean> => {
  const name = `bottle-${rig.slug('a')}-bundle`
  const [status, bundle] = [rig.status('a'), await inspectContainer(name)]
  if (status?.phase !== 'Ready' || bundle === undefined || status.bundle?.id !== bundle.Id || !bundle.State.Running)
    return false
  const host = bundle.HostConfig
  const networks = Object.values(bundle.NetworkSettings.Networks)
  return (
    networks.length === 1 &&
    networks[0]?.IPAddress === status.bundle?.ip &&
    host.RestartPolicy?.Name === 'no' &&
    host.ReadonlyRootfs === true &&
    (host.CapDrop ?? []).includes('ALL') &&
    host.Memory === 256 * 1024 * 1024
  )
}

/** While the controller is halted: a container that was created and not yet started is on no network, and goes for that. */
const unseen = async (rig: Rig, work: () => Promise<void>): Promise<void> => {
  const pid = rig.lockPid()
  if (pid === undefined) throw new Error('no controller holds the lock')
  process.kill(pid, 'SIGSTOP')
  try {
    await work()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

test('whatever others make of a bundle is repaired, and says why: address, network, name, policy, limit, hardening', async (rig) => {
  rig.write('a.yaml', rig.bottle('a', 'git: true'))
  rig.start()
  await rig.ready('a')
  const [network, bundle] = [`bottle-${rig.slug('a')}`, `bottle-${rig.slug('a')}-bundle`]
  assert.ok(await isAsAsked(rig))
  const pid = rig.machines()[network]?.pid
  const labels = (await inspectContainer(bundle))?.Config.Labels ?? {}
  const second = await createNetworkAnywhere(`bottle-${rig.slug('second')}`)

  const cases: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
    ['another address', () => meddle.reconnect(network, bundle), /its address is .* and not /],
    ['a second network', () => meddle.connect(second, bundle), /it is on a further network/],
    [
      'a rename',
      () => meddle.rename(bundle, `${bundle}-old`),
      /carries the labels of the bundle, under another name|there is none/,
    ],
    [
      'a restart policy',
      () => meddle.update(bundle, { RestartPolicy: { Name: 'always' } }),
      /Docker restarts it by itself \(always\)/,
    ],
    [
      'a limit',
      () => meddle.update(bundle, { Memory: 128 * 1024 * 1024, MemorySwap: 256 * 1024 * 1024 }),
      /its memory limit is 128 MiB and not 256 MiB/,
    ],
    [
      'one that was made anew without hardening',
      () => unseen(rig, () => meddle.remake(bundle, { image: rig.image, labels, network })),
      /it keeps capabilities; its processes may gain privileges/,
    ],
  ]
  for (const [what, change, because] of cases) {
    const before = rig.events('a').length
    const old = (await inspectContainer(bundle))?.Id
    await change()
    await rig.until(
      `${what} is repaired`,
      async () => (await isAsAsked(rig)) && (await inspectContainer(bundle))?.Id !== old,
      READY_MS,
    )
    const said = rig.events('a').slice(before)
    assert.ok(
      said.some(({ message }) => because.test(message)),
      `${what}: ${said.map(({ message }) => message).join(' | ')}`,
    )
    assert.equal(await containersNamed(rig.slug('a')), [bundle], what)
  }
  assert.is(rig.machines()[network]?.pid, pid, 'the VM ran on')
  const calm = (await inspectContainer(bundle))?.Id
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  assert.is((await inspectContainer(bundle))?.Id, calm, 'it stays')
})

const route = (...args: readonly string[]): unknown => execFileSync('ip', args, { stdio: 'pipe' })

const takes = async (rig: Rig): Promise<void> => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.start('--resync', '2s')
  await rig.ready('a')
  const network = `bottle-${rig.slug('a')}`
  const subnet = (await inspectNetwork(network))?.IPAM?.Config?.[0]?.Subnet ?? ''
  // Of a number that nobody else has, and for this subnet alone.
  const table = String(100_000 + process.pid)
  const rule = ['to', subnet, 'lookup', table, 'priority', '5200']
  route('route', 'add', subnet, 'dev', 'lo', 'table', table)
  try {
    route('rule', 'add', ...rule)
    try {
      await rig.until('the bottle stalls', () => rig.status('a')?.phase === 'Stalled', READY_MS)
      const ready = rig.status('a')?.conditions?.find(({ type }) => type === 'NetworkReady')
      assert.is(ready?.reason, 'SubnetTaken')
      assert.match(ready?.message ?? '', /leaves over lo and not over the bridge/)
      assert.is(rig.machines()[network]?.state, 'stopped')
    } finally {
      route('rule', 'del', ...rule)
    }
  } finally {
    route('route', 'del', subnet, 'dev', 'lo', 'table', table)
  }
  await rig.ready('a')
  assert.is(rig.machines()[network]?.state, 'running')
}

const title =
  'a route of a higher table that takes the addresses stops the VM and names its device; without it all is Ready again'
if (process.getuid?.() === 0) test(title, takes)
else test.skip(title, 'only root can add a route')

test('a bundle that opens its port late is let be, and a network torn from one that ignores TERM is repaired without waiting for it', async (rig) => {
  // Later than a port may be closed once it has answered. Its shell, and what becomes of it, take no notice of TERM.
  const command = JSON.stringify(['/bin/busybox', 'sh', '-c', "trap '' TERM; /bin/busybox sleep 35; exec /bundle/init"])
  rig.write('a.yaml', rig.bottle('a', 'bundle:', `  command: ${command}`))
  rig.start()
  const [network, bundle] = [`bottle-${rig.slug('a')}`, `bottle-${rig.slug('a')}-bundle`]
  await rig.until('it is ready', () => rig.status('a')?.phase === 'Ready', 60_000)
  assert.is(rig.status('a')?.bundle?.restarts, 0)
  const before = (await inspectContainer(bundle))?.Id
  const begun = performance.now()
  await tearNetwork(network)
  await rig.until('another bundle runs', async () => {
    const now = await inspectContainer(bundle)
    return now?.State.Running === true && now.Id !== before
  })
  const tookMs = performance.now() - begun
  assert.ok(tookMs <= 8_000 * patience(), `${Math.round(tookMs)} ms`)
})

test.run()
