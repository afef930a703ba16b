import * as assert from 'uvu/assert'
import { matchesHost, parsePattern } from '../../egress/host-pattern.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('host pattern')

test('a pattern is a name, or *. and one, in canonical form', () => {
  assert.equal(parsePattern('API.example.com.'), { name: 'api.example.com' })
  assert.equal(parsePattern('*.Bücher.example'), { name: '*.xn--bcher-kva.example' })
  assert.equal(parsePattern('*.com'), { name: '*.com' })
  for (const text of ['*', '*.', '*x.com', 'a.*.com', '*.*.com', 'x*', '**.com', '']) {
    assert.equal(parsePattern(text), { fault: 'BadHost' }, text)
  }
  assert.equal(parsePattern('*.0.0.1'), { fault: 'AddressLiteral' })
  assert.equal(parsePattern('[::1]'), { fault: 'AddressLiteral' })
})

test('a wildcard stands for one label or more, never for none and never for a part of one', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['example.com', 'example.com', true],
    ['example.com', 'a.example.com', false],
    ['example.com', 'xexample.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'xexample.com', false],
    ['*.example.com', '.example.com', false],
    ['*.example.com', 'a.example.com.evil.org', false],
  ]
  for (const [pattern, name, matches] of cases) assert.is(matchesHost(pattern, name), matches, `${pattern} ${name}`)
})

test.run()
