import * as assert from 'uvu/assert'
import { containerTargets } from '../../../cli/seal/container-targets.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('targets of a seal, for an agent in a container')
const FACTS = {
  bundleIp: '192.168.9.2',
  gateway: '192.168.9.1',
  port: 4711,
  hostAddresses: ['10.0.0.5', '192.168.9.1', '2001:db8::5'],
  containers: [
    { name: 'own', ip: '192.168.9.2', port: 8888 },
    { name: 'other', ip: '192.168.10.2', port: 8888 },
  ],
  outside: ['192.0.2.9'],
  device: 'eth0',
}
const targets = containerTargets(FACTS)

test('what a VM alone could try is not in it, and the proxy of its bundle must answer', () => {
  assert.not.ok(targets.some(({ what }) => what.includes('smolvm')))
  assert.equal(
    targets.flatMap(({ what, expect }) => (expect === 'answer' ? [what] : [])),
    ['the proxy of its bundle'],
  )
})

test('each address that must not be reached is tried bound to the device and without a gateway, by TCP and UDP', () => {
  for (const ip of ['192.168.9.1', '10.0.0.5', '192.168.10.2', '169.254.169.254', '192.0.2.9']) {
    const ways = targets.flatMap(({ attempt, expect }) => {
      if (!('port' in attempt) || attempt.ip !== ip) return []
      assert.is(expect, 'nothing')
      const { kind, device, direct } = attempt
      return device === undefined && direct === undefined ? [] : [`${kind} ${device ?? 'direct'}`]
    })
    assert.equal(ways.toSorted(), ['tcp direct', 'tcp eth0', 'udp direct', 'udp eth0'], ip)
  }
})

test('its own bundle is tried by UDP, ping and another port, and the resolver of Docker by TCP', () => {
  const at = (ip: string): readonly string[] =>
    targets.flatMap(({ attempt }) => ('ip' in attempt && attempt.ip === ip ? [attempt.kind] : []))
  for (const kind of ['udp', 'ping']) assert.ok(at('192.168.9.2').includes(kind), kind)
  assert.equal(at('127.0.0.11'), ['tcp'])
})

test('no two rows say the same', () => {
  const whats = targets.map(({ what }) => what)
  assert.equal(whats.length, new Set(whats).size)
})

test.run()
