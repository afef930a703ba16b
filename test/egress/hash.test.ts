import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { hashOf } from '../../egress/hash.ts'
import { suite } from '../helpers/suite.ts'
import { hashOfSpec, policyOf } from './a-policy.ts'

const test = suite('policy hash')

test('the hash is SHA-256 over the canonical JSON', () => {
  const text = '{"allow":[],"deny":[{"host":"a.example","rule":"deny[0]"}],"mode":"enforce","version":1}'
  assert.is(
    hashOf(policyOf({ deny: [{ host: 'a.example' }] })),
    `sha256:${createHash('sha256').update(text).digest('hex')}`,
  )
})

test('what means the same has the same hash', () => {
  const spec = {
    allow: [{ host: 'a.example', methods: ['GET', 'HEAD'], ports: [80, 443], until: '2026-12-01T12:00:00Z' }],
  }
  const same = {
    deny: [],
    mode: 'enforce' as const,
    presets: [],
    allow: [
      {
        until: '2026-12-01T13:00:00+01:00',
        push: false,
        ports: [443, 80],
        methods: ['HEAD', 'GET'],
        tls: 'terminate' as const,
        host: 'A.example.',
      },
    ],
  }
  assert.is(hashOfSpec(spec), hashOfSpec(same))
  assert.is(
    hashOfSpec({ allow: [{ host: 'ü.example', paths: ['/ü', '/a'] }] }),
    hashOfSpec({ allow: [{ host: 'xn--tda.example', paths: ['/a', '/%c3%bc'] }] }),
  )
})

test('what means something else has another hash', () => {
  const entry = { host: 'a.example' }
  const hashes = [
    {},
    { mode: 'audit' as const },
    { allow: [entry] },
    { deny: [entry] },
    { allow: [entry, { host: 'b.example' }] },
    { allow: [{ host: 'b.example' }, entry] },
    { allow: [{ ...entry, ports: [80] }] },
    { allow: [{ ...entry, methods: ['GET'] }] },
    { allow: [{ ...entry, paths: ['/'] }] },
    { allow: [{ ...entry, push: true }] },
    { allow: [{ ...entry, private: true }] },
    { allow: [{ ...entry, websocket: true }] },
    { allow: [{ ...entry, tls: 'passthrough' as const }] },
    { allow: [{ ...entry, until: '2026-12-01T12:00:00Z' }] },
    { allow: [{ ...entry, credential: { secret: 'A', header: 'x' } }] },
    { allow: [{ ...entry, credential: { secret: 'A', header: 'x', format: 'Bearer {}' } }] },
    { presets: ['npm'] },
  ].map(hashOfSpec)
  assert.is(new Set(hashes).size, hashes.length)
})

test.run()
