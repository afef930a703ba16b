import type { ManagerOptions } from './manager-options.ts'
import { createPolicyCheck } from './pass/policy-check.ts'
import type { PolicyCheck } from './pass/policy-check.ts'
import type { Registry } from './pass/registry.ts'
import { createPolicyKeeper } from './policy/policy-keeper.ts'
import type { Announce } from './report/announce.ts'

/** The policy that passes judge by, and its next reading. */
export const createPolicyParts = (
  { policy: source, settings }: Pick<ManagerOptions, 'policy' | 'settings'>,
  registry: Registry,
  announce: Announce,
): { readonly policy: PolicyCheck; readonly refreshPolicy: () => Promise<boolean> } => {
  const keeper = createPolicyKeeper(source, announce)
  return { policy: createPolicyCheck({ keeper, registry, settings }), refreshPolicy: keeper.refresh }
}
