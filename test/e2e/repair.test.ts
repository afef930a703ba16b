import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inspectContainer, inspectNetwork, killContainer, removeContainer, tearNetwork } from './engine.ts'
import { patience } from '../helpers/patience.ts'
import type { Rig } from './rig.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e repair')
const BEGUN_MS = 5_000
const READY_MS = 5_000

/** Does what breaks a bottle and waits for its repair, in time. */
const repaired = async (
  rig: Rig,
  what: string,
  breakIt: () => Promise<unknown>,
  isRepaired: () => Promise<boolean>,
): Promise<readonly string[]> => {
  const before = rig.events('a').length
  await breakIt()
  const broken = Date.now()
  const begun = await rig.until(
    `the repair of ${what} begins`,
    () =>
      rig
        .events('a')
        .slice(before)
        .find(({ type }) => type === 'Normal'),
    BEGUN_MS,
  )
  assert.ok(Date.parse(begun.lastTimestamp) - broken <= BEGUN_MS * patience(), `${what}: begun late`)
  const started = performance.now()
  await rig.until(
    `${what} is repaired`,
    async () => {
      const status = rig.status('a')
      const bundle = await inspectContainer(`bottle-${rig.slug('a')}-bundle`)
      const pid = rig.machines()[`bottle-${rig.slug('a')}`]?.pid
      const told = status?.phase === 'Ready' && status.bundle?.id === bundle?.Id && status.machine?.pid === pid
      return told && bundle?.State.Running === true && (await isRepaired())
    },
    READY_MS,
  )
  assert.ok(performance.now() - started <= READY_MS * patience(), `${what}: Ready late`)
  return rig
    .events('a')
    .slice(before)
    .filter(({ type }) => type === 'Normal')
    .map(({ message }) => message.replace(/:.*/, ''))
}

test('under a running controller a bundle killed or removed, a network torn away, a VM stopped, killed or deleted are each repaired within seconds', async (rig) => {
  rig.write('a.yaml', rig.bottle('a', 'git: true', 'supervise: true'))
  rig.start()
  await rig.ready('a')
  const [network, bundle] = [`bottle-${rig.slug('a')}`, `bottle-${rig.slug('a')}-bundle`]
  const firstNetwork = await inspectNetwork(network)
  const machine = () => rig.machines()[network]
  const running = async (): Promise<boolean> => (await inspectContainer(bundle))?.State.Running === true
  const vm = machine()
  let calls = rig.calls().length
  const newCalls = (): readonly string[] => {
    const made = rig
      .calls()
      .slice(calls)
      .filter((call) => !call.includes('by-hand'))
    calls = rig.calls().length
    return made
  }

  await repaired(rig, 'a killed bundle', () => killContainer(bundle), running)
  assert.equal(newCalls(), [], 'the VM is not touched')

  const lost = await inspectContainer(bundle)
  await repaired(
    rig,
    'a removed bundle',
    () => removeContainer(bundle),
    async () => (await running()) && (await inspectContainer(bundle))?.Id !== lost?.Id,
  )
  assert.equal(newCalls(), [], 'the VM is not touched')
  assert.is(machine()?.pid, vm?.pid)

  const steps = await repaired(
    rig,
    'a lost network',
    () => tearNetwork(network),
    async () =>
      (await running()) &&
      machine()?.state === 'running' &&
      ((await inspectNetwork(network))?.Id ?? firstNetwork?.Id) !== firstNetwork?.Id,
  )
  const again = await inspectNetwork(network)
  assert.equal(again?.IPAM?.Config, firstNetwork?.IPAM?.Config, 'the same subnet')
  assert.equal(
    newCalls().map((call) => call.split(' ')[1]),
    ['stop', 'start'],
  )
  const stopped = rig.events('a').findLast(({ message }) => message.startsWith(`stop machine/${network}`))
  assert.ok(
    Date.parse(stopped?.lastTimestamp ?? '') <= Date.parse(again?.Created ?? ''),
    'the VM was stopped before the network was made',
  )
  assert.ok(steps.indexOf(`stop machine/${network}`) < steps.indexOf(`create network/${network}`))
  const joined = await inspectContainer(bundle)
  assert.equal(
    Object.values(joined?.NetworkSettings.Networks ?? {}).map(({ NetworkID }) => NetworkID),
    [again?.Id],
  )

  const ran = machine()?.pid ?? 0
  await repaired(
    rig,
    'a VM stopped by hand',
    () => rig.smolvm('machine', 'stop', '--name', network),
    async () => machine()?.state === 'running' && machine()?.pid !== ran,
  )
  assert.equal(
    newCalls().map((call) => call.split(' ')[1]),
    ['stop', 'start'],
    'one stop by hand, one start',
  )

  const stopPid = machine()?.pid ?? 0
  await repaired(
    rig,
    'a VM whose process was killed',
    async () => process.kill(stopPid, 'SIGKILL'),
    async () => machine()?.pid !== stopPid,
  )
  newCalls()

  await repaired(
    rig,
    'a VM deleted by hand',
    () => rig.smolvm('machine', 'delete', '-f', '--name', network),
    async () => machine()?.state === 'running',
  )
  assert.equal(
    newCalls().map((call) => call.split(' ')[1]),
    ['delete', 'create', 'start'],
  )
  assert.is(rig.status('a')?.uid, machine()?.labels['dev.bottled.uid'])
})

test('faults while no controller runs are repaired by the next --once', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.write('b.yaml', rig.bottle('b'))
  assert.is((await rig.once()).code, 0)
  const uids = [rig.status('a')?.uid, rig.status('b')?.uid]
  await tearNetwork(`bottle-${rig.slug('a')}`)
  await removeContainer(`bottle-${rig.slug('b')}-bundle`)
  await rig.smolvm('machine', 'stop', '--name', `bottle-${rig.slug('b')}`)
  const again = await rig.once()
  assert.is(again.code, 0, again.stdout + again.stderr)
  assert.equal([rig.status('a')?.uid, rig.status('b')?.uid], uids)
  assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.State.Running, true)
  assert.is((await inspectContainer(`bottle-${rig.slug('b')}-bundle`))?.State.Running, true)
  assert.equal(
    Object.values(rig.machines()).map(({ state }) => state),
    ['running', 'running'],
  )
})

/** Where containerd keeps what it knows of running containers: Docker's own, or the system's. */
const TASKS = ['/run/docker/containerd/daemon', '/run/containerd'].map(
  (state) => `${state}/io.containerd.runtime.v2.task/moby`,
)

const title =
  'a bundle that Docker can never start again, as after an Engine that was killed, is made anew with its network'
if (process.getuid?.() === 0) test(title, wedged)
else test.skip(title, "only root can leave something in containerd's folder")

async function wedged(rig: Rig): Promise<void> {
  rig.write('a.yaml', rig.bottle('a'))
  assert.is((await rig.once()).code, 0)
  const bundle = `bottle-${rig.slug('a')}-bundle`
  const id = (await inspectContainer(bundle))?.Id ?? ''
  const task = TASKS.map((tasks) => join(tasks, id)).find((folder) => existsSync(folder))
  assert.ok(task !== undefined, `containerd keeps ${id} in none of ${TASKS.join(', ')}`)
  await killContainer(bundle)
  await rig.until('containerd has let go of it', () => !existsSync(task))
  mkdirSync(task)
  try {
    assert.is((await rig.once()).code, 0)
  } finally {
    rmdirSync(task)
  }
  const now = await inspectContainer(bundle)
  assert.is(now?.State.Running, true)
  assert.is.not(now?.Id, id)
  const said = rig.events('a').map(({ message }) => message)
  assert.is(
    said.filter((message) => /^remove network\/.*: a killed Docker Engine left a task on it/.test(message)).length,
    1,
  )
}

test.run()
