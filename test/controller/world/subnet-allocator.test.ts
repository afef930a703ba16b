import * as assert from 'uvu/assert'
import { createAllocator } from '../../../controller/world/subnet-allocator.ts'
import type { BottleRecord, Host, Network, Records, Route } from '../../../drivers/ports.ts'
import { labelsOf } from '../../../reconcilers/derive/names.ts'
import { chooseSubnet, indexClaims } from '../../../reconcilers/derive/subnet.ts'
import type { Choice } from '../../../reconcilers/derive/subnet.ts'
import { createRecords } from '../../../drivers/disk/records.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { FOREIGN, aNetwork, aRecord } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('subnet allocator')

const aHost = (routes: Host['routes']): Host => ({
  routes,
  mtu: async () => 1_500,
  source: async () => undefined,
  device: async () => undefined,
})

const make = async (
  options: {
    readonly records?: readonly Partial<BottleRecord>[]
    readonly networks?: readonly Network[]
    readonly routes?: readonly Route[]
    readonly excluded?: readonly string[]
    readonly pools?: readonly string[]
  } = {},
) => {
  const { networks = [], routes = [], excluded = [], pools = [] } = options
  const clock = createFakeClock()
  const records: Records = createRecords('/state', createMemoryDisk())
  await records.list()
  for (const record of options.records ?? [{}]) await records.write(aRecord(record))
  const allocator = createAllocator({
    drivers: { records, host: aHost(async () => routes) },
    networks: () => networks,
    owner: 'me',
    settings: { pools, excluded },
    clock,
  })
  const allocate = async (identity = 'web', pin?: string): Promise<Choice | undefined> =>
    (await allocator.allocate([{ identity, pin }])).get(identity)
  return { allocator, allocate, records, clock }
}
/** The candidates of an identity, in order. */
const candidates = (identity: string, count: number): readonly string[] => {
  const taken = indexClaims([])
  return Array.from({ length: count }, () => {
    const choice = chooseSubnet({ identity, pools: [], taken })
    const subnet = 'subnet' in choice ? choice.subnet : ''
    taken.add({ cidr: subnet, by: 'x' })
    return subnet
  })
}
const [FIRST = '', SECOND = ''] = candidates('web', 2)

test('a subnet is reserved in the record, once', async () => {
  const { allocate, records } = await make()
  assert.equal(await allocate(), { subnet: FIRST })
  assert.is(records.read('web')?.subnet, FIRST)
  assert.equal(await allocate('web', '10.0.0.0/24'), { subnet: FIRST })
  assert.is(await allocate('nobody'), undefined)
})

test('what is taken, and by whom', async () => {
  const names = (message: string) => `${FIRST} is taken by ${message}; free it, or set another spec.network.subnet`
  for (const [what, world, by] of [
    ['another bottle', { records: [{}, { name: 'Other', identity: 'o', subnet: FIRST }] }, 'bottle/Other'],
    [
      'a network',
      { networks: [aNetwork({ name: 'vpn', labels: FOREIGN, subnets: ['fd00::/64', FIRST] })] },
      'network vpn',
    ],
    ['a route', { routes: [{ cidr: '192.168.0.0/16', device: 'tun0' }] }, 'the route 192.168.0.0/16 over tun0'],
    ['an exclusion', { excluded: ['10.0.0.0/8', FIRST] }, '--exclude-subnet'],
    [
      "a bridge's own route",
      {
        networks: [aNetwork({ name: 'vpn', labels: FOREIGN, subnets: [FIRST] })],
        routes: [{ cidr: FIRST, device: 'br-1' }],
      },
      'network vpn',
    ],
    ['nobody', { routes: [{ cidr: '10.0.0.0/8', device: 'a' }] }, undefined],
  ] as const) {
    const { allocate, records } = await make(world)
    const choice = await allocate('web', FIRST)
    assert.equal(choice, by === undefined ? { subnet: FIRST } : { reason: 'SubnetTaken', message: names(by) }, what)
    assert.is(records.read('web')?.subnet, by === undefined ? FIRST : undefined, what)
  }
  const wide = {
    networks: [aNetwork({ labels: FOREIGN, subnets: ['10.0.0.0/24'] })],
    routes: [
      { cidr: '10.0.0.0/24', device: 'b' },
      { cidr: '192.168.0.0/16', device: 'c' },
    ],
  }
  const { allocate } = await make({ ...wide, pools: ['10.7.0.0/24'] })
  assert.equal(await allocate(), { subnet: '10.7.0.0/24' })
})

test('a batch is served in order of identity, whatever the order of the wishes and the names', async () => {
  // Of two identities that want the same /24, the one that sorts first has it.
  const wanted = (identity: string): string => candidates(identity, 1)[0] ?? ''
  const seen = new Map<string, string>()
  let pair: readonly [string, string] | undefined
  for (let index = 0; pair === undefined; index++) {
    const identity = `b${String(index).padStart(4, '0')}`
    const other = seen.get(wanted(identity))
    if (other !== undefined) pair = [other, identity]
    seen.set(wanted(identity), identity)
  }
  const [first, second] = pair
  for (const order of [
    [first, second],
    [second, first],
  ]) {
    const { allocator } = await make({
      records: [
        { name: 'Zulu', identity: first },
        { name: 'Alpha', identity: second, uid: 'u2' },
      ],
    })
    const choices = await allocator.allocate(order.map((identity) => ({ identity, pin: undefined })))
    assert.equal([...choices.keys()], [first, second])
    assert.equal(choices.get(first), { subnet: wanted(first) })
    assert.equal(choices.get(second), { subnet: candidates(second, 2)[1] })
  }
})

test('a pin in a batch is taken for those after it', async () => {
  const { allocator } = await make({
    records: [
      { name: 'a', identity: 'a' },
      { name: 'b', identity: 'b', uid: 'u2' },
    ],
  })
  const wishes = ['a', 'b'].map((identity) => ({ identity, pin: '10.0.0.0/24' }))
  const choices = await allocator.allocate(wishes)
  assert.equal(choices.get('a'), { subnet: '10.0.0.0/24' })
  assert.equal(choices.get('b'), {
    reason: 'SubnetTaken',
    message: '10.0.0.0/24 is taken by bottle/a; free it, or set another spec.network.subnet',
  })
})

test('a network of its own that exists already decides', async () => {
  for (const [labels, subnet] of [
    [labelsOf({ owner: 'me', uid: 'u1', name: 'web' }, 'h'), '10.3.3.0/24'],
    [labelsOf({ owner: 'me', uid: 'u0', name: 'web' }, 'h'), FIRST],
    [labelsOf({ owner: 'them', uid: 'u1', name: 'web' }, 'h'), FIRST],
  ] as const) {
    const { allocate, records } = await make({ networks: [aNetwork({ labels, subnets: ['10.3.3.0/24'] })] })
    assert.equal(await allocate(), { subnet })
    assert.is(records.read('web')?.subnet, subnet)
  }
})

test('what Docker refuses is given back and avoided for a minute', async () => {
  const { allocator, allocate, records, clock } = await make()
  const wish = { identity: 'web', pin: undefined }
  await allocate()
  await allocator.refuse(wish, FIRST)
  assert.is(records.read('web')?.subnet, undefined)
  assert.equal(await allocate('web', FIRST), {
    reason: 'SubnetTaken',
    message: `${FIRST} is taken by a network that Docker sees; free it, or set another spec.network.subnet`,
  })
  await clock.advance(60_000)
  assert.equal(await allocate(), { subnet: SECOND })
  await records.update('web', { subnet: undefined })
  await clock.advance(1)
  assert.equal(await allocate(), { subnet: FIRST })
})

test('what is not given back: of a network that existed, another subnet, no record, no CIDR', async () => {
  for (const [what, record, refused] of [
    ['the network existed', { subnet: FIRST, networkExisted: true }, FIRST],
    ['another one meanwhile', { subnet: FIRST }, SECOND],
    ['no CIDR', { subnet: 'odd' }, 'odd'],
  ] as const) {
    const { allocator, records, allocate } = await make({ records: [record, { name: 'b', identity: 'b', uid: 'u2' }] })
    await allocator.refuse({ identity: 'web', pin: undefined }, refused)
    assert.is(records.read('web')?.subnet, record.subnet, what)
    if (what === 'another one meanwhile') assert.equal(await allocate('b', SECOND), { subnet: SECOND }, what)
  }
  const { allocator } = await make({ records: [] })
  await allocator.refuse({ identity: 'web', pin: undefined }, FIRST)
})

test('two calls at once never get the same, also after one that fails', async () => {
  let broken = true
  const records = createRecords('/state', createMemoryDisk())
  await records.list()
  for (const [index, identity] of ['a', 'b'].entries())
    await records.write(aRecord({ name: identity, identity, uid: `u${index}` }))
  const allocator = createAllocator({
    drivers: {
      records,
      host: aHost(async () => {
        if (broken) throw new Error('no routes')
        return []
      }),
    },
    networks: () => [],
    owner: 'me',
    settings: { pools: ['10.0.0.0/24'], excluded: ['192.168.0.0/16'] },
    clock: createFakeClock(),
  })
  const ask = (identity: string) => allocator.allocate([{ identity, pin: undefined }])
  await ask('a').then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'no routes'),
  )
  broken = false
  const [a, b] = await Promise.all([ask('a'), ask('b')])
  assert.equal(a.get('a'), { subnet: '10.0.0.0/24' })
  const none = b.get('b')
  assert.is(none !== undefined && 'reason' in none ? none.reason : '', 'SubnetPoolExhausted')
})

test.run()
