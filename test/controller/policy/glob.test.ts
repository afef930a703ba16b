import * as assert from 'uvu/assert'
import { matchesGlob } from '../../../controller/policy/glob.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('glob')

test('wildcards stay within a segment, ** is any number of segments', () => {
  for (const [glob, text, matches] of [
    ['/a/b', '/a/b', true],
    ['/a/b', '/a/b/c', false],
    ['/a/b', '/a', false],
    ['/a/*', '/a/b', true],
    ['/a/*', '/a', false],
    ['/a/*', '/a/b/c', false],
    ['/a/**', '/a', true],
    ['/a/**', '/a/b/c', true],
    ['/a/**', '/ab', false],
    ['/**', '/', true],
    ['/**', '/a/b', true],
    ['/**/x/**/y', '/a/x/b/x/y', true],
    ['/**/x/**/y', '/a/b/y', false],
    ['/a/**/b', '/a/b', true],
    ['/a/**b', '/a/x/b', false],
    ['/a/**b', '/a/xb', true],
    ['/a/?', '/a/ü', true],
    ['/a/?', '/a/🍾', true],
    ['/a/??', '/a/b', false],
    ['/a/*.tar', '/a/x.tar', true],
    ['/a/*.tar', '/a/x.tar.gz', false],
    ['/a/*b*c', '/a/xbxbxc', true],
    ['/a/[b]', '/a/b', false],
    ['/a/[b]', '/a/[b]', true],
    ['/a/.*', '/a/.ssh', true],
    ['*_API_KEY', 'ANTHROPIC_API_KEY', true],
    ['*_API_KEY', 'anthropic_api_key', false],
    ['*', '', true],
    ['ghcr.io/acme/*@sha256:*', 'ghcr.io/acme/app@sha256:abc', true],
    ['ghcr.io/acme/*@sha256:*', 'ghcr.io/acme/team/app@sha256:abc', false],
    ['ghcr.io/acme/*', 'ghcr.io.evil.example/acme/app', false],
  ] as const)
    assert.is(matchesGlob(glob, text), matches, `${glob} on ${text}`)
})

test('a guarded segment is matched by a segment with a dot of its own only', () => {
  const path = '/home/u/.ssh/id'
  for (const [glob, matches] of [
    ['/**', false],
    ['/home/*/**', false],
    ['/home/u/*/id', false],
    ['/home/u/?ssh/id', false],
    ['/home/u/.ssh/id', true],
    ['/home/u/.*/id', true],
    ['/home/*/.ssh/**', true],
    ['/**/.ssh/**', true],
  ] as const)
    assert.is(matchesGlob(glob, path, 3), matches, glob)
  assert.ok(matchesGlob('/**/.a/**/z', '/.a/.a/z', 2))
})

test('no glob backtracks without end: the deadline of a test would end it', () => {
  assert.not(matchesGlob(`/${'**/a*a*a*/'.repeat(100)}x`, `/${'aaaa/'.repeat(800)}y`))
  assert.not(matchesGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(4_000)))
})

test.run()
