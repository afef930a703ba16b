import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { inwardNames } from '../../../cli/seal/inward-names.ts'
import { sealTargets } from '../../../cli/seal/targets.ts'
import type { Facts } from '../../../cli/seal/target.ts'
import { SEAL_TABLE } from '../../../drivers/seals.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('targets of a seal')
const FACTS: Facts = {
  bundleIp: '192.168.9.2',
  gateway: '192.168.9.1',
  port: 4711,
  hostAddresses: ['10.0.0.5', '192.168.9.1', '2001:db8::5'],
  containers: [
    { name: 'own', ip: '192.168.9.2', port: 8888 },
    { name: 'other', ip: '192.168.10.2', port: 8888 },
  ],
  outside: ['1.1.1.1'],
}
const targets = sealTargets(FACTS)
const whats = targets.map(({ what }) => what)

test('the proxy of its bundle is the one thing that must answer', () => {
  assert.equal(
    targets.flatMap(({ what, expect }) => (expect === 'answer' ? [what] : [])),
    ['the proxy of its bundle'],
  )
})

test('this host is tried at each of its addresses once, by TCP and UDP, at the port that answers', () => {
  for (const ip of ['192.168.9.1', '10.0.0.5', '2001:db8::5'])
    assert.equal(
      targets.flatMap(({ attempt }) =>
        'ip' in attempt && attempt.ip === ip && 'port' in attempt ? [`${attempt.kind} ${attempt.port}`] : [],
      ),
      ['tcp 4711', 'udp 4711'],
    )
  assert.ok(whats.includes('this host by the gateway of smolvm'))
})

test('another container is tried, its own bundle as a stranger is not', () => {
  assert.ok(whats.includes('container other'))
  assert.not.ok(whats.includes('container own'))
})

test('outside is tried by TCP, UDP, ping, as a resolver and through the proxy', () => {
  assert.equal(
    whats.filter((what) => what.includes('1.1.1.1')),
    [
      '1.1.1.1 through its proxy',
      '1.1.1.1, by TCP',
      '1.1.1.1, by UDP',
      '1.1.1.1, by ping',
      'a name by the resolver 1.1.1.1',
    ],
  )
  assert.ok(whats.includes('a name by its own resolver') && whats.includes('a metadata service'))
})

test('another table has another version: what was shown by the last is not shown by it', () => {
  const rows = JSON.stringify(sealTargets({ ...FACTS, inward: inwardNames(FACTS) }))
  const hash = createHash('sha256').update(rows).digest('hex').slice(0, 12)
  assert.is(
    `${SEAL_TABLE} ${hash}`,
    '1 f2ffb9f6b42d',
    'raise SEAL_TABLE in drivers/seals.ts with each change of the table',
  )
})

test('no two rows have the same words', () => {
  assert.is(new Set(whats).size, whats.length)
})

test.run()
