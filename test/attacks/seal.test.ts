import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { sendRequest } from '../../controller/state/requests.ts'
import type { Condition } from '../../schemas/bottle.ts'
import type { Rig } from '../e2e/rig.ts'
import { withRig } from '../e2e/scenario.ts'
import { dockerMissing } from '../helpers/docker.ts'
import { attacks } from './attack.ts'
import type { Attack } from './attack.ts'

/**
 * A VM whose seal is opened through smolvm, behind the controller's back: by the agent's friend on the host, a script or a
 * person who only wanted to try something. The bundle is real, smolvm is its stand-in, which answers each of these calls as
 * the released one does (test/drivers/smolvm/alike.test.ts).
 */
const attack = attacks('seal')
const missing = process.env['BOTTLED_ATTACKS'] === 'list' ? undefined : dockerMissing()
const DEADLINE = { deadlineMs: 240_000 }
const KEPT = 'kept-by-the-agent'

const add = (row: Attack, body: (rig: Rig) => Promise<void>): void => {
  if (missing !== undefined) return attack.skip(row, missing)
  attack(row, () => withRig(body), DEADLINE)
}

const vmOf = (rig: Rig): string => `bottle-${rig.slug('a')}`
const condition = (rig: Rig, type = 'MachineReady'): Condition | undefined =>
  rig.status('a')?.conditions?.find((each) => each.type === type)
const table = (rig: Rig): string => join(rig.home, '.local/share/smolvm-stand-in/machines.json')
/** What the stand-in reports of the VM, changed as a later version's own command would. */
const report = (rig: Rig, more: object): void => {
  const machines = JSON.parse(readFileSync(table(rig), 'utf8')) as Record<string, object>
  writeFileSync(table(rig), JSON.stringify({ ...machines, [vmOf(rig)]: { ...machines[vmOf(rig)], ...more } }))
}

/** A bottle at work, with something on its disk. */
const atWork = async (rig: Rig, ...spec: readonly string[]): Promise<void> => {
  rig.write('a.yaml', rig.bottle('a', ...spec))
  rig.start()
  await rig.ready('a')
  writeFileSync(join(rig.diskOf('a'), 'root', KEPT), 'work')
}

/** Down, and said to be so; nothing boots it again by itself. */
const isCaught = async (rig: Rig, words: RegExp): Promise<void> => {
  const found = await rig.until('EgressDrift', () => {
    const machine = condition(rig)
    return machine?.status === 'False' && machine.reason === 'EgressDrift' ? machine : undefined
  })
  assert.match(found.message, words)
  assert.equal([rig.status('a')?.phase, rig.vmProcesses()], ['Stalled', []])
  const starts = rig.calls().filter((call) => call.includes('machine start')).length
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  assert.is(rig.calls().filter((call) => call.includes('machine start')).length, starts)
  assert.ok(rig.events('a').some(({ type, reason }) => type === 'Warning' && reason === 'EgressDrift'))
}

const rollOut = async (rig: Rig): Promise<void> => {
  await sendRequest(rig.state, { kind: 'rollout', name: rig.slug('a') })
  await rig.ready('a')
  const vm = rig.machines()[vmOf(rig)] as Readonly<Record<string, unknown>> | undefined
  const ip = rig.status('a')?.bundle?.ip
  assert.equal(vm?.['allowed_cidrs'], [`${ip}/32`])
  assert.equal([vm?.['allowed_hosts'], vm?.['published'] ?? [], vm?.['gpu'] ?? false], [undefined, [], false])
}
const diskIsKept = (rig: Rig): void => assert.is(readFileSync(join(rig.diskOf('a'), 'root', KEPT), 'utf8'), 'work')

/** While it is stopped: everything but the allow list can only be changed then. */
const updateStopped = async (rig: Rig, ...flags: readonly string[]): Promise<void> => {
  // The controller would start it again.
  const pid = rig.lockPid()
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  await rig.until('the controller is dead', () => rig.processes(' run ').length === 0)
  await rig.smolvm('machine', 'stop', '--name', vmOf(rig))
  await rig.smolvm('machine', 'update', '--name', vmOf(rig), ...flags)
  rig.start()
}

const row = (way: string, seen = 'EgressDrift: the VM is stopped until a person asks for a rollout'): Attack => ({
  party: 'agent',
  aim: 'speaks to more than its bundle',
  way,
  seen,
  enforcedBy: 'controller',
})

add(
  row(
    'smolvm machine update --allow-host example.com, on the running VM',
    'EgressDrift: the VM is stopped until a person asks for a rollout, which keeps its disk',
  ),
  async (rig) => {
    await atWork(rig)
    await rig.smolvm('machine', 'update', '--name', vmOf(rig), '--allow-host', 'example.com')
    await isCaught(rig, /hosts \[example\.com\]; bottlectl rollout .* with its disk/)
    await rollOut(rig)
    diskIsKept(rig)
  },
)

add(
  row(
    'smolvm machine update --allow-host example.com -p 18099:80 --gpu --dns-option use-vc --block-io async and a mount, on the stopped VM',
    'EgressDrift: the VM is not started until a person asks for a rollout, which takes all of it back and keeps its disk',
  ),
  async (rig) => {
    await atWork(rig)
    const folder = join(rig.base, 'opened')
    mkdirSync(folder)
    const flags = [
      '--allow-host',
      'example.com',
      '-p',
      '18099:80',
      '--gpu',
      '--dns-option',
      'use-vc',
      '--block-io',
      'async',
    ]
    await updateStopped(rig, ...flags, '-v', `${folder}:/opened`)
    await isCaught(rig, /example\.com.*use-vc.*1 port .*1 mount and not 0.*gpu is true.*block_io is "async"/)
    await rollOut(rig)
    diskIsKept(rig)
    assert.equal((rig.machines()[vmOf(rig)] as { volumes?: unknown } | undefined)?.volumes, [])
  },
)

add(
  row(
    'smolvm machine update --no-net, which forgets allow list and backend',
    'while it is cut off the VM is stopped, as EgressDrift',
  ),
  async (rig) => {
    await atWork(rig)
    await updateStopped(rig, '--no-net')
    await isCaught(rig, /network is cut off.*its disk is lost: bottlectl rollout/)
    await rollOut(rig)
  },
)

add(row('a flag of a later smolvm that nobody knows yet'), async (rig) => {
  await atWork(rig)
  report(rig, { ssh_agent: true })
  await isCaught(rig, /its ssh_agent is true, and was unset when it was created/)
  await rollOut(rig)
})

add(row('a flag of a later smolvm whose name ends like that of a time, and which opens a port'), async (rig) => {
  await atWork(rig)
  report(rig, { listens_at: '0.0.0.0:2222' })
  await isCaught(rig, /its listens_at is "0\.0\.0\.0:2222", and was unset when it was created/)
  await rollOut(rig)
})

add(
  row('the VM is deleted and created anew under its name and labels, with sockets that smolvm does not report'),
  async (rig) => {
    await atWork(rig)
    const created = (rig.machines()[vmOf(rig)] as { created_at?: number } | undefined)?.created_at ?? 0
    report(rig, { created_at: created + 60 })
    await isCaught(rig, /it is not the VM that bottled created/)
    await rollOut(rig)
  },
)

add(
  {
    party: 'author',
    aim: 'runs the bundle as root',
    way: 'spec.bundle.user "00:0" in a new bottle, and env that loses to derived keys',
    seen: 'baseline refuses it; under a policy that is privileged, a Warning event for each, from the first pass on',
    enforcedBy: 'controller',
  },
  async (rig) => {
    rig.write('a.yaml', rig.bottle('a', 'bundle: {user: "00:0"}', 'env: {HTTPS_PROXY: "http://x"}'))
    const first = rig.start()
    const refused = await rig.until('it is refused', () => condition(rig, 'Accepted'))
    assert.equal([refused.status, refused.reason], ['False', 'PolicyViolation'])
    await first.stop()
    const policy = join(rig.base, 'policy.yaml')
    writeFileSync(policy, 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: privileged}\n')
    rig.start('--policy', policy)
    await rig.ready('a')
    const warned = (): readonly string[] =>
      rig.events('a').flatMap(({ type, reason }) => (type === 'Warning' ? [reason] : []))
    assert.ok(
      ['BundleRunsAsRoot', 'EnvOverridden'].every((reason) => warned().includes(reason)),
      warned().join(),
    )
    rig.write('b.yaml', rig.bottle('b', 'bundle: {user: "000"}'))
    await rig.ready('b')
    assert.ok(rig.events('b').some(({ reason }) => reason === 'BundleRunsAsRoot'))
  },
)

attack.run()
