import * as assert from 'uvu/assert'
import { within } from '../../../reconcilers/derive/within.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('within')

test('a path is within itself and the folders above it, by whole names', () => {
  for (const [inner, outer, is] of [
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/a/b/c', '/a', true],
    ['/a', '/a/b', false],
    ['/ab', '/a', false],
    ['/a', '/ab', false],
    ['/a', '/', true],
    ['/', '/', true],
    ['/', '/a', false],
  ] as const)
    assert.is(within(inner, outer), is, `${inner} in ${outer}`)
})

test.run()
