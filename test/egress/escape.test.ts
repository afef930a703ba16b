import * as assert from 'uvu/assert'
import { escapePath } from '../../egress/escape.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('escape')

test('blanks and what is not ASCII are escaped, and nothing else is touched', () => {
  assert.is(escapePath('/bücher/a b?q=💩'), '/b%C3%BCcher/a%20b?q=%F0%9F%92%A9')
  assert.is(escapePath('/a/../%zz?<>"\\|^`{}#\u007F\n'), '/a/../%zz?<>"\\|^`{}#\u007F\n')
})

test('a lone surrogate stays', () => assert.is(escapePath('/ü\uD800'), '/ü\uD800'))

test.run()
