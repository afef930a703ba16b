import * as assert from 'uvu/assert'
import { isIdentity } from '../../schemas/identity.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('identity as a word')

test('a slug of at most 48 characters, without two hyphens in a row', () => {
  for (const text of ['a', '0', 'ab', 'a-b', 'a0-9z', 'x'.repeat(48)]) assert.ok(isIdentity(text), text)
  for (const text of ['', '-', '-a', 'a-', 'a--b', 'A', 'a_b', 'a.b', 'ä', 'a b', 'a\n', ' a', 'x'.repeat(49)])
    assert.not(isIdentity(text), text)
})

test.run()
