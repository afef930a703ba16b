import * as assert from 'uvu/assert'
import { parseUpdates, refusedByFacts, refusedByName } from '../../../bundle/gate/judge-updates.ts'
import type { UpdateFacts } from '../../../bundle/gate/judge-updates.ts'
import type { Repository } from '../../../egress/git/repository.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('updates of a push')
const A = 'a'.repeat(40)
const B = 'b'.repeat(40)
const NONE = '0'.repeat(40)
const repository = (push: readonly string[]): Repository => ({
  name: 'app',
  url: 'https://a.example/app',
  fetch: true,
  push,
  maxPackMiB: 1,
  review: false,
  private: false,
})

test('lines of git are read, and nothing else', () => {
  assert.equal(parseUpdates(`${NONE} ${A} refs/heads/x\n`), [{ before: NONE, after: A, ref: 'refs/heads/x' }])
  for (const text of [
    '',
    '\n',
    'x',
    `${A} ${B} HEAD\n`,
    `${A} ${B} refs/heads/a b\n`,
    `${A} ${B}\n`,
    `${A} ${B} refs/heads/x\nx\n`,
  ])
    assert.is(parseUpdates(text), undefined, JSON.stringify(text))
})

test('a table of refs and globs', () => {
  const cases: readonly (readonly [ref: string, push: readonly string[], refusal?: RegExp])[] = [
    ['refs/heads/agent/x', ['agent/*']],
    [
      'refs/heads/agent/x/y',
      ['agent/*'],
      /the branch agent\/x\/y is not taken, only agent\/\*: git push origin HEAD:refs\/heads\/agent\/y/,
    ],
    ['refs/heads/agent/x/y', ['agent/**']],
    ['refs/heads/agent', ['agent/*'], /is not taken/],
    [
      'refs/heads/main',
      ['agent/*'],
      /the branch main is not taken, only agent\/\*: git push origin HEAD:refs\/heads\/agent\/main/,
    ],
    ['refs/heads/main', ['*']],
    ['refs/heads/tags/v1', ['*', 'tags/*'], /is not taken/],
    ['refs/tags/v1', ['*', '**'], /the tag v1 is not taken: only branches are/],
    ['refs/tags/v1', ['agent/*', 'tags/v*']],
    ['refs/tags/w1', ['tags/v*'], /only tags\/v\*; push without tags/],
    ['refs/pull/1/head', ['**'], /neither a branch nor a tag/],
    ['refs/notes/commits', ['**'], /neither a branch nor a tag/],
    ['refs/heads/x', [], /nothing stands under push/],
    ['refs/heads/\u202Eevil\u001B[31m', ['agent/*'], /\\u\{202e\}evil\\u\{1b\}/],
  ]
  for (const [ref, push, refusal] of cases) {
    const [said = 'taken'] = refusedByName([{ before: NONE, after: A, ref }], repository(push))
    assert.match(said, refusal ?? /^taken$/, `${ref} by ${push.join()}`)
  }
})

test('a deletion is refused wherever it is, one refusal refuses all, and there may be too many', () => {
  const update = { before: A, after: NONE, ref: 'refs/heads/agent/x' }
  assert.match(refusedByName([update], repository(['**']))[0] ?? '', /agent\/x is not deleted/)
  const good = { before: NONE, after: A, ref: 'refs/heads/agent/y' }
  assert.is(refusedByName([good, update], repository(['**'])).length, 1)
  const many = Array.from({ length: 33 }, (_, index) => ({ ...good, ref: `refs/heads/a${index}` }))
  assert.match(refusedByName(many, repository(['**']))[0] ?? '', /33 refs in one push are too many/)
})

test('a table of facts', () => {
  const cases: readonly (readonly [before: string, ref: string, facts: UpdateFacts, refusal?: RegExp])[] = [
    [NONE, 'refs/heads/x', { current: undefined, type: 'commit', keepsCommits: true }],
    [B, 'refs/heads/x', { current: B, type: 'commit', keepsCommits: true }],
    [B, 'refs/heads/x', { current: B, type: 'commit', keepsCommits: false }, /x would lose commits/],
    [NONE, 'refs/heads/x', { current: B, type: 'commit', keepsCommits: true }, /has moved upstream meanwhile/],
    [B, 'refs/heads/x', { current: undefined, type: 'commit', keepsCommits: true }, /has moved/],
    [NONE, 'refs/heads/x', { current: undefined, type: 'blob', keepsCommits: true }, /would not be a commit/],
    [NONE, 'refs/heads/x', { current: undefined, type: 'tag', keepsCommits: true }, /would not be a commit/],
    [NONE, 'refs/heads/x', { current: undefined, type: undefined, keepsCommits: true }, /would not be a commit/],
    [NONE, 'refs/tags/v1', { current: undefined, type: 'tag', keepsCommits: true }],
    [NONE, 'refs/tags/v1', { current: undefined, type: 'commit', keepsCommits: true }],
    [NONE, 'refs/tags/v1', { current: undefined, type: 'tree', keepsCommits: true }, /would not be a commit/],
    [B, 'refs/tags/v1', { current: B, type: 'tag', keepsCommits: true }, /the tag v1 exists and is not moved/],
  ]
  for (const [before, ref, facts, refusal] of cases)
    assert.match(
      refusedByFacts({ before, after: A, ref }, facts) ?? 'taken',
      refusal ?? /^taken$/,
      JSON.stringify(facts),
    )
})

test.run()
