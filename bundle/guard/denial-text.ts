import { explain } from '../../egress/explain.ts'
import type { Decision, Policy, Request } from '../../egress/policy.ts'

/** A denial for who was denied, often an agent: what, why, and that guessing on is of no use. Pure. */
export const denialText = (
  policy: Policy,
  denial: { readonly request: Request; readonly decision: Decision; readonly now: number },
): string => {
  const { what, why, todo } = explain(policy, denial)
  const reason = denial.decision.allow ? '' : `: ${denial.decision.reason}`
  return [
    `bottled denied ${what}${reason}.`,
    ...why,
    'Trying again will not help. A person can change the policy:',
    ...(todo.length > 0 ? todo : ['nothing can allow this.']),
  ].join('\n')
}
