import * as assert from 'uvu/assert'
import { embeddedIn } from '../../../egress/address/embedded.ts'
import { parseIp } from '../../../egress/address/ip.ts'
import type { Ip } from '../../../egress/address/ip.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('embedded address')
const CASES: Readonly<Record<string, readonly string[]>> = {
  '10.0.0.1': [],
  '2606:4700::1111': [],
  '::ffff:10.0.0.1': ['10.0.0.1'],
  '::ffff:0:10.0.0.1': ['10.0.0.1'],
  '64:ff9b::10.0.0.1': ['10.0.0.1'],
  '64:ff9b:1:a00:0:100::': ['10.0.0.1', '0.0.1.0', '0.1.0.0', '0.0.0.0'],
  '64:ff9b:1:0:a:0:100:0': ['0.0.10.0', '0.10.0.0', '10.0.0.1', '1.0.0.0'],
  '64:ff9b:1::10.0.0.1': ['0.0.0.0', '0.0.0.0', '0.0.0.10', '10.0.0.1'],
  '2002:a00:1::1': ['10.0.0.1'],
  '2001:0:a00:1::f5ff:fffe': ['10.0.0.1', '10.0.0.1'],
  '2606:4700::5efe:10.0.0.1': ['10.0.0.1'],
  'fe80::200:5efe:10.0.0.1': ['10.0.0.1'],
  '2606:4700::100:5efe:10.0.0.1': [],
  '2606:4700::1:5efe:10.0.0.1': [],
  '2606:4700::5ffe:10.0.0.1': [],
  '2606:4700::5eff:10.0.0.1': [],
  '2001:db8::10.0.0.1': [],
  '::10.0.0.1': [],
}
const parse = (text: string): Ip => {
  const ip = parseIp(text)
  if (ip === undefined) throw new Error(text)
  return ip
}
for (const [text, embedded] of Object.entries(CASES))
  test(`${text} leads to ${embedded.join(', ') || 'no other'}`, () => {
    assert.equal(embeddedIn(parse(text)).map(String), embedded)
  })

test.run()
