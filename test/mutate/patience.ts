import type { Took } from './player.ts'

/** How long a test file may take with a mutant. */
export interface Patience {
  readonly cpuMs: number
  /** For what waits without end and so uses no processor; wide, as the machine may be busy. */
  readonly ms: number
}

/** With a mutant, a run that takes more than so many times the processor time of one without is late. */
const FACTOR = 5
const LEAST_CPU_MS = 2_000
const WAIT_FACTOR = 20
const LEAST_WAIT_MS = 10_000

/** For a run in a process that has loaded the tests: the run itself, and one more that shows whether the process is fit. */
export const patienceOf = ({ ms, cpuMs }: Took): Patience => ({
  cpuMs: cpuMs * FACTOR + LEAST_CPU_MS,
  ms: ms * WAIT_FACTOR + LEAST_WAIT_MS,
})

/** For a process of its own. */
export const patienceAfresh = ({ ms, cpuSinceStartMs }: Took): Patience => ({
  cpuMs: cpuSinceStartMs * FACTOR + LEAST_CPU_MS,
  ms: ms * WAIT_FACTOR + 2 * LEAST_WAIT_MS,
})
