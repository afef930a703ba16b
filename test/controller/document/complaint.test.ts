import * as assert from 'uvu/assert'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { editDistance, nearest } from '../../../controller/document/nearest.ts'
import { createSourceText } from '../../../controller/document/source-text.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('complaint')
const source = createSourceText('dir/a.yaml', 'one\r\n\ttwo: x\nthree')

test('a complaint is one line: path, line, column, message and suggestion', () => {
  const complaint = source.complain({
    code: 'UnknownField',
    message: 'unknown field two',
    suggestion: 'tow',
    offset: 6,
  })
  assert.is(formatComplaint(complaint), 'dir/a.yaml:2:2: unknown field two (did you mean "tow"?)')
  assert.is(formatComplaint(source.complain({ code: 'Missing', message: 'gone', offset: 0 })), 'dir/a.yaml:1:1: gone')
})

test('the caret is below the place, after tabs too', () => {
  assert.is(source.complain({ code: 'BadValue', message: '', offset: 11 }).frame, '\ttwo: x\n\t     ^')
})

test('an offset beyond a line or the text counts as its end', () => {
  assert.equal(
    [source.complain({ code: 'Syntax', message: '', offset: 4 })].map(({ line, col, frame }) => [line, col, frame]),
    [[1, 4, 'one\n   ^']],
  )
  assert.equal(
    [source.complain({ code: 'Syntax', message: '', offset: 99 })].map(({ line, col }) => [line, col]),
    [[3, 6]],
  )
})

test('a long line is cut around the place', () => {
  const long = createSourceText('a', `${'a'.repeat(500)}!${'b'.repeat(500)}`)
  const [shown = '', caret = ''] = long.complain({ code: 'BadValue', message: '', offset: 500 }).frame.split('\n')
  assert.is(shown.length, 120)
  assert.is(shown.charAt(caret.length - 1), '!')
})

test('a replacement hides the line', () => {
  assert.is(
    source.complain({ code: 'BadValue', message: '', offset: 6, instead: 'A: (not shown)' }).frame,
    'A: (not shown)\n^',
  )
})

test('the distance counts insertions, deletions, replacements and swaps', () => {
  assert.equal(
    [
      ['abc', 'abc'],
      ['abc', 'abcd'],
      ['abc', 'ab'],
      ['abc', 'axc'],
      ['abc', 'acb'],
      ['', 'ab'],
    ].map(([a = '', b = '']) => editDistance(a, b)),
    [0, 1, 1, 1, 1, 2],
  )
})

test('a candidate that is not near is not suggested', () => {
  assert.is(nearest('supervize', ['agent', 'supervise', 'suspend']), 'supervise')
  assert.is(nearest('GIT', ['git', 'env']), 'git')
  assert.is(nearest('kubernetes', ['agent', 'supervise']), undefined)
  assert.is(nearest('x'.repeat(5_000), ['agent']), undefined)
})

test.run()
