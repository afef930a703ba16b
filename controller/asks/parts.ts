import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import type { AskContent } from '../../egress/asks/content.ts'
import type { Policy } from '../../egress/policy.ts'
import type { Way } from '../../reconcilers/contract/way.ts'
import type { Announcer } from '../report/announcer.ts'
import type { Decision } from '../state/request-file.ts'
import type { Grants } from './grants.ts'
import type { Clock } from '../time/clock.ts'

/** What asks need of the controller, and what it gets of them. */
export interface AskParts {
  readonly bundles: Pick<Drivers['bundles'], 'hear' | 'answer'>
  readonly registry: { byName(name: string): BottleRecord | undefined }
  readonly store: { documents(name: string): readonly unknown[] }
  /** Of the bundle that runs; undefined: none does. */
  readonly bundleOf: (identity: string) => { readonly id: string } | undefined
  readonly wayTo: (record: BottleRecord, subnet: string) => Promise<Way>
  /** In force by the bottle's file; undefined: none. */
  readonly policyOf: (name: string) => Policy | undefined
  /** Why nobody can allow it, by the operator's policy or the bottle's own file; undefined: a person decides. */
  readonly forbids: (record: BottleRecord, content: AskContent) => Promise<string | undefined>
  readonly grants: Grants
  readonly clock: Clock
  readonly newUid: () => string
  readonly announcer: Pick<Announcer, 'asked'>
  /** The number of open asks changed. */
  readonly onChange: (name: string) => void
  readonly onAsk?: ((notice: AskNotice) => void) | undefined
  /** Who measures, if anybody does. */
  readonly meter?: AskMeter | undefined
  /** What was said could not be kept, and is heard again. */
  readonly onProblem: (name: string, error: unknown) => void
  readonly signal: AbortSignal
}

/** Told when an ask is opened, and when it is decided; after a crash perhaps twice. */
export interface AskMeter {
  /** `waitedMs`: since it was opened. */
  asked(kind: AskContent['kind'], outcome: AskOutcome, waitedMs: number): void
}

/** `forbidden`: nobody was asked, as nobody could have allowed it. */
export type AskOutcome = 'opened' | 'approved' | 'denied' | 'expired' | 'forbidden'

/** For a program of the operator's, on its stdin. The agent's texts are clean, and its own. */
export interface AskNotice {
  readonly version: 1
  readonly bottle: string
  readonly id: string
  readonly openedAt: string
  readonly content: AskContent
}

export interface Asks {
  /** How many wait; 0 for a bottle without `supervise`. */
  openOf(name: string): number
  /** The pass, with the bottle's asks known before it, and its bundle listened to after it. */
  around<End>(pass: (name: string) => Promise<End>): (name: string) => Promise<End>
  /** undefined: it is decided so; else why not. */
  decide(name: string, request: Decision): Promise<string | undefined>
  /** Ends what nobody answered in time, and forgets what is long over. */
  prune(): Promise<void>
  stop(): Promise<void>
}
