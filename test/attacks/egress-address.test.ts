import * as assert from 'uvu/assert'
import { judgeAddresses } from '../../egress/address/address.ts'
import { attacks } from './attack.ts'

/** What a name that is allowed may resolve to, so that the bundle connects where nobody may. */
const attack = attacks('egress-address')
const OWN = ['192.168.133.0/24']
const usable = (addresses: readonly string[], allowed: boolean): readonly string[] =>
  judgeAddresses({ addresses, own: OWN, private: allowed }).usable

attack(
  {
    party: 'agent',
    aim: "takes the cloud's credentials of the host",
    way: 'an allowed name that resolves to a metadata address: of any cloud, by IPv4 or IPv6, mapped or translated',
    seen: 'no address is usable, with private: true either',
    enforcedBy: 'egress decision',
  },
  () => {
    const metadata = [
      '169.254.169.254',
      '169.254.170.2',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      'fd00:ec2::254',
      'fd20:ce::254',
      'fd00:c1::a9fe:a9fe',
      'fd00:42::42',
      'fd00:a9fe:a9fe::1',
      'fd00:100::100:200',
      'fe80::a9fe:a9fe',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '::169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b:1::a9fe:a9fe',
      '2002:a9fe:a9fe::1',
      '2001:0:a9fe:a9fe::1',
    ]
    assert.equal(usable(metadata, true), [])
  },
)

attack(
  {
    party: 'agent',
    aim: "reaches the host, the bundle's own ports, or other bottles",
    way: "an allowed name that resolves to loopback, to the bottle's own network, or to private networks",
    seen: 'private ones only with private: true, the others never',
    enforcedBy: 'egress decision',
  },
  () => {
    const own = [
      '127.0.0.1',
      '127.8.8.8',
      '0.0.0.0',
      '::1',
      '::',
      '192.168.133.1',
      '192.168.133.2',
      '::ffff:192.168.133.1',
      '2002:c0a8:8501::',
      '64:ff9b::c0a8:8501',
    ]
    assert.equal(usable(own, true), [])
    const others = ['192.168.134.1', '172.17.0.1', '10.0.0.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.1']
    assert.equal(usable(others, false), [])
    assert.is(usable(others, true).length, others.length - 1)
  },
)

attack(
  {
    party: 'agent',
    aim: 'has a bad address used among good ones',
    way: 'an answer that mixes public and inward addresses, in any order and spelling',
    seen: 'only the public ones are usable, written in one way',
    enforcedBy: 'egress decision',
  },
  () => {
    assert.equal(
      usable(['127.0.0.1', '1.1.1.1', '::ffff:127.0.0.1', '0177.0.0.1', '::ffff:1.0.0.1', 'fe80::1%eth0'], false),
      ['1.1.1.1', '1.0.0.1'],
    )
  },
)

attack.run()
