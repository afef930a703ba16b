import type { Policy } from '../../egress/policy.ts'
import { loadedHash } from '../../egress/git/loaded-hash.ts'
import type { Repository } from '../../egress/git/repository.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'
import { compiledEgress } from './compiled-egress.ts'
import type { ResolvedSpec } from './resolve.ts'

/**
 * What a bundle is told of a spec: its policy, and what its git gate serves, under one hash. Pure.
 *
 * undefined: nothing, the image's own rules count. With repositories and without `egress`, the policy allows nothing.
 */
export interface ToldPolicy {
  readonly policy: Policy
  readonly git?: readonly Repository[]
  readonly hash: string
}

export type ToldSpec = Pick<ResolvedSpec, 'egress' | 'repositories'>

export const isTold = (spec: ToldSpec | undefined): boolean =>
  spec !== undefined && (spec.egress !== undefined || spec.repositories.length > 0)

/** Its policy; `ok: false`: this version can't read it. */
export const policyTold = ({ egress }: Pick<ToldSpec, 'egress'>): ReturnType<typeof compiledEgress> =>
  egress?.compiled ?? compiledEgress(NOTHING)

export const toldOf = ({
  egress,
  repositories,
}: ToldSpec):
  | ({ readonly ok: true } & ToldPolicy)
  | Extract<ReturnType<typeof compiledEgress>, { readonly ok: false }> => {
  const compiled = policyTold({ egress })
  if (!compiled.ok) return compiled
  if (repositories.length === 0) return compiled
  return { ok: true, policy: compiled.policy, git: repositories, hash: loadedHash(compiled.policy, repositories) }
}

/** The policy that lets nothing out. */
export const NOTHING: EgressPolicy = { mode: 'enforce' }
