import * as assert from 'uvu/assert'
import { chooseSubnet, hash32, indexClaims, isInPools, takenMessage } from '../../../reconcilers/derive/subnet.ts'
import { parseBlock } from '../../../reconcilers/derive/cidr.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('subnet')
const prefix = (cidr: string): number => parseBlock(cidr)?.first ?? -1
const by = (...cidrs: readonly string[]) => indexClaims(cidrs.map((cidr) => ({ cidr, by: cidr })))

test('the seed is the beginning of a SHA-256', () => {
  assert.is(hash32('web'), 0x4b5e57f6)
  assert.is(hash32(''), 0xe3b0c442)
})

test('who holds a /24', () => {
  const taken = indexClaims([
    { cidr: '10.0.0.0/24', by: 'a' },
    { cidr: '10.0.0.0/25', by: 'b' },
    { cidr: '10.0.4.0/22', by: 'wide' },
    { cidr: 'fd00::/64', by: 'six' },
  ])
  for (const [cidr, except, holder] of [
    ['10.0.0.0/24', undefined, 'a'],
    ['10.0.0.0/24', 'a', 'b'],
    ['10.0.0.0/24', 'b', 'a'],
    ['10.0.1.0/24', undefined, undefined],
    ['10.0.3.0/24', undefined, undefined],
    ['10.0.4.0/24', undefined, 'wide'],
    ['10.0.5.0/24', undefined, 'wide'],
    ['10.0.7.0/24', undefined, 'wide'],
    ['10.0.8.0/24', undefined, undefined],
    ['10.0.5.0/24', 'wide', undefined],
  ] as const)
    assert.is(taken.holder(prefix(cidr), except), holder, cidr)
  taken.add({ cidr: '10.0.5.0/24', by: 'exact' })
  assert.is(taken.holder(prefix('10.0.5.0/24')), 'exact', 'the one that has just this comes first')
  taken.add({ cidr: '10.0.1.0/24', by: 'late' })
  assert.is(taken.holder(prefix('10.0.1.0/24')), 'late')
})

test('what could be derived lies in the first pool or in one of the others', () => {
  for (const [subnet, pools, is] of [
    ['192.168.2.0/24', [], true],
    ['192.168.17.0/24', [], false],
    ['10.1.0.0/24', [], false],
    ['10.0.255.0/24', ['10.1.0.0/16'], false],
    ['10.1.0.0/24', ['10.1.0.0/16'], true],
    ['10.1.7.0/24', ['10.3.0.0/16', '10.1.0.0/16'], true],
    ['10.1.255.0/24', ['10.1.0.0/16'], true],
    ['10.2.0.0/24', ['10.1.0.0/16'], false],
    ['10.1.0.0/24', ['odd'], false],
    ['odd', ['0.0.0.0/8'], false],
  ] as const)
    assert.is(isInPools(subnet, pools), is, `${subnet} in ${pools.join()}`)
})

test('a pin is had or refused, and nothing else is taken for it', () => {
  const choose = (pin: string, taken = by('10.0.0.0/24')) => chooseSubnet({ identity: 'web', pin, pools: [], taken })
  assert.equal(choose('10.0.1.0/24'), { subnet: '10.0.1.0/24' })
  assert.equal(choose('10.0.0.0/24'), {
    reason: 'SubnetTaken',
    message: '10.0.0.0/24 is taken by 10.0.0.0/24; free it, or set another spec.network.subnet',
  })
  assert.equal(choose('odd', by('0.0.0.0/24', '0.0.1.0/24')), { subnet: 'odd' })
  assert.is(takenMessage('a', 'b'), 'a is taken by b; free it, or set another spec.network.subnet')
})

test('the first free candidate from the seed on, round the pool, without 0, 1 and 17', () => {
  const all = Array.from({ length: 256 }, (_, octet) => `192.168.${octet}.0/24`)
  const free = (...octets: readonly number[]) => by(...all.filter((_, octet) => !octets.includes(octet)))
  const choose = (taken = by(), pools: readonly string[] = []) => chooseSubnet({ identity: 'web', pools, taken })
  const order = [...all.keys()].filter((octet) => octet >= 2 && octet !== 17 && octet < 255)
  const at = hash32('web') % order.length
  const octetAt = (index: number): number => order[index % order.length] ?? -1
  assert.is(order.length, 252)
  assert.equal(choose(), { subnet: `192.168.${octetAt(at)}.0/24` })
  assert.equal(choose(by(`192.168.${octetAt(at)}.0/24`)), { subnet: `192.168.${octetAt(at + 1)}.0/24` })
  assert.equal(choose(free(octetAt(at + 251))), { subnet: `192.168.${octetAt(at + 251)}.0/24` })
  for (const octet of [2, 16, 18, 254]) assert.equal(choose(free(octet)), { subnet: `192.168.${octet}.0/24` })
  const none = (more: string) => ({
    reason: 'SubnetPoolExhausted',
    message: `every /24 of 192.168.0.0/16${more} is taken; add a pool with --subnet-pool CIDR`,
  })
  assert.equal(choose(free(0, 1, 17, 255)), none(''))

  const full = by('192.168.0.0/16')
  const pool = ['10.0.8.0/22']
  const inPool = (step: number): string => `10.0.${8 + ((hash32('web') + step) % 4)}.0/24`
  assert.equal(choose(full, pool), { subnet: inPool(0) })
  assert.equal(choose(by('192.168.0.0/16', inPool(0), inPool(1), inPool(2)), pool), { subnet: inPool(3) })
  assert.equal(choose(by('192.168.0.0/16', '10.0.8.0/22'), pool), none(' and 10.0.8.0/22'))
  assert.equal(choose(full, ['odd', '10.9.9.0/24']), { subnet: '10.9.9.0/24' })
  assert.equal(
    choose(by('192.168.0.0/16', '10.0.0.0/8'), ['10.9.9.0/24', '10.8.0.0/16']),
    none(' and 10.9.9.0/24 and 10.8.0.0/16'),
  )
})

test.run()
