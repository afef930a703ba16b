import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { clean } from '../../../egress/asks/clean.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite("an agent's text, cleaned")

for (const [from, to] of [
  ['plain', 'plain'],
  ['a\nb\tc\r\nd', 'a b c d'],
  ['\u001b[31mred\u0007', '[31mred'],
  ['\u202eevil\u2066\u200b', 'evil'],
  ['a\u{e0041}b\ufeff', 'ab'],
  ['\ud800x', 'x'],
  ['naïve — 日本 🙂', 'naïve — 日本 🙂'],
] as const)
  test(`${JSON.stringify(from)} is ${JSON.stringify(to)}`, () => assert.is(clean(from), to))

test('whatever comes, it is short, on one line, hides nothing, and is clean', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 4, max: 300 }), (text, bytes) => {
      const line = clean(text, bytes)
      return (
        Buffer.byteLength(line) <= bytes &&
        !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(line) &&
        clean(line, bytes) === line
      )
    }),
  ))

test('a text that is too long is cut between characters, and says so', () => {
  assert.is(clean('é'.repeat(5_000)).length, (2_048 - 3 - 1) / 2 + 1)
  assert.ok(clean('é'.repeat(5_000)).endsWith('…'))
})

test.run()
