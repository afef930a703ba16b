import * as assert from 'uvu/assert'
import type { Container, Network, Route } from '../../drivers/ports.ts'
import type { Situation } from '../../reconcilers/contract/reconciler.ts'
import { configHash, labelsOf } from '../../reconcilers/derive/names.ts'
import { network } from '../../reconcilers/network.ts'
import {
  FOREIGN,
  LEFTOVER,
  OWNERSHIP,
  SUBNET,
  aContainer,
  aNetwork,
  aSituation,
  createCalls,
  runAll,
  words,
} from '../parts/plans.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('network')
const LABELS = labelsOf(OWNERSHIP, configHash({ subnet: SUBNET }))
const GOES_DOWN = 'first what comes after goes down'
const SETTLED = [
  'settled {"id":"n1","name":"bottle-web","subnet":"192.168.9.0/24","gateway":"192.168.9.1","bundleIp":"192.168.9.2"}',
]

interface Seen {
  readonly found?: readonly Network[]
  readonly bundle?: Container | undefined
  readonly all?: readonly Network[]
  readonly routes?: readonly Route[]
  readonly mtu?: number
  readonly astray?: boolean
  readonly device?: string
  readonly carrying?: readonly Container[]
}
const planOf = (situation: Situation, seen: Seen = {}) =>
  network.plan(situation, {
    found: [],
    bundle: undefined,
    all: [],
    routes: [],
    mtu: 1_400,
    astray: false,
    device: undefined,
    carrying: [],
    ...seen,
  })
const plan = (situation: Situation, seen: Seen = {}): readonly string[] => words(planOf(situation, seen))
const ran = async (situation: Situation, seen: Seen = {}): Promise<readonly string[]> => {
  const { drivers, calls } = createCalls()
  await runAll(planOf(situation, seen), drivers)
  return calls
}
/** The network is there and known. */
const up = aSituation({ record: { subnet: SUBNET, networkExisted: true } })
const fresh = aSituation()
const one = (change: Partial<Network> = {}): Network => aNetwork({ labels: LABELS, ...change })
const guest = (change: Partial<Network['endpoints'][number]> = {}): Network['endpoints'][number] => ({
  containerId: 'c1',
  containerName: 'bottle-web-bundle',
  ip: '192.168.9.2',
  ...change,
})

test('it is made on the reserved subnet, which the record keeps', async () => {
  assert.equal(plan(fresh), [GOES_DOWN, 'create network/bottle-web: it does not exist'])
  assert.equal(plan(up), [GOES_DOWN, 'create network/bottle-web: it is gone'])
  const request = {
    name: 'bottle-web',
    subnet: SUBNET,
    gateway: '192.168.9.1',
    ipRange: '192.168.9.128/25',
    mtu: 1_400,
    labels: LABELS,
  }
  assert.equal(await ran(fresh), [
    `networks.create(${JSON.stringify(request)})`,
    `records.update("web", {"subnet":"${SUBNET}","networkExisted":true,"hauntedNetwork":"undefined"})`,
  ])
})

test('where the agent is a container, its network has traffic between containers, and another one is made anew', async () => {
  const machine = { runtime: 'container' } as const
  const wanted = aSituation({ spec: { machine }, record: { subnet: SUBNET, networkExisted: true } })
  const joined = labelsOf(OWNERSHIP, configHash({ subnet: SUBNET, joined: true }))
  const [created = ''] = await ran(wanted)
  assert.match(created, '"joined":true')
  assert.match(created, JSON.stringify(joined))
  assert.equal(plan(wanted, { found: [one({ labels: joined })] }), SETTLED)
  const isAnew = (situation: Situation, found: Network): void => {
    const [first, second = ''] = plan(situation, { found: [found] })
    assert.is(first, GOES_DOWN)
    assert.match(second, /^remove network\/bottle-web: it is not the network/)
  }
  isAnew(wanted, one())
  isAnew(up, one({ labels: joined }))
  isAnew({ ...up, settings: { ...up.settings, runtime: 'container' } }, one())
})

test('an agent in a container that is there keeps its network, until a rollout takes it', () => {
  const is = { envKeys: [], restartHash: '', workspaceCopied: false, runtime: 'container' } as const
  const joined = labelsOf(OWNERSHIP, configHash({ subnet: SUBNET, joined: true }))
  assert.equal(plan({ ...up, record: { ...up.record, machine: is } }, { found: [one({ labels: joined })] }), SETTLED)
})

test('without a subnet, or with one that is taken meanwhile, what comes after goes down and nothing is made', () => {
  const taken = (by: string): readonly string[] => [
    GOES_DOWN,
    `stuck SubnetTaken: ${SUBNET} is taken by ${by}; free it, or set another spec.network.subnet`,
  ]
  assert.equal(plan(aSituation({ allocation: { reason: 'SubnetPoolExhausted', message: 'all are' } })), [
    GOES_DOWN,
    'stuck SubnetPoolExhausted: all are',
  ])
  const vpn = aNetwork({ id: 'x', name: 'vpn' })
  const route = { cidr: '192.168.0.0/16', device: 'tun0' }
  for (const [what, seen, lines] of [
    ['a network of the very subnet', { all: [vpn] }, taken('network vpn')],
    ['one of its subnets', { all: [{ ...vpn, subnets: ['fd00::/64', '192.168.8.0/23'] }] }, taken('network vpn')],
    ['other networks', { all: [{ ...vpn, subnets: ['192.168.8.0/24', 'fd00::/64'] }] }, undefined],
    [
      'a route over it',
      { routes: [{ cidr: '10.0.0.0/8', device: 'a' }, route] },
      taken('the route 192.168.0.0/16 over tun0'),
    ],
    [
      'other routes',
      {
        routes: [
          { cidr: '10.0.0.0/8', device: 'a' },
          { cidr: 'fe80::/64', device: 'b' },
        ],
      },
      undefined,
    ],
  ] as const)
    assert.equal(plan(up, seen), lines ?? [GOES_DOWN, 'create network/bottle-web: it is gone'], what)
  const odd = aSituation({ allocation: { subnet: 'odd' } })
  assert.equal(plan(odd, { all: [vpn] }), [GOES_DOWN, 'create network/bottle-web: it does not exist'])
})

test('whose it is', () => {
  const mine = one()
  for (const [what, found, lines] of [
    [
      'a stranger',
      [mine, aNetwork({ id: 'n2', labels: {} })],
      [
        'stuck NameConflict: network bottle-web exists without our labels and is never touched: rename or remove it, or set spec.identity',
      ],
    ],
    [
      'another root',
      [aNetwork({ labels: FOREIGN })],
      [
        'stuck NameConflict: network bottle-web belongs to the root with owner id them; if that root is gone or was this one, run bottled with --adopt them',
      ],
    ],
    [
      'an earlier bottle',
      [mine, aNetwork({ id: 'n0', labels: LEFTOVER })],
      ['remove network/bottle-web: it belongs to an earlier bottle of this name'],
    ],
    ['two of ours', [mine, one({ id: 'n2' })], ['remove network/bottle-web: another network has the same name']],
    [
      'another subnet',
      [aNetwork()],
      [`remove network/bottle-web: it is not the network that ${SUBNET} was reserved for`],
    ],
  ] as const)
    assert.equal(plan(up, { found }), [GOES_DOWN, ...lines], what)
  assert.equal(plan(up, { found: [mine] }), SETTLED)
})

test('of two of a name the one in use stays, else the one with the lowest id', async () => {
  const used = [guest()]
  for (const [found, removed] of [
    [[one({ id: 'b' }), one({ id: 'a' })], 'b'],
    [[one({ id: 'a' }), one({ id: 'b' })], 'b'],
    [[one({ id: 'a' }), one({ id: 'b', endpoints: used })], 'a'],
    [[one({ id: 'b', endpoints: used }), one({ id: 'a' })], 'a'],
  ] as const)
    assert.equal(await ran(up, { found }), [`networks.remove("${removed}")`])
})

test('one that is ours and that the record does not know is adopted', async () => {
  const found = [one({ subnets: ['10.1.2.0/24', 'fd00::/64'] })]
  for (const record of [{}, { subnet: SUBNET }, { networkExisted: true }]) {
    const situation = aSituation({ record })
    assert.equal(plan(situation, { found }), ['adopt network/bottle-web: it carries our labels'])
    assert.equal(await ran(situation, { found }), [
      'records.update("web", {"subnet":"10.1.2.0/24","networkExisted":true})',
    ])
  }
})

test('who holds .2', () => {
  const mine = aContainer()
  const taken = [GOES_DOWN, 'stuck AddressTaken: container thief holds 192.168.9.2 on bottle-web; remove it']
  for (const [what, endpoints, bundle, lines] of [
    ['our bundle', [guest()], mine, SETTLED],
    ['nobody', [], mine, SETTLED],
    ['somebody else at another address', [guest({ containerId: 'x', ip: '192.168.9.130' })], mine, SETTLED],
    ['a stranger beside our bundle', [guest({ containerId: 'x', containerName: 'thief' })], mine, taken],
    ['a stranger, and there is no bundle', [guest({ containerId: 'x', containerName: 'thief' })], undefined, taken],
    [
      "a bundle of our name that isn't ours",
      [guest()],
      aContainer({ labels: FOREIGN }),
      [
        GOES_DOWN,
        'stuck NameConflict: container bottle-web-bundle belongs to the root with owner id them; if that root is gone or was this one, run bottled with --adopt them',
      ],
    ],
    ["one that isn't ours and is elsewhere", [], aContainer({ labels: FOREIGN }), SETTLED],
  ] as const)
    assert.equal(plan(up, { found: [one({ endpoints })], bundle }), lines, what)
})

test('one on which a killed Engine may have left a task is replaced', async () => {
  const haunted = (hauntedNetwork: string) =>
    aSituation({ record: { subnet: SUBNET, networkExisted: true, hauntedNetwork } })
  assert.equal(plan(haunted('n1'), { found: [one()] }), [
    GOES_DOWN,
    'remove network/bottle-web: a killed Docker Engine left a task on it, which may hold the address of the bundle',
  ])
  assert.equal(await ran(haunted('n1'), { found: [one()] }), ['networks.remove("n1")'])
  assert.equal(plan(haunted('n0'), { found: [one()] }), SETTLED)
})

test('downwards it stays; it goes with the bottle, unless a stranger is attached', async () => {
  const record = { subnet: SUBNET, networkExisted: true }
  const down = aSituation({ goal: 'down', record })
  assert.equal(plan(down, { found: [aNetwork({ labels: LEFTOVER, id: 'n0' }), one()] }), SETTLED)
  assert.equal(plan(down), ['settled {}'])
  assert.equal(plan(aSituation({ goal: 'down' }), { found: [one()] }), ['settled {}'])
  const gone = aSituation({ goal: 'gone', record })
  const both = [
    one({ endpoints: [guest()] }),
    aNetwork({ id: 'n0', labels: LEFTOVER }),
    aNetwork({ id: 'x', labels: FOREIGN }),
  ]
  const line = 'remove network/bottle-web: the bottle is deleted'
  assert.equal(plan(gone, { found: both, bundle: aContainer() }), [line, line])
  assert.equal(await ran(gone, { found: both, bundle: aContainer() }), [
    'networks.remove("n1")',
    'networks.remove("n0")',
  ])
  const busy = 'wait 2000 NetworkInUse: container bottle-web-bundle is attached to bottle-web; stop it'
  assert.equal(plan(gone, { found: both }), [busy])
  assert.equal(plan(gone, { found: [aNetwork({ labels: FOREIGN, endpoints: [guest()] })] }), ['settled {}'])
  assert.equal(plan(gone), ['settled {}'])
})

test('a way that leaves over another device takes the subnet, unless this host has no bridge of ours at all', () => {
  const found = [one({ endpoints: [guest()] })]
  const ours = { cidr: SUBNET, device: 'br-1' }
  const taken = (over: string): readonly string[] => [
    GOES_DOWN,
    `stuck SubnetTaken: the route to 192.168.9.2 leaves over ${over} and not over the bridge of bottle-web; remove the route or rule that takes ${SUBNET}`,
  ]
  for (const [what, seen, lines] of [
    ['straight', { routes: [ours] }, SETTLED],
    ['astray', { astray: true, device: 'tun0', routes: [{ cidr: '10.0.0.0/8', device: 'a' }, ours] }, taken('tun0')],
    ['over nobody knows what', { astray: true, routes: [ours] }, taken('another device')],
    ['without a bridge', { astray: true, device: 'tun0', routes: [{ cidr: '10.0.0.0/8', device: 'a' }] }, SETTLED],
  ] as const)
    assert.equal(plan(up, { found, bundle: aContainer(), ...seen }), lines, what)
})

test('one that is another than asked, or whose .2 a renamed bundle holds', () => {
  const other = [GOES_DOWN, `remove network/bottle-web: it is not the network that ${SUBNET} was reserved for`]
  for (const change of [
    { driver: 'macvlan' },
    { subnets: [] },
    { subnets: ['10.0.0.0/24'] },
    { subnets: [SUBNET, 'fd00::/64'] },
  ])
    assert.equal(plan(up, { found: [one(change)] }), other, JSON.stringify(change))
  const found = [one({ endpoints: [guest({ containerId: 'c7', containerName: 'renamed' })] })]
  assert.equal(plan(up, { found, carrying: [aContainer({ id: 'c6' }), aContainer({ id: 'c7' })] }), SETTLED)
})

test('what is read, and that the rest of the world is only read where something is lost or astray', async () => {
  const routes = [{ cidr: SUBNET, device: 'x' }]
  const observe = async (situation: Situation, found: readonly Network[], source = '192.168.9.1') => {
    const { drivers, calls } = createCalls({
      'networks.find': found,
      'networks.list': [aNetwork()],
      'host.routes': routes,
      'host.mtu': 1_400,
      'host.source': source,
      'host.device': 'tun0',
      'containers.find': aContainer(),
      'containers.carrying': [aContainer({ id: 'c7' })],
    })
    return { seen: await network.observe(situation, drivers, new AbortController().signal), calls }
  }
  const always = ['networks.find("bottle-web")', 'containers.find("bottle-web-bundle")']
  const way = 'host.source("192.168.9.2")'
  const carrying = 'containers.carrying({"dev.bottled.owner":"me","dev.bottled.uid":"u1"})'
  const nothing = { all: [], routes: [], mtu: undefined, astray: false, device: undefined, carrying: [] }
  const held = one({ endpoints: [guest(), guest({ containerId: 'c7' })] })
  const down = { ...up, goal: 'down' } as const
  for (const [what, situation, found, source, more, seen] of [
    ['there', up, [one({ endpoints: [guest()] })], undefined, [way], {}],
    ['there and not known', fresh, [one()], undefined, [], {}],
    ['new', fresh, [], undefined, ['host.mtu()'], { mtu: 1_400 }],
    [
      'lost',
      up,
      [],
      undefined,
      ['networks.list()', 'host.routes()', 'host.mtu()'],
      { all: [aNetwork()], routes, mtu: 1_400 },
    ],
    ['lost on the way down', down, [], undefined, [], {}],
    [
      'astray',
      up,
      [one()],
      '10.0.0.5',
      [way, 'host.routes()', 'host.device("192.168.9.2")'],
      { routes, astray: true, device: 'tun0' },
    ],
    ['with another on it', up, [held], undefined, [way, carrying], { carrying: [aContainer({ id: 'c7' })] }],
    ['with another on it, down', down, [held], undefined, [], {}],
  ] as const) {
    const { seen: was, calls } = await observe(situation, found, source)
    assert.equal(calls, [...always, ...more], what)
    assert.equal(was, { found, bundle: aContainer(), ...nothing, ...seen }, what)
  }
})

test('while the bottle is parked its document is why it goes', () => {
  const record = { subnet: SUBNET, networkExisted: true, parked: { since: '', until: '' } }
  assert.equal(plan(aSituation({ goal: 'gone', record }), { found: [one()] }), [
    "remove network/bottle-web: the bottle's document is gone",
  ])
})

test.run()
