import * as assert from 'uvu/assert'
import { isForbidden } from '../../../reconcilers/derive/forbidden-path.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what a bottle may not write')

for (const [own, table] of [
  [
    { root: '/home/a/bottles', stateDir: '/home/a/bottles/.bottled' },
    [
      ['/', true],
      ['/home', true],
      ['/home/a', true],
      ['/home/a/bottles', true],
      ['/home/a/bottles/x', true],
      ['/home/a/bottles/.bottled', true],
      ['/home/a/bottles/.bottled/web', true],
      ['/home/a/bottles2', false],
      ['/home/a/bottle', false],
      ['/home/b', false],
      ['/hom', false],
    ],
  ],
  [
    { root: '/home/a/bottles', stateDir: '/var/lib/state' },
    [
      ['/', true],
      ['/var', true],
      ['/var/lib', true],
      ['/var/lib/state', true],
      ['/var/lib/state/web', true],
      ['/var/lib/state-of-mind', false],
      ['/var/lib/stat', false],
      ['/var/lib/other', false],
      ['/home/a/bottles/x', true],
    ],
  ],
  [
    { root: '/', stateDir: '/var' },
    [
      ['/', true],
      ['/anything', true],
    ],
  ],
] as const)
  for (const [path, forbidden] of table)
    test(`${path} ${forbidden ? 'holds or lies in' : 'is apart from'} ${own.root} or ${own.stateDir}`, () =>
      assert.is(isForbidden(path, own), forbidden))

test.run()
