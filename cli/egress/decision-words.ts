import type { EgressCaseDecision } from '../../schemas/egress.ts'

/** `denied by deny[0], Denied`; `allowed by allow[0], with TOKEN`. Pure. */
export const decisionWords = ({ allow, rule, reason, credential }: EgressCaseDecision): string =>
  [
    `${allow ? 'allowed' : 'denied'}${rule === undefined ? '' : ` by ${rule}`}`,
    ...(reason === undefined ? [] : [reason]),
    ...(credential === undefined ? [] : [`with ${credential}`]),
  ].join(', ')
