import type { AskAnswer } from '../egress/asks/answer.ts'
import type { Repository } from '../egress/git/repository.ts'
import type { Policy } from '../egress/policy.ts'
import type { Heard } from './heard-asks.ts'

/** The port Bundles: tells a running bundle its policy, by its control command (docs/bundle.md). */
export interface Bundles {
  /** What this process last heard of the bottle's bundle; nothing is asked. It holds no value of a secret. */
  last(identity: string): Told | undefined
  /** Asks which policy is in force. */
  status(run: BundleRun, signal?: AbortSignal): Promise<Told>
  /**
   * Loads a policy. What the bundle answers is judged, and none of its words are passed on. Throws `NotFound` (no such container),
   * `Busy` (it doesn't run, or isn't up yet), `Timeout`, `Unavailable`; then nothing is remembered.
   */
  load(run: BundleRun, load: PolicyLoad, signal?: AbortSignal): Promise<Told>
  /**
   * What the bundle's agent asks, judged: at once where it isn't what was heard last, else when there is more, or after minutes.
   * Throws `Unavailable`, and `Failed` where it isn't understood.
   */
  hear(at: EarAt, signal?: AbortSignal): Promise<Heard>
  /** Tells the bundle all that is known of its bottle's asks. Throws as `load` does, and `Failed` where it isn't taken. */
  answer(
    run: Pick<BundleRun, 'identity' | 'container'>,
    answers: readonly AskAnswer[],
    signal?: AbortSignal,
  ): Promise<void>
  /** Ends what is kept open from one message to the next, at once. The next opens it anew. */
  rest(): void
}

export interface EarAt {
  /** Of the bundle. */
  readonly ip: string
  /** Id of its container, where it is to be heard from inside: this host has no way to it. */
  readonly inside?: string | undefined
  readonly heard?: Pick<Heard, 'run' | 'seq'> | undefined
}

/** One run of a bottle's bundle: after a restart it knows nothing. */
export interface BundleRun {
  readonly identity: string
  /** Id of its container. */
  readonly container: string
  /** ISO 8601 UTC, as Docker says it. */
  readonly startedAt: string | undefined
}

export interface PolicyLoad {
  readonly policy: Policy
  /** What its git gate serves. */
  readonly git?: readonly Repository[]
  /** Of both. */
  readonly hash: string
  readonly secrets: SecretValues
  /** PEM. */
  readonly ca: { readonly cert: string; readonly key: string }
  /** ISO 8601 UTC, by the steady clock: kept as `Told.at`. */
  readonly at: string
}

/** In memory only, for as long as they are told. */
export interface SecretValues {
  readonly values: Readonly<Record<string, string>>
  /** Equal for equal values of one process; says nothing about them to anybody else. */
  readonly digest: string
}

export interface Told {
  readonly run: BundleRun
  /** Hash of the policy that was sent; undefined where it was only asked. */
  readonly hash: string | undefined
  readonly digest: string | undefined
  readonly at: string | undefined
  readonly outcome: LoadOutcome
}

export type LoadOutcome =
  /** `hash`: of the policy in force; null where there is none. */
  | { readonly kind: 'loaded'; readonly hash: string | null }
  | { readonly kind: 'refused'; readonly reason: RefusedReason }
  /** The image has no such program. */
  | { readonly kind: 'unsupported' }

/** What docs/bundle.md names, and `BadAnswer` for everything else. */
export type RefusedReason = 'BadMessage' | 'UnknownVersion' | 'BadPolicy' | 'HashMismatch' | 'BadCa' | 'BadAnswer'
