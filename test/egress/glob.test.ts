import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { createGlob } from '../../egress/glob.ts'
import { growsLinearly } from './linear.ts'
import { deadlineMs, holds } from '../helpers/property.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('glob')

const CASES: readonly (readonly [string, string, boolean])[] = [
  ['/a', '/a', true],
  ['/a', '/a/', false],
  ['/a', '/ab', false],
  ['/a', 'x/a', false],
  ['', '', true],
  ['', '/', false],
  ['/*', '/', true],
  ['/*', '/a', true],
  ['/*', '/a/b', false],
  ['/*/b', '/a/b', true],
  ['/*/b', '/a/c/b', false],
  ['/**', '/', true],
  ['/**', '/a/b', true],
  ['/**/b', '/a/x/b', true],
  ['/**/b', '/b', false],
  ['/a/**', '/a', false],
  ['/a/**', '/a/', true],
  ['/a*', '/a', true],
  ['/a*c', '/abcbc', true],
  ['/a*c', '/abcb', false],
  ['/***', '/a/b', true],
  ['/*a*b*', '/xxaxxbxx', true],
  ['/*a*b*', '/xxbxxaxx', false],
  ['**', '', true],
  ['/a.c', '/abc', false],
  ['/[ab]', '/a', false],
  ['/💩/*', '/💩/x', true],
  ['/💩', '/\uD83D', false],
]
for (const [glob, text, matches] of CASES)
  test(`${glob || '(empty)'} ${matches ? 'matches' : "doesn't match"} ${text || '(empty)'}`, () => {
    assert.is(createGlob(glob)(text), matches)
  })

test('globs longer than a machine word match over its ends', () => {
  for (const length of [31, 32, 33, 63, 64, 65, 500]) {
    const plain = `/${'ab'.repeat(length)}`.slice(0, length)
    assert.ok(createGlob(plain)(plain), `${length}`)
    assert.not(createGlob(plain)(plain.slice(1)), `${length}`)
    assert.not(createGlob(plain)(`${plain}a`), `${length}`)
    assert.ok(createGlob(`${plain}*`)(`${plain}xyz`), `${length}`)
    assert.ok(createGlob(`${plain}**/end`)(`${plain}/x/y/end`), `${length}`)
  }
})

test('a matcher keeps nothing from one text to the next', () => {
  const matches = createGlob('/a*b')
  assert.ok(matches('/axb'))
  assert.not(matches('b'))
  assert.ok(matches('/ab'))
})

test(
  'globs match as regular expressions do',
  async () => {
    const regular = (glob: string): RegExp =>
      new RegExp(
        `^${glob.replace(/\*+|[^*]/g, (part) => (part === '*' ? '[^/]*' : part.startsWith('*') ? '.*' : part === '.' ? '\\.' : part))}$`,
        's',
      )
    const word = fc.string({ unit: fc.constantFrom('/', 'a', 'b', '.'), maxLength: 12 })
    const glob = fc.string({ unit: fc.constantFrom('/', 'a', 'b', '.', '*', '**'), maxLength: 10 })
    await holds(
      'globs',
      fc.property(glob, word, (pattern, text) =>
        assert.is(createGlob(pattern)(text), regular(pattern).test(text), JSON.stringify([pattern, text])),
      ),
      5_000,
    )
  },
  { deadlineMs: deadlineMs(60_000) },
)

test('time grows with the text, also with globs that make regular expressions explode', () => {
  for (const glob of [`/${'a*'.repeat(250)}b`, `/${'**a'.repeat(160)}b`, `/${'*'.repeat(500)}b`]) {
    const matches = createGlob(glob)
    growsLinearly((size) => assert.not(matches(`/${'a'.repeat(size)}`)), glob.slice(0, 20))
  }
})

test.run()
