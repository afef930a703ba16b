import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { yamlText } from '../../controller/document/yaml-text.ts'
import { harmless, harmlessLine, isHarmless } from '../../drivers/harmless.ts'
import { holds } from '../helpers/property.ts'
import fc from 'fast-check'
import { suite } from '../helpers/suite.ts'

const test = suite('harmless')

test('what acts on a terminal or hides is escaped', () => {
  const cases: readonly (readonly [text: string, shown: string])[] = [
    ['\u001B[2J', '\\u001b[2J'],
    ['\u0007\b\r\u007F\0', '\\u0007\\u0008\\u000d\\u007f\\u0000'],
    ['\u0085\u009B31m', '\\u0085\\u009b31m'],
    ['\u202Aa\u202E\u2066\u2069\u200E\u200F\u061C', '\\u202aa\\u202e\\u2066\\u2069\\u200e\\u200f\\u061c'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['a\u200Bb\u200Cc\u200Dd\u2060\uFEFF\u00AD\u180E', 'a\\u200bb\\u200cc\\u200dd\\u2060\\ufeff\\u00ad\\u180e'],
    ['\u{E0041}\u{E0101}', '\\udb40\\udc41\\udb40\\udd01'],
    ['\uD800 \uDC00', '\\ud800 \\udc00'],
    ['\uFFF9\u3164\u115F', '\\ufff9\\u3164\\u115f'],
  ]
  for (const [text, shown] of cases) {
    assert.is(harmless(text), shown)
    assert.is(isHarmless(text), false)
    assert.is(harmless(shown), shown, 'it stays what it is')
  }
})

test('what people write stays, emoji of several parts too', () => {
  for (const text of ['a\tb\nc', 'über 漢字 עברית عربى हिन्दी', '👩‍💻 👨🏽‍🚀 ❤️ 1️⃣ 🏳️‍🌈', '\\u001b', ''])
    assert.is(harmless(text), text)
  assert.is(harmlessLine('a\tb\nc'), 'a\\u0009b\\u000ac')
})

test('JSON and YAML say the same after it', async () => {
  const anything = fc.string({ unit: 'binary' })
  const same = fc.property(anything, anything, (key, text) => {
    const value = { [`k${key}`]: [text, { text }] }
    const json = harmless(JSON.stringify(value, undefined, 2))
    assert.ok(isHarmless(json))
    assert.equal(JSON.parse(json), value)
    for (const version of ['1.1', '1.2'] as const) {
      const yaml = yamlText(value, { version })
      assert.ok(isHarmless(yaml), yaml)
      assert.equal(parse(yaml, { version }), value)
    }
  })
  await holds('JSON and YAML say the same after it', same, 2_000)
})

test.run()
