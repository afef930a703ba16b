import { execFile, execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { inspectNetwork } from '../e2e/engine.ts'
import { createRig } from '../e2e/rig.ts'
import type { Rig } from '../e2e/rig.ts'
import { dockerMissing } from '../helpers/docker.ts'
import { firewallLines, removeRulesNamed, rulesNamed } from '../helpers/firewall-rules.ts'
import { netLabMissing } from '../helpers/net-lab.ts'
import { attacks } from './attack.ts'
import type { Attack } from './attack.ts'

/**
 * A bundle on the real Engine that was taken over, and what is around it: the host by each of its addresses, the other
 * bottle's bundle, a neighbour on the network and a cloud's metadata service (both a virtual host behind a cable of ours).
 *
 * Each way is tried twice: without the rules, where it must succeed, and with them. test/drivers/firewall/packets.test.ts has
 * more of the kind, where nothing of this host is needed.
 */
const attack = attacks('edges')
const isListed = process.env['BOTTLED_ATTACKS'] === 'list'
const missing = isListed ? undefined : (dockerMissing() ?? netLabMissing())
const PORT = 18_277
const OCTET = process.pid % 250
const [LAN, METADATA, WORLD] = [`10.231.${OCTET}.2`, '169.254.169.254', `203.0.113.${OCTET}`]
/** Addresses of the host at the cable's end. */
const [NEAR, ANOTHER] = [`10.231.${OCTET}.1`, `10.232.${OCTET}.1`]
const run = promisify(execFile)

interface Seen {
  readonly [target: string]: boolean
}

let rig: Rig
let server: Server | undefined
let open: Seen = {}
let closed: Seen = {}
const cleanups: (() => void)[] = []
const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: 'pipe' })
const bundleOf = (short: string): string => `bottle-${rig.slug(short)}-bundle`
const ipOf = (short: string): string => rig.status(short)?.bundle?.ip ?? ''

/** A host behind a cable, with a neighbour's, a metadata service's and a public address. */
const plugIn = (word: string): void => {
  const [space, device] = [`bt-${word}`, `v${word}`]
  ip('netns', 'add', space)
  cleanups.push(() => ip('netns', 'del', space))
  ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space)
  cleanups.push(() => ip('link', 'del', device))
  for (const address of [`${NEAR}/24`, `${ANOTHER}/32`]) ip('addr', 'add', address, 'dev', device)
  ip('link', 'set', device, 'up')
  for (const each of ['lo', 'eth0']) ip('-n', space, 'link', 'set', each, 'up')
  ip('-n', space, 'addr', 'add', `${LAN}/24`, 'dev', 'eth0')
  ip('-n', space, 'route', 'add', 'default', 'via', NEAR)
  for (const address of [METADATA, WORLD]) {
    ip('-n', space, 'addr', 'add', `${address}/32`, 'dev', 'lo')
    ip('route', 'replace', `${address}/32`, 'via', LAN)
  }
  const nc = spawn(
    'ip',
    ['netns', 'exec', space, 'busybox', 'nc', '-ll', '-p', String(PORT), '-e', '/bin/busybox', 'echo', 'here'],
    { stdio: 'ignore' },
  )
  cleanups.push(() => void nc.kill('SIGKILL'))
}

const fromBundle = (short: string, address: string): Promise<boolean> => asked(short, address)
const asked = async (short: string, address: string, port = PORT): Promise<boolean> => {
  const nc = `/bin/busybox nc -w 3 ${address} ${port} </dev/null`
  const { stdout } = await run('docker', ['exec', bundleOf(short), '/bin/busybox', 'sh', '-c', nc]).catch(() => ({
    stdout: '',
  }))
  return stdout.includes('here')
}
const fromUser = async (uid: number, address: string): Promise<boolean> => {
  const get = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | busybox nc -w 3 ${address} 8888`
  const { stdout } = await run('setpriv', ['--reuid', String(uid), '--clear-groups', 'sh', '-c', get]).catch(() => ({
    stdout: '',
  }))
  return stdout.includes('bundle')
}
const otherProxy = async (short: string, address: string): Promise<boolean> => {
  const get = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | /bin/busybox nc -w 3 ${address} 8888`
  const { stdout } = await run('docker', ['exec', bundleOf(short), '/bin/busybox', 'sh', '-c', get]).catch(() => ({
    stdout: '',
  }))
  return stdout.includes('bundle')
}

const addressesOfHost = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flat()
    .flatMap((each) => (each?.family === 'IPv4' && !each.internal ? [each.address] : []))

const look = async (): Promise<Seen> => {
  const gateway = rig.status('a')?.network?.gateway ?? ''
  const others = addressesOfHost().filter((address) => address !== gateway)
  const [own, ...hosts] = await Promise.all([gateway, ...others].map((address) => fromBundle('a', address)))
  return {
    gateway: own === true,
    'every address of the host': hosts.length > 2 && hosts.every(Boolean),
    'some address of the host': hosts.some(Boolean),
    neighbour: await fromBundle('a', LAN),
    metadata: await fromBundle('a', METADATA),
    world: await fromBundle('a', WORLD),
    'the other bundle': await otherProxy('a', ipOf('b')),
    'a local user': await fromUser(65_534, ipOf('a')),
    'its own user': await fromUser(0, ipOf('a')),
  }
}

const sealed = (short: string): string | undefined =>
  rig.status(short)?.conditions?.find(({ type }) => type === 'Sealed')?.reason

attack.before(async () => {
  if (missing !== undefined || isListed) return
  rig = await createRig()
  plugIn(rig.word.slice(0, 6))
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end('here\n')
  })
  await new Promise<void>((resolve) => void server?.listen(PORT, '0.0.0.0', resolve))
  for (const short of ['a', 'b']) rig.write(`${short}.yaml`, rig.bottle(short))
  const first = rig.start()
  await rig.ready('a')
  await rig.ready('b')
  // The controller is away and its rules are gone: as it was before there were any.
  await first.stop()
  removeRulesNamed(rig.word)
  open = await look()
  rig.start('--resync', '1s')
  await rig.until('the edges are closed', () => rulesNamed(rig.word).length >= 8)
  closed = await look()
})

attack.after(async () => {
  if (missing !== undefined || isListed) return
  for (const cleanup of cleanups.toReversed()) cleanup()
  server?.close()
  await rig.dispose()
})

const add = (row: Attack, body: () => Promise<void> | void): void => {
  if (missing !== undefined) attack.skip(row, missing)
  else attack(row, body, { deadlineMs: 120_000 })
}
const firewall = 'host firewall'

for (const [target, way] of [
  ['gateway', 'a connection to the gateway of its network'],
  ['neighbour', 'a connection to a neighbour in a private network'],
  ['metadata', "a connection to a cloud's metadata address"],
] as const)
  add(
    {
      party: 'bundle',
      aim: 'reaches what the operator has not opened',
      way,
      seen: 'it is refused',
      enforcedBy: firewall,
    },
    () => {
      assert.is(open[target], true, 'without the rules it must succeed')
      assert.is(closed[target], false)
    },
  )

add(
  {
    party: 'bundle',
    aim: 'reaches services of the host',
    way: "a connection to docker0's, the public, a private and every other address of the host",
    seen: 'each is refused',
    enforcedBy: firewall,
  },
  () => {
    assert.is(open['every address of the host'], true, 'without the rules it must succeed')
    assert.is(closed['some address of the host'], false)
  },
)

add(
  {
    party: 'neighbour',
    aim: "uses a bottle's proxy",
    way: 'a process of another user of the host connects to port 8888 of .2',
    seen: "it is refused; the controller's own user is answered",
    enforcedBy: firewall,
  },
  () => {
    assert.equal([open['a local user'], open['its own user']], [true, true])
    assert.equal([closed['a local user'], closed['its own user']], [false, true])
  },
)

add(
  {
    party: 'bundle',
    aim: "uses another bottle's proxy",
    way: "a connection to the other bundle's address",
    seen: 'it is refused, and the outside world is reached as before',
    enforcedBy: `Docker, ${firewall}`,
  },
  () => {
    assert.is(closed['the other bundle'], false)
    assert.equal([open['world'], closed['world']], [true, true])
  },
)

add(
  {
    party: 'bundle',
    aim: 'reaches what the operator has not opened',
    way: "connections to a cloud's metadata address, one after the other while Docker makes networks and writes its rules anew",
    seen: 'each is refused',
    enforcedBy: firewall,
  },
  async () => {
    const name = `bottle-${rig.word}-more`
    const one = `for n in 1 2 3 4 5 6; do /bin/busybox nc -w 1 ${METADATA} ${PORT} </dev/null; echo tried; done`
    const all = `for each in 1 2 3 4 5 6 7 8; do (${one}) & done; wait; true`
    let isTrying = true
    const trying = run('docker', ['exec', bundleOf('a'), '/bin/busybox', 'sh', '-c', all]).finally(
      () => (isTrying = false),
    )
    while (isTrying) {
      await run('docker', ['network', 'create', name])
      await run('docker', ['network', 'rm', name])
    }
    const { stdout } = await trying
    assert.is(stdout.split('tried').length - 1, 48)
    assert.not(stdout.includes('here'))
  },
)

add(
  {
    party: 'neighbour',
    aim: 'opens the edges',
    way: 'all rules are flushed, by a tool that resets the firewall',
    seen: 'they are back after the next resync, and the bottles were Ready throughout',
    enforcedBy: 'controller',
  },
  async () => {
    const ready = rig.status('a')?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime
    // Only those of this test's root: whatever else is on this host is not ours to flush.
    removeRulesNamed(rig.word)
    assert.is(await fromBundle('a', LAN), true)
    await rig.until('the rules are back', () => rulesNamed(rig.word).length >= 8)
    assert.equal([await fromBundle('a', LAN), await fromBundle('b', LAN)], [false, false])
    assert.is(rig.status('a')?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime, ready)
    assert.equal([sealed('a'), rig.status('a')?.phase], ['NotProven', 'Ready'])
    assert.ok(rig.events('a').some(({ reason, message }) => reason === 'Closed' && message.includes('edges/')))
  },
)

add(
  {
    party: 'bundle',
    aim: 'keeps its edges open on a new network',
    way: 'its network is removed and made again, with another bridge',
    seen: 'the rules follow the bridge before the bundle starts; the old ones are gone',
    enforcedBy: 'controller',
  },
  async () => {
    const bridge = async (): Promise<string> =>
      `br-${(await inspectNetwork(`bottle-${rig.slug('b')}`))?.Id.slice(0, 12)}`
    const before = await bridge()
    const id = rig.status('b')?.bundle?.id
    await run('docker', ['rm', '-f', bundleOf('b')])
    await run('docker', ['network', 'rm', `bottle-${rig.slug('b')}`])
    const follow = async (): Promise<boolean> => {
      const [now, rules] = [await bridge(), rulesNamed(rig.slug('b'))]
      return now !== before && rules.length === 4 && rules.every((line) => line.includes(now))
    }
    await rig.until('the rules follow', follow)
    await rig.until('b is Ready again', () => rig.status('b')?.phase === 'Ready' && rig.status('b')?.bundle?.id !== id)
    const steps = rig.events('b').map(({ reason, message }) => `${reason} ${message}`)
    const [edges, start] = ['Closed close edges/', 'Created create bundle/'].map((step) =>
      steps.findLastIndex((each) => each.startsWith(step)),
    )
    assert.ok((edges ?? -1) >= 0 && (edges ?? 0) < (start ?? 0), steps.join('\n'))
    assert.is(await fromBundle('b', LAN), false)
  },
)

add(
  {
    party: 'bundle',
    aim: 'leaves rules behind',
    way: 'its bottle is deleted, and another while the controller is killed in between',
    seen: "nothing of theirs is left, and others' rules are as they were",
    enforcedBy: 'controller',
  },
  async () => {
    const strangers = (): string =>
      firewallLines()
        .filter((line) => line.startsWith('-A') && !/BOTTLED-|br-/.test(line))
        .join('\n')
    const before = strangers()
    rig.remove('b.yaml')
    await rig.until('the rules of b are gone', () => rulesNamed(rig.slug('b')).length === 0)
    assert.is(rulesNamed(rig.slug('a')).length, 4)
    // Killed right when a's document goes: the next controller finds the rules by their comment.
    const pid = rig.lockPid()
    rig.remove('a.yaml')
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    await rig.until('the controller is dead', () => rig.processes(' run ').length === 0)
    const { code } = await rig.once('--undo', '0', '--allow-mass-delete')
    assert.is(code, 0)
    assert.equal(rulesNamed(rig.word), [])
    // Docker takes its own jump out and puts it back for each new network, of other tests as well.
    await rig.until("others' rules are as before", () => strangers() === before)
  },
)

add(
  {
    party: 'bundle',
    aim: 'outlives its bottle',
    way: 'rules of this root whose bottle has no record',
    seen: 'they are collected at the next start',
    enforcedBy: 'controller',
  },
  async () => {
    rig.write('c.yaml', rig.bottle('c'))
    assert.is((await rig.once()).code, 0)
    const lines = rulesNamed(rig.slug('c'))
    assert.is(lines.length, 4)
    // As a crash right after the rules were written would leave them, had nothing been recorded before.
    const orphan = lines.map((line) => line.replaceAll(rig.slug('c'), `${rig.slug('c')}-lost`))
    execFileSync('iptables-restore', ['--noflush', '-w', '5'], { input: `*filter\n${orphan.join('\n')}\nCOMMIT\n` })
    assert.is(rulesNamed('-lost').filter((line) => line.includes(rig.word)).length, 4)
    assert.is((await rig.once()).code, 0)
    assert.equal(rulesNamed(`${rig.slug('c')}-lost`), [])
    assert.is(rulesNamed(rig.slug('c')).length, 4)
    rig.remove('c.yaml')
    assert.is((await rig.once('--undo', '0', '--allow-mass-delete')).code, 0)
    assert.equal(rulesNamed(rig.word), [])
  },
)

attack.run()
