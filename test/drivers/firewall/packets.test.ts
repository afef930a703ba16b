import * as assert from 'uvu/assert'
import { createFirewall } from '../../../drivers/firewall/firewall.ts'
import { createTool } from '../../../drivers/firewall/tool.ts'
import type { Edge, Firewall } from '../../../drivers/ports.ts'
import { ADDRESSES, createNetLab, netLabMissing } from '../../helpers/net-lab.ts'
import type { NetLab } from '../../helpers/net-lab.ts'
import { suite } from '../../helpers/suite.ts'

/** What gets through, seen by real packets: a host, a bundle on its bridge, and an outside, each in a network of its own. */
const test = suite('packets at the edges')
const missing = netLabMissing()
const DEADLINE = { deadlineMs: 240_000 }
const NOBODY = 65534
const CONTROLLER = 4242

interface Stage {
  readonly lab: NetLab
  readonly edge: Edge
  firewall(more?: {
    readonly userId?: number
    readonly reach?: readonly string[]
    readonly resolvers?: readonly string[]
  }): Firewall
}

const scene = (title: string, body: (stage: Stage) => Promise<void>): void => {
  if (missing !== undefined) return test.skip(title, missing)
  test(
    title,
    async () => {
      const lab = createNetLab()
      try {
        // As Docker does it, but for the policy: this host forwarded before Docker came.
        for (const line of [
          '-N DOCKER-USER',
          '-A DOCKER-USER -j RETURN',
          '-A FORWARD -j DOCKER-USER',
          `-A FORWARD -o ${lab.bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
          `-A FORWARD -i ${lab.bridge} ! -o ${lab.bridge} -j ACCEPT`,
        ])
          lab.run('host', ['iptables', ...line.split(' ')])
        const edge = { identity: 'web', bridge: lab.bridge, bundleIp: ADDRESSES.bundle, reach: [] }
        const open = async () => createTool('iptables', lab.in('host'))
        await body({
          lab,
          edge,
          firewall: ({ userId = CONTROLLER, reach = [], resolvers = [] } = {}) =>
            createFirewall({
              owner: 'bottled-0000000000000001',
              userId,
              reach,
              open,
              resolvers: async () => resolvers,
            }),
        })
      } finally {
        lab.remove()
      }
    },
    DEADLINE,
  )
}

scene(
  'a bundle reaches the outside world, and neither this host nor anything private',
  async ({ lab, edge, firewall }) => {
    await lab.serve('host', 80)
    await lab.serve('outside', 80)
    await lab.serve('outside', 53, ADDRESSES.private)
    const { gateway, host, private: lan, shared, metadata, public: world } = ADDRESSES
    const refused = [gateway, host, '10.213.0.1', lan, shared, metadata]
    const all = async (): Promise<Readonly<Record<string, boolean>>> =>
      Object.fromEntries(
        await Promise.all([...refused, world].map(async (ip) => [ip, await lab.reaches('bundle', ip, 80)] as const)),
      )
    const udp = (): Promise<boolean> => lab.reaches('bundle', lan, 53, { kind: 'udp' })
    const [before, udpBefore] = [await all(), await udp()]
    assert.equal([Object.values(before).every(Boolean), udpBefore], [true, true], JSON.stringify(before))
    const rules = firewall()
    await rules.close(edge)
    const closed = Object.fromEntries([...refused.map((ip) => [ip, false] as const), [world, true] as const])
    assert.equal(await all(), closed)
    assert.is(await udp(), false)
    await rules.open('web')
    assert.equal(await all(), before)
  },
)

scene('a conversation that a bundle began before ends with the rules, and one of the host does not', async (stage) => {
  const { lab, edge, firewall } = stage
  await lab.serve('host', 80)
  await lab.serve('outside', 80)
  await lab.serve('bundle', 8888)
  const [toHost, toLan, toWorld] = await Promise.all(
    [ADDRESSES.gateway, ADDRESSES.private, ADDRESSES.public].map((ip) => lab.converse('bundle', ip, 80)),
  )
  const fromHost = await lab.converse('host', ADDRESSES.bundle, 8888)
  await firewall().close(edge)
  assert.equal(await Promise.all([toHost, toLan, toWorld, fromHost].flatMap((each) => each?.stillWorks() ?? [])), [
    false,
    false,
    true,
    true,
  ])
})

scene('only the user of the controller reaches a bundle from this host; from outside nobody does', async (stage) => {
  const { lab, edge, firewall } = stage
  await lab.serve('bundle', 8888)
  lab.run('outside', ['ip', 'route', 'add', '192.168.251.0/24', 'via', '10.213.0.1'])
  const from = async (): Promise<readonly boolean[]> =>
    Promise.all([
      lab.reaches('host', ADDRESSES.bundle, 8888, { user: CONTROLLER }),
      lab.reaches('host', ADDRESSES.bundle, 8888, { user: NOBODY }),
      lab.reaches('host', ADDRESSES.bundle, 8888),
      lab.reaches('host', ADDRESSES.bundle, 8888, { user: 2_000_007 }),
      lab.reaches('outside', ADDRESSES.bundle, 8888),
    ])
  assert.equal(await from(), [true, true, true, true, true])
  await firewall().close(edge)
  assert.equal(await from(), [true, false, false, false, false])
  // As root VMs have user ids of their own.
  await firewall({ userId: 0 }).close(edge)
  assert.equal(await from(), [false, false, true, true, false])
})

scene('names are asked for, and exceptions are reached, by their port where one is named', async (stage) => {
  const { lab, edge, firewall } = stage
  const { private: lan, metadata, host, shared } = ADDRESSES
  for (const [place, ips] of [
    ['host', [host]],
    ['outside', [metadata, lan]],
  ] as const) {
    for (const port of [53, 80, 3128]) await lab.serve(place, port)
    for (const ip of ips) await lab.serve(place, 53, ip)
  }
  // Some clouds resolve names at their metadata address; some hosts at their own.
  const rules = firewall({ resolvers: [metadata, host], reach: [`${lan}/32:3128`] })
  await rules.close({ ...edge, reach: ['100.64.0.0/10'] })
  for (const [ip, port, kind, isReached] of [
    [metadata, 53, 'udp', true],
    [metadata, 53, 'tcp', true],
    [metadata, 80, 'tcp', false],
    [host, 53, 'udp', true],
    [host, 53, 'tcp', true],
    [host, 80, 'tcp', false],
    [lan, 3128, 'tcp', true],
    [lan, 80, 'tcp', false],
    [lan, 53, 'udp', false],
    [shared, 80, 'tcp', true],
  ] as const)
    assert.is(await lab.reaches('bundle', ip, port, { kind }), isReached, `${ip} ${port} ${kind}`)
  // The exception was of one bundle only.
  await rules.close(edge)
  assert.is(await lab.reaches('bundle', shared, 80), false)
  // An address of this host counts, where the operator names it.
  await firewall({ reach: ['10.99.0.0/16'] }).close(edge)
  assert.is(await lab.reaches('bundle', host, 80), true)
  assert.is(await lab.reaches('bundle', ADDRESSES.gateway, 80), false)
})

scene('whatever a person or a tool does to the rules is seen, and written again', async ({ lab, edge, firewall }) => {
  await lab.serve('host', 80)
  await lab.serve('outside', 80)
  const rules = firewall()
  await rules.close({ ...edge, identity: 'other', bridge: 'br-000000000000', bundleIp: '10.0.0.2' })
  await rules.close(edge)
  const look = await rules.look()
  const chain = (way: string): string => {
    const [, name = ''] = new RegExp(`^:(BOTTLED-\\w+-${way}) `, 'm').exec(lab.run('host', ['iptables-save'])) ?? []
    return name
  }
  const [, jump = ''] = /^-A (INPUT .*)$/m.exec(lab.run('host', ['iptables-save']).replaceAll('"', '')) ?? []
  for (const change of [
    '-F',
    '-F INPUT',
    '-F DOCKER-USER',
    '-F OUTPUT',
    `-F ${chain('HOST')}`,
    `-F ${chain('FROM-D')}`,
    `-D ${chain('TO')} 1`,
    `-I INPUT -i ${lab.bridge} -j ACCEPT`,
    '-I INPUT -j RETURN',
    '-I DOCKER-USER -j RETURN',
    '-I FORWARD -j ACCEPT',
    `-I ${chain('FROM')} -j RETURN`,
    `-I ${chain('HOST-D')} -j ACCEPT`,
    `-I ${chain('FROM-D')} 2 -j RETURN`,
    `-A ${chain('HOST-D')} -j LOG`,
    `-R ${chain('HOST-D')} 2 -j ACCEPT`,
    `-I FORWARD ${jump.replace('INPUT ', '')}`,
    `-A ${jump}`,
  ]) {
    lab.run('host', ['iptables', ...change.split(' ')])
    const after = await rules.look()
    assert.ok(after.may && look.may && after.closed.length < look.closed.length, `not seen: ${change}`)
    await rules.close(edge)
    assert.equal(await rules.look(), look, change)
    assert.equal(
      await Promise.all([lab.reaches('bundle', ADDRESSES.gateway, 80), lab.reaches('bundle', ADDRESSES.private, 80)]),
      [false, false],
      change,
    )
    // What others wrote stays as it is, where it is not in our chains.
    if (/^-I (INPUT|DOCKER-USER|FORWARD) .*-j [A-Z]+$/.test(change))
      lab.run('host', ['iptables', ...change.replace('-I', '-D').split(' ')])
    // As the next start of Docker does.
    if (!lab.run('host', ['iptables-save']).includes('-A FORWARD -j DOCKER-USER'))
      lab.run('host', ['iptables', '-I', 'FORWARD', '-j', 'DOCKER-USER'])
    await rules.close(edge)
    assert.equal(await rules.look(), look, `after ${change}`)
  }
  // Docker's own moment, at each network that it makes.
  lab.run('host', ['iptables', '-D', 'FORWARD', '-j', 'DOCKER-USER'])
  assert.equal(await rules.look(), look, 'while Docker puts its jump back')
  assert.is(await lab.reaches('bundle', ADDRESSES.private, 80), false)
  lab.run('host', ['iptables', '-I', 'FORWARD', '-j', 'DOCKER-USER'])
  // Rules of others behind ours are nobody's business.
  lab.run('host', ['iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'ACCEPT'])
  assert.equal(await rules.look(), look)
})

test.run()
