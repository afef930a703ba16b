import * as assert from 'uvu/assert'
import { remarked } from '../../../controller/edit/remark.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('a comment beside an edit')

for (const [what, before, after, text] of [
  ['an item of a list', 'a:\n- x\nb: 1\n', 'a:\n- x\n- y\nb: 1\n', 'a:\n- x\n- y # r\nb: 1\n'],
  ['the first of several lines', 'a:\n- x\n', 'a:\n- x\n- y: 1\n  z: 2\n', 'a:\n- x\n- y: 1 # r\n  z: 2\n'],
  ['a list on one line', 'a: [x]\nb: 1\n', 'a: [x, y]\nb: 1\n', 'a: [x, y] # r\nb: 1\n'],
  ['a text without an end of line', 'a: [x]', 'a: [x, y]', 'a: [x, y] # r'],
  ['lines that end in CR LF', 'a:\r\n- x\r\n', 'a:\r\n- x\r\n- y\r\n', 'a:\r\n- x\r\n- y # r\r\n'],
  ['a file that had none', 'a: 1', 'a: 1\nb: [y]', 'a: 1\nb: [y] # r'],
  ['a line with a comment is left', 'a: [x] # c\n', 'a: [x, y] # c\n', 'a: [x, y] # c\n'],
  ['no edit', 'a: 1\n', 'a: 1\n', 'a: 1\n'],
  ['a text in which it would be text', 'a: |\n  x\n', 'a: |\n  x\n  y\n', 'a: |\n  x\n  y\n'],
] as const)
  test(what, () => assert.is(remarked(before, after, 'r'), text))

test.run()
