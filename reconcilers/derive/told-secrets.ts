import { proxySecrets } from './deliveries.ts'
import type { ResolvedSpec } from './resolve.ts'

/** The sources of the values that a bundle is told: those that a credential of the policy, or of a repository, names. Pure. */
export const toldSecrets = (
  spec: Pick<ResolvedSpec, 'secrets' | 'egress' | 'repositories'>,
): ReturnType<typeof proxySecrets> => {
  const compiled = spec.egress?.compiled
  const rules = compiled?.ok === true ? compiled.policy.allow : []
  const named = new Set([...rules, ...spec.repositories].flatMap(({ credential }) => credential?.secret ?? []))
  return Object.fromEntries(Object.entries(proxySecrets(spec)).filter(([key]) => named.has(key)))
}
