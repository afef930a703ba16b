import type { AskMeter } from '../asks/parts.ts'
import type { PassEnd } from '../pass/pass-end.ts'

/** Told of the controller's work by whoever measures it. Called often: must be cheap, and never throws. */
export interface Meter extends AskMeter {
  /** A key waits for a worker; what it returns is called when it is taken. */
  waits(): () => void
  /** A pass begins; what it returns is called with its end. */
  pass(name: string): (end: PassEnd) => void
  /** A file of the bottle has changed. */
  edited(name: string): void
}
