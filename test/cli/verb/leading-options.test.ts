import * as assert from 'uvu/assert'
import { leadingOptionsLast } from '../../../cli/verb/leading-options.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('leading options')

test('common options may stand before the verb', () => {
  assert.equal(leadingOptionsLast(['-d', 'bottles', 'get', 'b', '-o', 'json']), [
    'get',
    '-d',
    'bottles',
    'b',
    '-o',
    'json',
  ])
  assert.equal(leadingOptionsLast(['--dir=x', '--color', 'never', 'get']), ['get', '--dir=x', '--color', 'never'])
})

test('everything else keeps its place', () => {
  for (const argv of [[], ['get', '-d', 'x'], ['--help'], ['-o', 'json', 'get'], ['exec', 'a', '--', '-d']]) {
    assert.equal(leadingOptionsLast(argv), argv)
  }
})

test.run()
