import * as assert from 'uvu/assert'
import { asWrittenHere, insteadOf, insteadOfRollout, meantVerb } from '../../../cli/verb/habits.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('habits of kubectl users')

test('each value of --dry-run is understood, but not after --', () => {
  assert.equal(asWrittenHere(['apply', '-f', 'x', '--dry-run=client']), ['apply', '-f', 'x', '--dry-run'])
  assert.equal(asWrittenHere(['suspend', '--dry-run=server', 'web']), ['suspend', '--dry-run', 'web'])
  assert.equal(asWrittenHere(['label', '--dry-run=none', 'web', 'a=b']), ['label', 'web', 'a=b'])
  const inside = ['exec', 'web', '--', 'npm', 'publish', '--dry-run=client']
  assert.equal(asWrittenHere(inside), inside)
})

test('verbs, flags and rollouts of kubectl lead to ours; an unknown word leads nowhere', () => {
  assert.is(meantVerb('patch'), 'edit')
  assert.is(meantVerb('toString'), undefined)
  assert.match(insteadOf('-A', 'get') ?? '', /-d DIR/)
  assert.match(insteadOf('-f', 'delete') ?? '', /bottlectl delete bottle NAME/)
  assert.is(insteadOf('--sho-labels', 'get'), undefined)
  assert.is(insteadOfRollout(['restart', 'bottle/web']), 'rollout takes names only: bottlectl rollout web')
  assert.is(insteadOfRollout(['web']), undefined)
})

test.run()
