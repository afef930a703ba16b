import type { Fleets } from './fleets.ts'

/** Options of a measurement. */
export interface BenchOptions {
  readonly bottles: number
  readonly cold: number
  readonly fleets: Fleets
}
