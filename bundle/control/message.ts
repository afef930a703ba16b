import { judgeAnswers } from '../../egress/asks/answer.ts'
import type { AskAnswer } from '../../egress/asks/answer.ts'
import type { Policy } from '../../egress/policy.ts'
import type { Repository } from '../../egress/git/repository.ts'
import { policyNonsense } from './policy-shape.ts'
import { repositoryNonsense } from './repository-shape.ts'

/**
 * What the controller tells a bundle, and what it hears. Pure.
 *
 * One JSON document on stdin of the control command, one on its stdout. docs/bundle.md is the contract.
 */
export type Message =
  | { readonly kind: 'load'; readonly load: Load }
  | { readonly kind: 'asks'; readonly answers: readonly AskAnswer[] }
  | { readonly kind: 'status' }

export interface Load {
  readonly policy: Policy
  /** As the sender has computed it; another one here refuses the load. */
  readonly hash?: string
  /** Values by name. */
  readonly secrets: Readonly<Record<string, string>>
  /** PEM. */
  readonly ca: { readonly cert: string; readonly key: string }
  /** CIDRs that are never connected to, beside the container's own networks. */
  readonly own: readonly string[]
  /** Of the git gate. Absent: none. */
  readonly git?: readonly Repository[]
}

export type Reply =
  /** `hash`: of the policy in force; null: none is loaded. */
  | {
      readonly version: 1
      readonly ok: true
      readonly hash: string | null
      /** The image has `converse` as well. */
      readonly converses: true
    }
  | { readonly version: 1; readonly ok: false; readonly reason: RefusedReason; readonly message: string }

export type RefusedReason = 'BadMessage' | 'UnknownVersion' | 'BadPolicy' | 'HashMismatch' | 'BadCa' | 'NotRunning'

export class ControlRefusal extends Error {
  readonly reason: RefusedReason

  constructor(reason: RefusedReason, text: string) {
    super(text)
    this.name = 'ControlRefusal'
    this.reason = reason
  }
}

/** Throws `ControlRefusal`; its text holds nothing of the message's values. */
export const parseMessage = (text: string): Message => {
  const message = recordOf(parse(text), 'the message')
  if (message['version'] !== 1) throw new ControlRefusal('UnknownVersion', 'version must be 1')
  if (message['command'] === 'status') return { kind: 'status' }
  if (message['command'] === 'asks') {
    const answers = judgeAnswers(message['asks'])
    if (answers === undefined) throw bad('asks must be a list of answers')
    return { kind: 'asks', answers }
  }
  if (message['command'] !== 'load') throw bad('command must be load, asks or status')
  const { policy, hash, secrets = {}, ca, own = [], git } = message
  const nonsense = policyNonsense(policy)
  if (nonsense !== undefined) throw new ControlRefusal('BadPolicy', nonsense)
  const repositories = git === undefined ? undefined : recordOf(git, 'git')['repositories']
  const unserved = git === undefined ? undefined : repositoryNonsense(repositories)
  if (unserved !== undefined) throw new ControlRefusal('BadPolicy', unserved)
  if (hash !== undefined && typeof hash !== 'string') throw bad('hash must be text')
  const { cert, key } = recordOf(ca, 'ca')
  if (typeof cert !== 'string' || typeof key !== 'string') throw bad('ca must have cert and key, in PEM')
  if (!Array.isArray(own) || !own.every((each) => typeof each === 'string')) throw bad('own must be a list of CIDRs')
  const values = Object.entries(recordOf(secrets, 'secrets'))
  if (!values.every((each): each is [string, string] => typeof each[1] === 'string'))
    throw bad('each of secrets must be text')
  return {
    kind: 'load',
    load: {
      policy: policy as Policy,
      ...(hash === undefined ? {} : { hash }),
      // A name may be `__proto__`.
      secrets: Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(values)),
      ca: { cert, key },
      own,
      ...(repositories === undefined ? {} : { git: repositories as readonly Repository[] }),
    },
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // The error of JSON.parse quotes the text, which holds secrets.
    throw bad('it is no JSON')
  }
}

const recordOf = (value: unknown, what: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw bad(`${what} must be an object`)
}

const bad = (text: string): ControlRefusal => new ControlRefusal('BadMessage', text)
