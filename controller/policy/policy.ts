import type { BottlePolicySpec } from '../../schemas/policy.ts'

/** The operator's policy in force (API §1.9). Pure. */
export interface Policy {
  readonly level: Level
  readonly spec: BottlePolicySpec
  /** Its file; undefined: the built-in one. */
  readonly file: string | undefined
  /** Of its text: another one is another policy. */
  readonly sha256: string
}

export type Level = 'privileged' | 'baseline' | 'restricted'

export const BUILT_IN: Policy = { level: 'baseline', spec: {}, file: undefined, sha256: '' }

/** For a person: `baseline (built in)`. */
export const policyName = ({ level, file }: Pick<Policy, 'level' | 'file'>): string =>
  `${level} (${file ?? 'built in'})`
