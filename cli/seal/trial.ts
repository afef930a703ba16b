import type { Captured } from './capture.ts'
import type { Facts, Outcome, Target } from './target.ts'
import type { Throwaway } from './throwaway.ts'

/** How one kind of machine has its guest try the seal. */
export interface Trial {
  /** Of `bottled run`, beside what all have. */
  readonly flags: readonly string[]
  /** `machine:` of the bottle of the proof, as a flow mapping. */
  readonly machine: string
  table(facts: Facts): readonly Target[]
  play(playing: Playing, signal: AbortSignal): Promise<Played>
  /** Removes what was made for it, once its bottle is gone. */
  remove(): Promise<void>
}

export interface Playing {
  readonly bottle: Throwaway
  readonly targets: readonly Target[]
  /** What answers on this host. */
  readonly port: number
}

export interface Played {
  /** Undefined: the table wasn't played to its end. */
  readonly outcomes: readonly Outcome[] | undefined
  /** Undefined: of this kind nothing is captured beside what this host hears. */
  readonly captured: Captured | undefined
}

export const WAIT_S = 10
export const PLAY_MS = 180_000
