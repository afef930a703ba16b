import type { Fleets } from './fleets.ts'

/** What a measurement is given. */
export interface BenchOptions {
  readonly bottles: number
  readonly cold: number
  readonly fleets: Fleets
}
