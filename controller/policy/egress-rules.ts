import { decided } from './finding.ts'
import type { Finding, Objection } from './finding.ts'
import type { Policy } from './policy.ts'

/**
 * That a restricted bottle declares what it may reach, and means it. Pure.
 *
 * Caveats: the lists of the policy's own `egress` are not looked at here yet.
 */
export const judgeEgress = (
  egress: { readonly mode?: string | undefined } | undefined,
  policy: Policy,
): readonly Finding[] => {
  if (policy.level !== 'restricted') return []
  const mode = egress?.mode ?? 'enforce'
  const objection: Objection =
    egress === undefined
      ? {
          rule: 'egress/required',
          why: 'is missing: what the agent may reach is not declared',
          remedy: 'declare spec.egress, {} for nothing',
        }
      : mode === 'enforce'
        ? undefined
        : { rule: 'egress/mode', why: 'lets everything through', remedy: 'write mode: enforce' }
  return [
    decided(
      {
        field: objection?.rule === 'egress/mode' ? ['spec', 'egress', 'mode'] : ['spec', 'egress'],
        asked: egress === undefined ? '' : mode,
      },
      objection,
      { policy, listed: { rule: 'egress/declared', list: 'the Bottle itself' } },
    ),
  ]
}
