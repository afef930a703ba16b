import { compile } from '../../egress/compile.ts'
import { presets } from '../../schemas/egress-presets.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'
import type { Policy } from '../../egress/policy.ts'

export interface Compiled {
  readonly policy: Policy
  readonly hash: string
}

/** The policy of a Bottle that is valid; undefined where it has no `egress`. Pure. Throws if the policy can't be compiled. */
export const policyOfSpec = (spec: HasEgress): Compiled | undefined => {
  if (spec.egress === undefined) return undefined
  const compiled = compile(spec.egress, presets)
  if (compiled.ok) return compiled
  const [fault] = compiled.faults
  throw new Error(`spec.egress.${fault?.path.join('.') ?? ''}: ${fault?.message ?? ''}`)
}

/** The same of a spec of some time ago, whose presets may be gone. Never throws. */
export const oldPolicyOf = ({ egress }: HasEgress): Compiled | undefined => {
  if (egress === undefined) return undefined
  const known = new Set(presets.map(({ name }) => name))
  const compiled = compile({ ...egress, presets: (egress.presets ?? []).filter((name) => known.has(name)) }, presets)
  return compiled.ok ? compiled : undefined
}

interface HasEgress {
  readonly egress?: EgressPolicy | undefined
}
