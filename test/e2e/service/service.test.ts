import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { bundleImage } from '../../helpers/bundle-image.ts'
import { dockerMissing } from '../../helpers/docker.ts'
import { cli } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'
import { boot, bootMissing, SOCKET } from './booted.ts'
import type { Booted } from './booted.ts'

/** `bottled service` under a real systemd: on simulated drivers, then on the real Engine and the stand-in for smolvm. */
const test = suite('service under systemd')
const why = dockerMissing() ?? bootMissing()

const ROOT = '/srv/my 100% "b" $HOME'
const NOTIFY = `echo "$1 \${HOME}" 'x' %h; true`
const SHOW = ['systemctl', 'show', 'bottled', '--property', 'ActiveState,SubState,NRestarts,MainPID,StatusText,Result']
const READY = /^StatusText=1 bottle: 1 Ready$/m

const onMachine = async (
  work: (machine: Booted) => Promise<void>,
  given: { readonly withDocker?: boolean } = {},
): Promise<void> => {
  const machine = boot(given)
  try {
    await machine.until(['systemctl', 'is-system-running'], /^(running|degraded)$/m)
    machine.write(
      `${ROOT}/a.yaml`,
      'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec: {agent: x}\n',
    )
    // Else it tells its status each minute.
    machine.write('/etc/systemd/system/bottled.service.d/test.conf', '[Service]\nWatchdogSec=15s\n')
    await work(machine)
  } finally {
    machine.remove()
  }
}

const install = (...flags: readonly string[]): readonly string[] =>
  cli('bottled', 'service', 'install', ROOT, '--simulate', '--notify', NOTIFY, ...flags)

const pidIn = (shown: string): string => /^MainPID=([1-9]\d*)$/m.exec(shown)?.[1] ?? 'none'

/** Until another process is active, with the bottle Ready. */
const back = async (machine: Booted, former: string): Promise<string> => {
  const since = performance.now()
  const again = new RegExp(`^(?=[^]*^MainPID=(?!(?:${former}|0)$))(?=[^]*^ActiveState=active$)`, 'm')
  await machine.until(SHOW, again)
  const activeMs = Math.round(performance.now() - since)
  const shown = await machine.until(SHOW, READY)
  console.log(`active after ${activeMs} ms, the bottle seen Ready after ${Math.round(performance.now() - since)} ms`)
  return shown
}

const story = async (machine: Booted): Promise<void> => {
  // Installed: started, ready, with every word as it was given.
  assert.match(machine.run(install()), /^\$ systemctl restart bottled\.service$/m)
  const first = await machine.until(SHOW, READY)
  assert.match(first, /^ActiveState=active$/m)
  const words = machine.run(['cat', `/proc/${pidIn(first)}/cmdline`]).split('\0')
  assert.equal(words.slice(words.indexOf('run'), -1), [
    'run',
    ROOT,
    '--log-format',
    'journal',
    '--simulate',
    '--notify',
    NOTIFY,
  ])
  assert.match(machine.run(install()), /is as it should be/)
  assert.is(pidIn(machine.run(SHOW)), pidIn(first))
  assert.match(machine.run(cli('bottled', 'service', 'status')), /^ActiveState=active$/m)

  // The journal has the level of each line, and its fields.
  const entry = machine.run(['journalctl', '-u', 'bottled', '-o', 'json', '--grep', 'watching', '-n', '1'])
  const { PRIORITY, MESSAGE } = JSON.parse(entry) as { readonly PRIORITY: string; readonly MESSAGE: string }
  assert.equal([PRIORITY, (JSON.parse(MESSAGE) as { readonly level: number }).level], ['6', 30])

  // A kill.
  machine.run(['kill', '-9', pidIn(first)])
  const second = await back(machine, pidIn(first))
  assert.match(second, /^NRestarts=1$/m)

  // A loop that no longer turns.
  machine.run(['kill', '-STOP', pidIn(second)])
  const third = await back(machine, pidIn(second))
  assert.match(
    machine.run(['journalctl', '-u', 'bottled', '--no-pager', '-o', 'cat']),
    /Watchdog timeout \(limit 15s\)!/,
  )

  // What it started lives on without it, as VMs do.
  const started = machine
    .run([
      'sh',
      '-c',
      `sleep 3000 >/dev/null 2>&1 & echo $! && echo $! >${'"$(find /sys/fs/cgroup/systemd -path "*/bottled.service/cgroup.procs" | head -n 1)"'}`,
    ])
    .trim()
  assert.match(machine.run(['cat', `/proc/${started}/cgroup`]), /bottled\.service$/m)
  machine.run(['systemctl', 'stop', 'bottled'])
  assert.match(machine.run(SHOW), /^Result=success\n[^]*^ActiveState=inactive$/m)
  machine.run(['kill', '-0', started])

  // A boot without a hand.
  machine.reboot()
  await back(machine, pidIn(third))

  machine.run(cli('bottled', 'service', 'uninstall'))
  assert.match(machine.run(SHOW), /^ActiveState=inactive$/m)
  machine.run(cli('bottled', 'service', 'status'), 3)
}

const TITLE = 'it starts, is ready, comes back from a kill, a hang and a boot, and leaves what it started alone'
if (why === undefined) test(TITLE, () => onMachine(story), { deadlineMs: 300_000 })
else test.skip(TITLE, why)

const VM_TITLE = 'Docker and smolvm work in its sandbox, and a VM has the same process after a kill and a restart'

const withVm = async (machine: Booted): Promise<void> => {
  const name = `t-${randomBytes(4).toString('hex')}`
  const root = '/srv/bottles'
  machine.write(
    `${root}/a.yaml`,
    `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: x}\n`,
  )
  const smolvm = fileURLToPath(new URL('../../fixtures/smolvm', import.meta.url))
  const flags = ['--docker-host', `unix://${SOCKET}`, '--smolvm', smolvm, '--bundle-image', await bundleImage()]
  try {
    machine.run(cli('bottled', 'service', 'install', root, ...flags, '--undo', '0'))
    const first = await machine.until(SHOW, READY)
    const vms = (): readonly string[] => machine.run(['pgrep', '-f', '_boot-vm .*/boot-config.json']).trim().split('\n')
    const before = vms()
    assert.is(before.length, 1)
    assert.match(machine.run(['cat', `/proc/${before[0]}/cgroup`]), /bottled\.service$/m)
    machine.run(['kill', '-9', pidIn(first)])
    const second = await back(machine, pidIn(first))
    machine.run(['systemctl', 'restart', 'bottled'])
    await back(machine, pidIn(second))
    assert.equal(vms(), before)
    machine.run(['rm', `${root}/a.yaml`])
    await machine.until(SHOW, /^StatusText=0 bottles$/m)
    assert.is(execFileSync('docker', ['ps', '-aq', '--filter', `name=bottle-${name}`], { encoding: 'utf8' }), '')
    machine.run(cli('bottled', 'service', 'uninstall'))
  } finally {
    spawnSync('docker', ['rm', '-f', `bottle-${name}-bundle`])
    spawnSync('docker', ['network', 'rm', `bottle-${name}`])
  }
}

if (why === undefined) test(VM_TITLE, () => onMachine(withVm, { withDocker: true }), { deadlineMs: 300_000 })
else test.skip(VM_TITLE, why)

test.run()
