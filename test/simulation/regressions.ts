import type { Run } from './run.ts'

/** Every run that ever failed, with what was wrong. They are replayed before anything else. */
export interface Regression extends Pick<Run, 'seed' | 'troubles' | 'jitter' | 'lostHint'> {
  readonly scenario: string
  readonly why: string
}

export const regressions: readonly Regression[] = []
