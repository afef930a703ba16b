import * as assert from 'uvu/assert'
import { compiledEgress } from '../../../reconcilers/derive/compiled-egress.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('compiled egress')

test('the presets of this version are taken in, and the same text is compiled once', () => {
  const written = { presets: ['npm'] }
  const compiled = compiledEgress(written)
  assert.ok(compiled.ok && compiled.policy.allow.some(({ rule }) => rule === 'presets.npm[0]'))
  assert.is(compiledEgress(written), compiled)
  assert.equal(compiledEgress({ presets: ['npm'] }), compiled)
})

test('a preset that is gone has no policy', () => assert.not(compiledEgress({ presets: ['gone'] }).ok))

test.run()
