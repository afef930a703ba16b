import * as assert from 'uvu/assert'
import { createTerminalText } from '../../../cli/inside/terminal-text.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('terminal text')

const shown = (bytes: Buffer, size: number): string => {
  const { text, end } = createTerminalText()
  let all = ''
  for (let at = 0; at < bytes.length; at += size) all += text(bytes.subarray(at, at + size))
  return all + end()
}

test('a log looks the same wherever its pieces end', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain\n', 'plain\n'],
    ['\u001B[1;31mred\u001B[0m \u001B[38:5:1mx\n', 'red x\n'],
    ['a\r\nb\rc\n', 'a\nb\\u000dc\n'],
    ['\u001B]0;title\u0007\u001B[2J\u001B[31', '\\u001b]0;title\\u0007\\u001b[2J\\u001b[31'],
    ['über 漢字 👩‍💻\n', 'über 漢字 👩'],
    [`\u001B[${'1;'.repeat(100)}m`, `\\u001b[${'1;'.repeat(100)}m`],
    ['end\u001B', 'end\\u001b'],
    ['end\r', 'end\\u000d'],
  ]
  for (const [log, expected] of cases)
    for (const size of [1, 2, 3, 7, 1_000]) {
      const text = shown(Buffer.from(log), size)
      assert.ok(text.startsWith(expected), `${JSON.stringify(log)} by ${size}: ${JSON.stringify(text)}`)
    }
  assert.is(shown(Buffer.from([0x61, 0xff, 0x9b, 0x62]), 1), 'a\uFFFD\uFFFDb', 'bytes that are no UTF-8')
})

test('a sequence that never ends is not held back for ever', () => {
  const { text } = createTerminalText()
  const seen = text(Buffer.from(`\u001B[${'1'.repeat(1_000)}`))
  assert.ok(seen.length > 900)
})

test.run()
