import * as assert from 'uvu/assert'
import { literalOf } from '../../../egress/address/literal.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('literal')

test('a literal address is written plainly, whatever its spelling', () => {
  const cases: Readonly<Record<string, string>> = {
    '127.0.0.1': '127.0.0.1',
    '127.0.0.1.': '127.0.0.1',
    '0x7f.1': '127.0.0.1',
    '2130706433': '127.0.0.1',
    '0177.0.0.1': '127.0.0.1',
    '[::1]': '::1',
    '::1': '::1',
    '::127.0.0.1': '::7f00:1',
    '[2606:4700:0:0::1111]': '2606:4700::1111',
  }
  for (const [text, plain] of Object.entries(cases)) assert.is(literalOf(text), plain, text)
})

test('what is no address is undefined', () => {
  for (const text of [
    '',
    'a',
    'a:b',
    '[::1',
    '::1]',
    '[[::1]]',
    'a[::1]',
    '[::1]a',
    'fe80::1%eth0',
    '1.2.3.4.5',
    '256.0.0.1',
    '1'.repeat(100),
  ])
    assert.is(literalOf(text), undefined, text)
})

test.run()
