import { explain } from '../../egress/explain.ts'
import type { Repository } from '../../egress/git/repository.ts'
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
    /** The repository of the git gate that it is about. */
    readonly served?: Repository | undefined
  },
): string => {
  const { what, why, todo } = explain(policy, denial)
  if (denial.served !== undefined && !denial.decision.allow)
    return [`bottled denied ${what}: ${denial.decision.reason}.`, ...why, ...gateWay(denial.served)].join('\n')
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
/** git is told by its environment; who speaks HTTP by itself, or has another spelling of the URL, meets the proxy. */
const gateWay = ({ name, url, push }: Repository): readonly string[] => [
  `This repository is served by the git gate: git uses it by itself for ${url}, and $GIT_GATE_URL/${name} is its address.`,
  push.length === 0 ? 'The gate takes no push to it.' : `It takes pushes to ${push.join(', ')}.`,
]
