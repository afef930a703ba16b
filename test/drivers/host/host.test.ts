import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { createHost } from '../../../drivers/host/host.ts'
import { defaultDevice, fromIp, fromProc } from '../../../drivers/host/route-table.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('host')

test("ip's routes are read from all tables, without default and /1", () => {
  const json = JSON.stringify([
    { dst: 'default', gateway: '192.0.2.1', dev: 'eth0' },
    { dst: '0.0.0.0/1', dev: 'tun0' },
    { dst: '128.0.0.0/1', dev: 'tun0' },
    { dst: '192.168.7.0/24', dev: 'br-1', flags: ['linkdown'] },
    { type: 'local', dst: '192.168.7.1', dev: 'br-1', table: 'local' },
    { dst: '10.9.0.0/16', dev: 'wg0', table: '51820' },
    { type: 'blackhole', dst: '10.8.0.0/16' },
    { dst: 'fe80::/64', dev: 'eth0' },
  ])
  assert.equal(fromIp(json), [
    { cidr: '192.168.7.0/24', device: 'br-1' },
    { cidr: '192.168.7.1/32', device: 'br-1' },
    { cidr: '10.9.0.0/16', device: 'wg0' },
    { cidr: '10.8.0.0/16', device: '' },
  ])
})

const PROC = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t010200C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
down0\t0007A8C0\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`

test("the kernel's own table is read if `ip` is missing", () => {
  assert.equal(fromProc(PROC), [
    { cidr: '172.17.0.0/16', device: 'docker0' },
    { cidr: '192.0.2.0/24', device: 'eth0' },
  ])
})

test('the device is that of the default route with the lowest metric', () => {
  assert.is(defaultDevice(PROC), 'eth0')
  assert.is(defaultDevice('Iface\n'), undefined)
})

test('this host: the routes contain loopback and no default route', async () => {
  const routes = await createHost().routes()
  assert.ok(routes.some(({ cidr, device }) => cidr.startsWith('127.') && device === 'lo'))
  assert.not(routes.some(({ cidr }) => /\/[01]$/.test(cidr)))
})

test('this host: every route of the main table is found', async () => {
  const wanted = fromProc(readFileSync('/proc/net/route', 'utf8'))
  const routes = await createHost().routes()
  for (const route of wanted)
    assert.ok(
      routes.some(({ cidr, device }) => cidr === route.cidr && device === route.device),
      route.cidr,
    )
})

test("this host: the MTU is the default route's device's", async () => {
  const device = defaultDevice(readFileSync('/proc/net/route', 'utf8'))
  const wanted =
    device === undefined ? undefined : Number(execFileSync('cat', [`/sys/class/net/${device}/mtu`]).toString())
  assert.is(await createHost().mtu(), wanted)
})

test('this host: the way to an address is told by the address and the device it would be spoken to from', async () => {
  const host = createHost()
  assert.is(await host.source('127.0.0.9'), '127.0.0.1')
  assert.is(await host.device('127.0.0.9'), 'lo')
  assert.is(await host.source('not an address'), undefined)
  assert.is(await host.device('not an address'), undefined)
})

test.run()
