import { compile } from '../../egress/compile.ts'
import type { Policy, Request } from '../../egress/policy.ts'
import { presets } from '../../schemas/egress-presets.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'

export const NOW = Date.parse('2026-12-01T12:00:00Z')

/** Compiled, or the test fails with its faults. */
export const policyOf = (spec: EgressPolicy): Policy => {
  const compiled = compile(spec, presets)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  return compiled.policy
}

export const hashOfSpec = (spec: EgressPolicy): string => {
  const compiled = compile(spec, presets)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  return compiled.hash
}

/** `GET /` by https, but for what is given. */
export const requestTo = (host: string, given: Partial<Request> = {}): Request => ({
  host,
  port: 443,
  method: 'GET',
  path: '/',
  ...given,
})
