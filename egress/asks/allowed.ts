import { decide } from '../decide.ts'
import type { Policy } from '../policy.ts'
import type { EgressAsk } from './content.ts'

/** Whether a policy allows what was asked, now: in the bundle that it is in force, in the controller that the file says so. Pure. */
export const isAllowed = (
  policy: Policy,
  { host, port, method = 'GET', path = '/' }: EgressAsk,
  now: number,
): boolean => {
  // A glob stands for what it allows.
  const decision = decide(policy, { host, port, method, path: path.replaceAll('*', 'x') }, now)
  return decision.allow && decision.audit === undefined
}
