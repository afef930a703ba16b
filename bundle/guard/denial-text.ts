import { explain } from '../../egress/explain.ts'
import type { Decision, Policy, Request } from '../../egress/policy.ts'

/** A denial for who was denied, often an agent: what, why, and that guessing on is of no use. Pure. */
export const denialText = (
  policy: Policy,
  denial: {
    readonly request: Request
    readonly decision: Decision
    readonly now: number
    /** There is a supervise server beside it. */
    readonly supervised?: boolean
  },
): string => {
  const { what, why, todo } = explain(policy, denial)
  const reason = denial.decision.allow ? '' : `: ${denial.decision.reason}`
  return [
    `bottled denied ${what}${reason}.`,
    ...why,
    'Trying again will not help. A person can change the policy:',
    ...(todo.length > 0 ? todo : ['nothing can allow this.']),
    ...(denial.supervised === true && CAN_BE_ASKED.has(reason)
      ? ['Ask for it: the tool request_egress of the MCP server at MCP_SUPERVISE_URL.']
      : []),
  ].join('\n')
}

const CAN_BE_ASKED: ReadonlySet<string> = new Set([': NotAllowed', ': Expired'])
