import * as assert from 'uvu/assert'
import { canonicalize } from '../../../reconcilers/derive/canonical-json.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('canonical JSON')

test('keys are sorted, what is undefined is left out, and nothing is null', () => {
  assert.is(canonicalize({ b: [2, { d: 1, c: 0 }], a: 'x', e: undefined }), '{"a":"x","b":[2,{"c":0,"d":1}]}')
  assert.is(canonicalize(undefined), 'null')
  assert.is(canonicalize(null), 'null')
})

test.run()
