import * as assert from 'uvu/assert'
import { shown } from '../../egress/shown.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('shown')

test('plain text stays', () => assert.is(shown('/bücher/💩?q="x"\\'), '/bücher/💩?q="x"\\'))

test('what controls a terminal or the reading order is written out', () => {
  assert.is(shown('a\nb\r\t\u001B[31m\0\u007F\u0085'), 'a\\u{a}b\\u{d}\\u{9}\\u{1b}[31m\\u{0}\\u{7f}\\u{85}')
  assert.is(shown('a\u202Eb\u2066\u200B\u2028\u2029\uFEFF'), 'a\\u{202e}b\\u{2066}\\u{200b}\\u{2028}\\u{2029}\\u{feff}')
  assert.is(shown('\uD800'), '\\u{d800}')
})

test('a long text is cut', () => {
  assert.is(shown('a'.repeat(200)), 'a'.repeat(200))
  assert.is(shown('a'.repeat(201)), `${'a'.repeat(200)}…`)
})

test.run()
