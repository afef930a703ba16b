import * as assert from 'uvu/assert'
import { shownRef } from '../../../egress/asks/shown-ref.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('a ref as a person is shown it')

test('a branch is shown by its name; what is called like another ref is shown whole', () => {
  assert.is(shownRef('refs/heads/agent/x'), 'agent/x')
  for (const ref of [
    'refs/heads/refs/heads/main',
    'refs/heads/refs/tags/v1',
    'refs/tags/v1',
    'refs/tags/refs/heads/main',
  ])
    assert.is(shownRef(ref), ref)
})

test.run()
