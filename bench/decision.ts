import { compile } from '../egress/compile.ts'
import { decide } from '../egress/decide.ts'
import type { Request } from '../egress/policy.ts'
import { presets } from '../schemas/egress-presets.ts'
import type { EgressPolicy } from '../schemas/egress.ts'
import type { Measurement } from './measurement.ts'

/** The cost of one egress decision, on a large policy: by the last of its entries, and by none. */
const ROUNDS = 20_000
const NOW = Date.parse('2026-12-01T12:00:00Z')

const spec: EgressPolicy = {
  presets: presets.map(({ name }) => name),
  allow: Array.from({ length: 256 }, (_, index) => ({
    host: index % 2 === 0 ? `api-${index}.example.com` : `*.zone-${index}.example.com`,
    methods: ['GET', 'POST'],
    paths: [`/repos/acme/app-${index}/**`, '/v1/*/items/*'],
  })),
  deny: Array.from({ length: 64 }, (_, index) => ({ host: `*.evil-${index}.example`, paths: ['/x/**'] })),
}

const get = (host: string, path: string): Request => ({ host, port: 443, method: 'GET', path })
const CASES: Readonly<Record<string, Request>> = {
  'allowed by an entry': get('a.zone-255.example.com', '/repos/acme/app-255/contents/src/index.ts?ref=main'),
  'allowed by a preset': get('static.crates.io', '/crates/serde/serde-1.0.0.crate'),
  denied: get('a.evil-63.example', '/x/y/z'),
  'not allowed': get('api.unknown.example', `/${'a/'.repeat(1_000)}`),
}

export const measureDecision = (): Promise<readonly Measurement[]> => {
  const compiled = compile(spec, presets)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const { policy } = compiled
  const timed = (request: Request): number => {
    for (let round = 0; round < ROUNDS / 10; round++) decide(policy, request, NOW)
    const before = performance.now()
    for (let round = 0; round < ROUNDS; round++) decide(policy, request, NOW)
    return (performance.now() - before) / ROUNDS
  }
  return Promise.resolve(
    Object.entries(CASES).map(([name, request]) => ({
      name: `egress decision, ${name}`,
      unit: 'ms',
      value: timed(request),
      budget: 0.1,
    })),
  )
}
