import * as assert from 'uvu/assert'
import { isAllowed } from '../../../egress/asks/allowed.ts'
import type { EgressAsk } from '../../../egress/asks/content.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { NOW, policyOf } from '../a-policy.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('whether an ask is granted')
const ASK: EgressAsk = { kind: 'egress', host: 'a.example', port: 443, why: 'w' }
const is = (spec: EgressPolicy, ask: Partial<EgressAsk> = {}): boolean =>
  isAllowed(policyOf(spec), { ...ASK, ...ask }, NOW)

test('by an entry that allows all that was asked, as long as it lasts', () => {
  assert.ok(is({ allow: [{ host: 'a.example' }] }))
  assert.not(is({ allow: [{ host: 'b.example' }] }))
  assert.not(is({ allow: [{ host: 'a.example' }] }, { port: 8443 }))
  assert.not(is({ allow: [{ host: 'a.example', methods: ['GET'] }] }, { method: 'POST' }))
  assert.not(is({ allow: [{ host: 'a.example' }], deny: [{ host: 'a.example' }] }))
  assert.not(is({ allow: [{ host: 'a.example', until: new Date(NOW).toISOString() }] }))
  assert.ok(is({ allow: [{ host: 'a.example', until: new Date(NOW + 1_000).toISOString() }] }))
})

test('a glob that was asked for stands for what it allows', () => {
  const allow = [{ host: 'a.example', paths: ['/simple/**'] }]
  assert.ok(is({ allow }, { path: '/simple/**' }))
  assert.ok(is({ allow }, { path: '/simple/ruff/' }))
  assert.not(is({ allow }, { path: '/other/**' }))
  assert.not(is({ allow }), 'all paths')
})

test('what mode audit lets through is not granted', () => {
  assert.not(is({ mode: 'audit' }))
  assert.ok(is({ mode: 'audit', allow: [{ host: 'a.example' }] }))
})

test.run()
