import { existsSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { decide } from '../../egress/decide.ts'
import { plainDecision } from '../../egress/expected.ts'
import type { EgressCases } from '../../schemas/egress.ts'
import { suite } from '../helpers/suite.ts'
import { policyOf } from './a-policy.ts'

const test = suite('golden egress decisions')
const path = new URL('../fixtures/vectors/egress.json', import.meta.url)
const vectors = JSON.parse(readFileSync(path, 'utf8')) as EgressCases
const policy = policyOf(vectors.policy ?? {})
const now = Date.parse(vectors.now ?? '')

test('there are vectors', () => assert.ok(vectors.cases.length >= 49))

for (const [index, { request, decision }] of vectors.cases.entries()) {
  const { method, host, port, path: asked } = request
  test(`vector ${index}: ${method} ${JSON.stringify(`${host}:${port}${asked}`)}`, () => {
    assert.equal(plainDecision(decide(policy, request, now)), decision)
  })
}

const shared = new URL('../../../shared/vectors/egress.json', import.meta.url)
if (existsSync(shared)) {
  test('the copy equals the shared file', () => assert.is(readFileSync(shared, 'utf8'), readFileSync(path, 'utf8')))
}

test.run()
