import * as assert from 'uvu/assert'
import {
  bundleIpOf,
  formatBlock,
  gatewayOf,
  ipRangeOf,
  overlaps,
  parseBlock,
} from '../../../reconcilers/derive/cidr.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('cidr')

test('a CIDR is a range of /24s', () => {
  for (const [cidr, first, last] of [
    ['10.1.2.0/24', '10.1.2.0/24', '10.1.2.0/24'],
    ['10.1.2.130/25', '10.1.2.0/24', '10.1.2.0/24'],
    ['10.1.2.3/32', '10.1.2.0/24', '10.1.2.0/24'],
    ['10.1.2.0/23', '10.1.2.0/24', '10.1.3.0/24'],
    ['10.1.3.9/23', '10.1.2.0/24', '10.1.3.0/24'],
    ['192.168.0.0/16', '192.168.0.0/24', '192.168.255.0/24'],
    ['192.168.77.5/16', '192.168.0.0/24', '192.168.255.0/24'],
    ['10.0.0.0/8', '10.0.0.0/24', '10.255.255.0/24'],
    ['255.255.255.0/24', '255.255.255.0/24', '255.255.255.0/24'],
  ] as const) {
    const block = parseBlock(cidr)
    // Above 127.0.0.0 a shifted number is negative: it is compared as it is printed.
    assert.equal(block === undefined ? [] : [formatBlock(block.first), formatBlock(block.last)], [first, last], cidr)
  }
  assert.equal(parseBlock('0.0.0.0/0'), { first: 0, last: 2 ** 24 - 1 })
})

test('what is no IPv4 CIDR takes nothing', () => {
  for (const text of [
    '',
    'fd00::/64',
    '10.0.0.0',
    '10.0.0/24',
    '10.0.0.0/33',
    '256.0.0.0/8',
    '10.256.0.0/24',
    '10.0.256.0/24',
    '10.0.0.256/24',
    '1000.0.0.0/8',
    '10.1000.0.0/24',
    '10.0.1000.0/24',
    '10.0.0.1000/24',
    ' 10.0.0.0/24',
    '10.0.0.0/24 ',
    '10.0.0.0/100',
    'x10.0.0.0/24',
    '10.0.0.x/24',
    '10x0.0.0/24',
  ])
    assert.is(parseBlock(text), undefined, text)
  assert.ok(parseBlock('0.0.0.0/32') !== undefined)
  assert.ok(parseBlock('255.255.255.255/32') !== undefined)
})

test('blocks overlap where they share a /24', () => {
  const block = (first: number, last: number) => ({ first, last })
  for (const [a, b, shared] of [
    [block(1, 3), block(3, 5), true],
    [block(3, 5), block(1, 3), true],
    [block(1, 9), block(4, 5), true],
    [block(4, 5), block(1, 9), true],
    [block(1, 3), block(4, 5), false],
    [block(4, 5), block(1, 3), false],
    [block(2, 2), block(2, 2), true],
  ] as const)
    assert.is(overlaps(a, b), shared)
})

test('the addresses of a /24', () => {
  assert.is(gatewayOf('10.0.0.0/24'), '10.0.0.1')
  assert.is(bundleIpOf('10.0.0.0/24'), '10.0.0.2')
  assert.is(ipRangeOf('10.0.0.0/24'), '10.0.0.128/25')
  for (const of of [gatewayOf, bundleIpOf, ipRangeOf]) assert.is(of('10.0.0/24.0'), '10.0.0/24.0')
})

test.run()
