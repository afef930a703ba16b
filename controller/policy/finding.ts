import type { Path } from '../document/path.ts'
import type { Policy } from './policy.ts'

/** One thing that a spec asks for, and the rule that allows or forbids it. */
export interface Finding {
  readonly field: Path
  /** As asked, for a person; never a secret's value. */
  readonly asked: string
  readonly verdict: 'allowed' | 'forbidden'
  readonly rule: Rule
  /** Completes "FIELD ASKED …": `lies in /etc`. */
  readonly why: string
  /** What the operator would write to allow it, or the author to need no leave; undefined where it is allowed. */
  readonly remedy?: string
}

/** Every rule. docs/policy.md names each one; names are stable. */
export type Rule =
  | 'level/privileged'
  | 'level/baseline'
  | 'paths/system-folder'
  | 'paths/home-folder'
  | 'paths/dot-folder'
  | 'paths/socket'
  | 'paths/unknown'
  | 'paths/listed'
  | 'paths/not-listed'
  | 'secrets/own-setting'
  | 'secrets/listed'
  | 'secrets/env-not-listed'
  | 'secrets/file-not-listed'
  | 'images/listed'
  | 'images/not-listed'
  | 'images/digest'
  | 'bundle/root-user'
  | 'bundle/user-name'
  | 'network/subnet'
  | 'network/listed'
  | 'network/not-listed'
  | 'runtimes/listed'
  | 'runtimes/not-listed'
  | 'runtimes/shared-kernel'
  | 'limits/within'
  | 'limits/bottles'
  | 'limits/cpus'
  | 'limits/memory'
  | 'limits/storage'
  | 'limits/bundle-memory'
  | 'egress/declared'
  | 'egress/required'
  | 'egress/mode'
  | 'egress/listed'
  | 'egress/not-listed'
  | 'egress/denied'

/** What a rule says of one thing; undefined where it has no objection. */
export type Objection = { readonly rule: Rule; readonly why: string; readonly remedy: string } | undefined

interface Listed {
  readonly rule: Rule
  /** The list that names it. */
  readonly list: string
}

/** The finding on one thing: an objection forbids it, else the list that names it allows it, else the level. */
export const decided = (
  { field, asked }: Pick<Finding, 'field' | 'asked'>,
  objection: Objection,
  { policy, listed }: { readonly policy: Pick<Policy, 'level'>; readonly listed?: Listed },
): Finding => {
  if (objection !== undefined) return { field, asked, verdict: 'forbidden', ...objection }
  if (listed !== undefined)
    return { field, asked, verdict: 'allowed', rule: listed.rule, why: `is named in ${listed.list}` }
  // What the level restricted allows is named in a list.
  const rule = policy.level === 'privileged' ? 'level/privileged' : 'level/baseline'
  return { field, asked, verdict: 'allowed', rule, why: 'no list of the policy is about it' }
}
