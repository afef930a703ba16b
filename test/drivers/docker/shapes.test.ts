import * as assert from 'uvu/assert'
import { containerBody, fromInspect, fromList, userOf } from '../../../drivers/docker/container-shapes.ts'
import { canonicalCidr, chooseTwin, exactName, networkBody, toNetwork } from '../../../drivers/docker/network-shapes.ts'
import type { ContainerRequest, Network } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('docker shapes')

const NET = 'a'.repeat(64)
const ID = 'b'.repeat(64)

test('a listed container of Engine 20.10 that never started has the network of its NetworkMode', () => {
  const container = fromList({
    Id: ID,
    Names: ['/bottle-x-bundle'],
    Image: 'x:1',
    State: 'created',
    Status: 'Created',
    HostConfig: { NetworkMode: NET },
    NetworkSettings: {
      Networks: { 'bottle-x': { NetworkID: '', IPAddress: '', IPAMConfig: { IPv4Address: '10.0.0.2' } } },
    },
  })
  assert.equal(container, {
    id: ID,
    name: 'bottle-x-bundle',
    image: 'x:1',
    labels: {},
    state: 'created',
    health: undefined,
    attachments: [{ networkId: NET, ip: '10.0.0.2' }],
  })
})

test('a listed container of Engine 29 has no top-level address, and its endpoint may be keyed by id', () => {
  const networks = { [NET]: { NetworkID: NET, IPAddress: '192.168.5.2', IPAMConfig: { IPv4Address: '192.168.5.2' } } }
  const listed = {
    Id: ID,
    Names: ['/x'],
    Image: 'i',
    State: 'running',
    Status: 'Up 2 seconds',
    Health: { Status: 'none', FailingStreak: 0 },
  }
  const container = fromList({ ...listed, NetworkSettings: { Networks: networks } })
  assert.equal(container.attachments, [{ networkId: NET, ip: '192.168.5.2' }])
  assert.is(container.health, undefined)
})

test('health is read from the text of old lists and the field of new ones', () => {
  const health = (Status: string, Health?: { Status: string }): unknown =>
    fromList({
      Id: ID,
      Names: ['/x'],
      Image: 'i',
      State: 'running',
      Status,
      ...(Health === undefined ? {} : { Health }),
    }).health
  assert.is(health('Up 5 seconds (healthy)'), 'healthy')
  assert.is(health('Up 5 seconds (unhealthy)'), 'unhealthy')
  assert.is(health('Up Less than a second (health: starting)'), 'starting')
  assert.is(health('Up 5 minutes'), undefined)
  assert.is(health('Up 5 minutes (Paused)'), undefined)
  assert.is(health('Exited (0) 2 seconds ago'), undefined)
  assert.is(health('Up 5 seconds', { Status: 'unhealthy' }), 'unhealthy')
})

test('a name is distinguished from the alias of a link', () => {
  assert.is(fromList({ Id: ID, Names: ['/other/alias', '/mine'], Image: 'i', State: 'running' }).name, 'mine')
})

test('OOMKilled may come with running', () => {
  const container = fromInspect({
    Id: ID,
    Name: '/x',
    Config: { Image: 'i', Labels: null },
    State: { Status: 'running', ExitCode: 0, OOMKilled: true, Health: { Status: 'healthy' } },
    NetworkSettings: { Networks: null },
  })
  assert.is(container.oomKilled, true)
  assert.is(container.state, 'running')
  assert.is(container.health, 'healthy')
  assert.equal(container.attachments, [])
})

test('a network of the list of Engine 29 has no Containers, one without IPAM has no subnets', () => {
  assert.equal(toNetwork({ Id: NET, Name: 'host', Driver: 'host', IPAM: { Config: null }, Labels: null }), {
    id: NET,
    name: 'host',
    driver: 'host',
    labels: {},
    subnets: [],
    endpoints: [],
  })
})

test('endpoints come without their prefix length', () => {
  const network = toNetwork({ Id: NET, Name: 'n', Containers: { [ID]: { Name: 'c', IPv4Address: '192.168.5.2/24' } } })
  assert.equal(network.endpoints, [{ containerId: ID, containerName: 'c', ip: '192.168.5.2' }])
})

test('subnets are canonical, in both families', () => {
  assert.is(canonicalCidr('192.168.215.7/24'), '192.168.215.0/24')
  assert.is(canonicalCidr('fd00:0:0::1/64'), 'fd00::/64')
  assert.is(canonicalCidr('banana'), 'banana')
})

test('a name filter is anchored and escaped', () => {
  assert.is(exactName('a.b'), '^a\\.b$')
})

test('among twins the one in use is kept, otherwise the one with the lowest id, and only ours are named', () => {
  const network = (id: string, owner: string, endpoints: number): Network => ({
    id,
    name: 'n',
    driver: 'bridge',
    labels: { owner },
    subnets: [],
    endpoints: Array.from({ length: endpoints }, () => ({ containerId: 'c', containerName: 'c', ip: '' })),
  })
  const ours = { owner: 'me' }
  assert.is(chooseTwin([network('b', 'me', 0), network('a', 'me', 0)], ours).keep?.id, 'a')
  assert.is(chooseTwin([network('b', 'me', 1), network('a', 'me', 0)], ours).keep?.id, 'b')
  assert.equal(
    chooseTwin([network('b', 'me', 0), network('a', 'you', 0)], ours).ours.map(({ id }) => id),
    ['b'],
  )
})

test('a network is requested with its upper half, without IPv6, and without traffic between containers unless that is asked for', () => {
  const asked = {
    name: 'n',
    subnet: '192.168.5.0/24',
    gateway: '192.168.5.1',
    ipRange: '192.168.5.128/25',
    mtu: 1400,
    labels: { a: 'b' },
  }
  assert.match(JSON.stringify(networkBody({ ...asked, joined: true })), 'bridge.enable_icc":"true"')
  assert.equal(networkBody(asked), {
    Name: 'n',
    CheckDuplicate: true,
    Driver: 'bridge',
    EnableIPv6: false,
    Internal: false,
    Attachable: false,
    IPAM: {
      Driver: 'default',
      Config: [{ Subnet: '192.168.5.0/24', Gateway: '192.168.5.1', IPRange: '192.168.5.128/25' }],
    },
    Options: { 'com.docker.network.bridge.enable_icc': 'false', 'com.docker.network.driver.mtu': '1400' },
    Labels: { a: 'b' },
  })
})

test("the user is the requested one, otherwise the image's own unless that is root, otherwise nobody", () => {
  assert.is(userOf('0:0', ''), '0:0')
  assert.is(userOf(undefined, 'pipelock'), undefined)
  assert.is(userOf(undefined, '1000:1000'), undefined)
  for (const root of [
    '',
    '0',
    'root',
    '0:0',
    'root:root',
    '00',
    '+0',
    '-0',
    '-0:5',
    ':1000',
    '000:5',
    ' 0',
    ':0',
    ':',
    'root:agents',
  ])
    assert.is(userOf(undefined, root), '65534:65534')
})

test('the sysctl against IPv6 is omitted if the kernel has none, and folders in memory belong to the user', () => {
  const request: ContainerRequest = {
    name: 'c',
    image: 'i',
    labels: {},
    networkId: NET,
    ip: '192.168.5.2',
    env: {},
    command: undefined,
    user: undefined,
    mounts: [],
    tmpfs: ['/run'],
    readOnlyRoot: true,
    memoryMiB: 64,
    cpus: undefined,
    pids: 64,
  }
  const body = (runsAs: string, kernelHasIPv6: boolean): string =>
    JSON.stringify(containerBody({ request, user: undefined, runsAs, kernelHasIPv6 }))
  assert.match(body('1:2', true), /disable_ipv6/)
  assert.not.match(body('1:2', false), /ipv6/)
  assert.match(body('1:2', true), /"\/run":"rw,noexec,nosuid,nodev,size=64m,mode=1777,uid=1,gid=2"/)
  assert.match(body('1', true), /,uid=1,gid=0"/)
  assert.match(body('me', true), /,mode=1777"/)
})

test.run()
