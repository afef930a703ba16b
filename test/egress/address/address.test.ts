import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { judgeAddresses } from '../../../egress/address/address.ts'
import { deadlineMs, holds } from '../../helpers/property.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('address')
const OWN = ['192.168.133.0/24', '203.0.113.7/32']

type Verdict = 'public' | 'private' | 'never'
const verdictOf = (address: string, own: readonly string[] = OWN): Verdict => {
  const judged = (allowed: boolean) => judgeAddresses({ addresses: [address], own, private: allowed })
  const plain = judged(false)
  const wide = judged(true)
  assert.is(plain.usable.length + plain.refused.length, 1)
  assert.is(wide.usable.length + wide.refused.length, 1)
  if (plain.usable.length === 1) {
    assert.equal(wide, plain)
    return 'public'
  }
  assert.is(plain.refused[0]?.private, wide.usable.length === 1)
  return wide.usable.length === 1 ? 'private' : 'never'
}

const VERDICTS: Readonly<Record<Verdict, readonly string[]>> = {
  public: [
    '1.1.1.1',
    '140.82.112.3',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '191.255.255.255',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '203.0.113.8',
    '223.255.255.255',
    '168.63.129.15',
    '2606:4700::1111',
    '2a00:1450:4001:82f::200e',
    '::ffff:1.1.1.1',
    '64:ff9b::1.1.1.1',
    '2002:101:101::1',
    '2001:0:101:101::fefe:fefe',
  ],
  private: [
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.132.255',
    '192.168.134.0',
    '100.64.0.0',
    '100.127.255.255',
    '198.18.0.1',
    '240.0.0.1',
    '255.255.255.254',
    'fc00::1',
    'fd00:42::43',
    'fd00:ec3::254',
    'fdff::1',
    'fec0::1',
    '200::1',
    '4000::1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::10.0.0.1',
    '2002:a00:1::1',
    '2001:0:101:101::f5ff:fffe',
    '2606:4700::5efe:10.0.0.1',
  ],
  never: [
    '0.0.0.0',
    '0.1.2.3',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '169.254.0.0',
    '192.0.0.192',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '192.168.133.0',
    '192.168.133.1',
    '192.168.133.2',
    '203.0.113.7',
    '::',
    '::1',
    '::127.0.0.1',
    '::1.1.1.1',
    'fe80::1',
    'febf::1',
    'ff02::1',
    '100::1',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fd00:a9fe:a9fe::1',
    'fd00:100::100:200',
    'fd20:ce::254',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::ffff:192.168.133.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::169.254.169.254',
    '64:ff9b::192.168.133.1',
    '64:ff9b:1::169.254.169.254',
    '64:ff9b:1:7f00:0:100::',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '2002:c0a8:8501::1',
    '2001:0:7f00:1::fefe:fefe',
    '2001:0:101:101::80ff:fffe',
    '2606:4700::5efe:127.0.0.1',
    'fe80::5efe:1.1.1.1',
    // What is no address.
    '',
    'localhost',
    '1.1.1',
    '1.1.1.1.1',
    '01.1.1.1',
    '0x1.1.1.1',
    '16843009',
    '1.1.1.256',
    ' 1.1.1.1',
    '1.1.1.1\0',
    '1.1.1.1/32',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    '[::1]',
    ':::1',
    '1'.repeat(100_000),
  ],
}
for (const [verdict, addresses] of Object.entries(VERDICTS))
  for (const address of addresses)
    test(`${JSON.stringify(address.slice(0, 40))}: ${verdict}`, () => assert.is(verdictOf(address), verdict))

const WHY: Readonly<Record<string, string>> = {
  'not an address': 'no address',
  '192.168.133.2': "in the bottle's own network",
  '200::1': 'not on the public Internet',
  '0.1.2.3': 'unspecified',
  '127.0.0.1': 'loopback',
  '169.254.169.254': 'link-local, where clouds keep metadata',
  '192.0.0.192': 'reserved for protocols, and metadata',
  '224.0.0.1': 'multicast',
  '255.255.255.255': 'broadcast',
  '100.100.100.200': "a cloud's metadata",
  '168.63.129.16': "a cloud's metadata",
  '::': 'unspecified',
  '::1': 'loopback',
  '::1.1.1.1': 'an IPv4 address in a form out of use',
  '100::1': 'for discarding',
  'fe80::1': 'link-local',
  'ff02::1': 'multicast',
  'fd00:ec2::254': "a cloud's metadata",
  'fd00:c1::a9fe:a9fe': "a cloud's metadata",
  'fd00:42::42': "a cloud's metadata",
  'fd00:a9fe:a9fe::1': "a cloud's metadata",
  'fd00:100::100:200': "a cloud's metadata",
  'fd20:ce::254': "a cloud's metadata",
  '10.0.0.1': 'private',
  '172.16.0.1': 'private',
  '192.168.0.1': 'private',
  '100.64.0.1': 'shared',
  '198.18.0.1': 'for benchmarks',
  '240.0.0.1': 'reserved',
  'fd12::1': 'unique-local',
  'fec0::1': 'site-local',
  '64:ff9b:1:101:1:101:101:101': 'for local translation',
  '::ffff:10.0.0.1': 'private',
}
for (const [address, why] of Object.entries(WHY))
  test(`${address} is refused, as it is ${why}`, () => {
    const { refused } = judgeAddresses({ addresses: [address], own: OWN, private: false })
    assert.equal(
      refused.map((each) => each.why),
      [`it is ${why}`],
    )
  })

test('of a mixed answer the good ones are usable, in order, once, and written plainly', () => {
  const judged = judgeAddresses({
    addresses: [
      '1.1.1.1',
      '127.0.0.1',
      '::ffff:1.0.0.1',
      '10.0.0.1',
      '2606:4700:0::1111',
      '1.1.1.1',
      '2606:4700::1111',
    ],
    own: OWN,
    private: false,
  })
  assert.equal(judged, {
    usable: ['1.1.1.1', '1.0.0.1', '2606:4700::1111'],
    refused: [
      { address: '127.0.0.1', why: 'it is loopback', private: false },
      { address: '10.0.0.1', why: 'it is private', private: true },
    ],
  })
})

test('an own network that cannot be read holds everything', () => {
  for (const own of ['', '192.168.1.0', '192.168.1.0/33', 'x/24', '::/129'])
    assert.equal(
      judgeAddresses({ addresses: ['1.1.1.1', '::1', '2606:4700::1'], own: [own], private: true }).usable,
      [],
    )
})

test('an own network may be IPv6', () => {
  assert.is(verdictOf('fd12::5', ['fd12::/64']), 'never')
  assert.is(verdictOf('fd13::5', ['fd12::/64']), 'private')
  assert.is(verdictOf('1.1.1.1', ['fd12::/64']), 'public')
})

const leadsTo = (address: string): readonly string[] => {
  const octets = address.split('.').map(Number)
  const hex = (...at: readonly number[]): string =>
    at.map((place) => (octets[place] ?? 0).toString(16).padStart(2, '0')).join('')
  const turned = octets.map((octet) => (octet ^ 0xff).toString(16).padStart(2, '0'))
  return [
    `::ffff:${address}`,
    `::ffff:0:${address}`,
    `64:ff9b::${address}`,
    `64:ff9b:1::${address}`,
    `64:ff9b:1:${hex(0, 1)}:${`00${hex(2)}`}:${`${hex(3)}00`}::`,
    `2002:${hex(0, 1)}:${hex(2, 3)}::1`,
    `2001:0:${hex(0, 1)}:${hex(2, 3)}:0:0:fefe:fefe`,
    `2001:0:101:101:0:0:${turned[0]}${turned[1]}:${turned[2]}${turned[3]}`,
    `2606:4700::5efe:${address}`,
    `2606:4700::200:5efe:${address}`,
  ]
}

test(
  'no way of writing an IPv4 address into an IPv6 one reaches further than the IPv4 address',
  async () => {
    const rank = { public: 0, private: 1, never: 2 }
    await holds(
      'embedded addresses',
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.constantFrom(
            ...VERDICTS.never.filter((each) => /^(0|[1-9]\d*)(\.\d+){3}$/.test(each) && !each.endsWith('256')),
            ...VERDICTS.private.slice(0, 12),
          ),
        ),
        (address) => {
          const least = rank[verdictOf(address)]
          for (const each of leadsTo(address)) assert.ok(rank[verdictOf(each)] >= least, `${address} ${each}`)
        },
      ),
      500,
    )
  },
  { deadlineMs: deadlineMs(60_000) },
)

test(
  'any text is judged, and what is usable is usable again',
  async () => {
    await holds(
      'any address',
      fc.property(
        fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), fc.string({ unit: 'binary' }))),
        fc.array(
          fc.oneof(
            fc.ipV4().map((each) => `${each}/24`),
            fc.string(),
          ),
          { maxLength: 2 },
        ),
        fc.boolean(),
        (addresses, own, allowed) => {
          const { usable } = judgeAddresses({ addresses, own, private: allowed })
          assert.equal(judgeAddresses({ addresses: usable, own, private: allowed }), { usable, refused: [] })
        },
      ),
      500,
    )
  },
  { deadlineMs: deadlineMs(60_000) },
)

test.run()
