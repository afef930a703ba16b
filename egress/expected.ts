import type { EgressCaseDecision } from '../schemas/egress.ts'
import type { Decision } from './policy.ts'

/** A decision in the words of a test case; in mode audit with what `enforce` would have said. Pure. */
export const plainDecision = (decision: Decision): EgressCaseDecision => {
  const { rule, reason } = decision.allow ? { rule: decision.rule, reason: undefined, ...decision.audit } : decision
  return {
    allow: decision.allow,
    ...(rule === undefined ? {} : { rule }),
    ...(reason === undefined ? {} : { reason }),
    ...(decision.allow && decision.credential !== undefined ? { credential: decision.credential.secret } : {}),
  }
}

/**
 * What a case says of a decision, and the decision doesn't. What a case leaves out isn't compared, but for the credential: where
 * a case names the rule, it names the credential, too.
 */
export const differences = (
  expected: EgressCaseDecision,
  decision: Decision,
): readonly (keyof EgressCaseDecision)[] => {
  const actual = plainDecision(decision)
  const compared = (['allow', 'rule', 'reason', 'credential'] as const).filter(
    (key) => expected[key] !== undefined || (key === 'credential' && expected.allow && expected.rule !== undefined),
  )
  return compared.filter((key) => expected[key] !== actual[key])
}
