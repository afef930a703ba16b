import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { specHash } from '../../../controller/document/spec-hash.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('spec-hash')
const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

test('the hash is the SHA-256 of canonical JSON: sorted keys, no white space, numbers as in JavaScript', () => {
  assert.is(specHash({ b: [1, 'ä'], a: { d: true, c: null } }), sha256('{"a":{"c":null,"d":true},"b":[1,"ä"]}'))
  assert.is(specHash({ n: 1e21, m: 0.1, z: -0 }), sha256('{"m":0.1,"n":1e+21,"z":0}'))
})

test('the order of keys is ignored, that of lists is not', () => {
  assert.is(specHash({ a: 1, b: 2 }), specHash({ b: 2, a: 1 }))
  assert.is.not(specHash({ a: [1, 2] }), specHash({ a: [2, 1] }))
})

test('undefined has a hash, too', () => {
  assert.match(specHash(undefined), /^sha256:[0-9a-f]{64}$/)
})

test('writing a spec as JSON and reading it back keeps its hash', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => assert.is(specHash(value), specHash(JSON.parse(JSON.stringify(value))))),
    { seed: 1 },
  )
})

test.run()
