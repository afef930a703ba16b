import * as assert from 'uvu/assert'
import { parseIp } from '../../../egress/address/ip.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('ip')

test('an address is read as resolvers write it', () => {
  const cases: Readonly<Record<string, string>> = {
    '1.2.3.4': '1.2.3.4',
    '255.255.255.255': '255.255.255.255',
    '::': '::',
    '2606:4700::1111': '2606:4700::1111',
    '2606:4700::ABCD': '2606:4700::abcd',
    '::127.0.0.1': '::7f00:1',
    '::ffff:127.0.0.1': '::ffff:7f00:1',
    '64:ff9b::255.255.255.255': '64:ff9b::ffff:ffff',
    '1:2:3:4:5:6:1.2.3.4': '1:2:3:4:5:6:102:304',
  }
  for (const [text, plain] of Object.entries(cases)) assert.is(parseIp(text)?.toString(), plain, text)
})

test('any other spelling is none', () => {
  for (const text of [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '0x1.2.3.4',
    '1.2.3.256',
    '::1.2.3.256',
    '::1.2.3',
    '::1.2.3.4.5',
    '1:2:3:4:5:6:7:1.2.3.4',
    'fe80::1%eth0',
    '[::1]',
    ':::',
    'a',
    '::g',
    '1.2.3.4\n',
    `${'0'.repeat(100)}::1`,
  ])
    assert.is(parseIp(text), undefined, text)
})

test.run()
