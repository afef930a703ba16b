import { isDriverError } from '../../drivers/errors.ts'
import type { Clock } from '../time/clock.ts'
import { adviceOf } from '../../drivers/message.ts'
import type { Logger } from '../report/log.ts'
import type { PassEnd } from '../pass/pass-end.ts'
import { createQueue } from './queue.ts'
import type { Queue } from './queue.ts'

/**
 * Passes off the queue, and how each one ended.
 *
 * Flow: a key → a pass → its end: kept for a summary, told to who waits for it, and asked again when it says so.
 * Guarantees: a pass that throws is a pass that ended badly and comes again; who asks during a pass gets the end of the next,
 *   as that one may have looked before.
 */
export interface Passes {
  readonly queue: Queue
  readonly ends: Map<string, PassEnd>
  /** Runs a pass for the bottle and resolves with its end. */
  look(name: string): Promise<PassEnd>
  /** Resolves when nothing is under way and nothing comes by itself. */
  rest(signal: AbortSignal): Promise<ReadonlyMap<string, PassEnd>>
}

const AFTER_A_THROW_MS = 5_000
const REST_POLL_MS = 50

export const createPasses = (options: {
  readonly clock: Clock
  readonly workers: number
  readonly log: Logger
  readonly pass: (name: string) => Promise<PassEnd>
  readonly onDeleted: (name: string) => void
  /** False while files are being read. */
  readonly filesAtRest: () => boolean
}): Passes => {
  const { clock, workers, log, pass, onDeleted, filesAtRest } = options
  const ends = new Map<string, PassEnd>()
  const waiters = new Map<string, ((end: PassEnd) => void)[]>()

  const run = async (name: string): Promise<PassEnd> => {
    try {
      return await pass(name)
    } catch (error) {
      log.error(`nothing could be done, it is tried again in 5 s: ${saying(error)}`, { bottle: name })
      return {
        state: 'busy',
        outcome: 'Error',
        message: String(error),
        asAsked: false,
        retryAfterMs: AFTER_A_THROW_MS,
      }
    }
  }

  const queue = createQueue({
    clock,
    workers,
    process: async (name) => {
      const waiting = waiters.get(name) ?? []
      waiters.delete(name)
      const end = await run(name)
      ends.set(name, end)
      if (end.retryAfterMs !== undefined) queue.addAfter(name, end.retryAfterMs, 'edit')
      if (end.outcome === 'Deleted') onDeleted(name)
      for (const wake of waiting) wake(end)
    },
  })

  const atRest = (): boolean =>
    queue.idle() && filesAtRest() && ![...ends.values()].some(({ state }) => state === 'busy')

  return {
    queue,
    ends,
    look: (name) =>
      new Promise((resolve) => {
        waiters.set(name, [...(waiters.get(name) ?? []), resolve])
        queue.add(name, 'edit')
      }),
    rest: async (signal) => {
      // Twice in a row: a hint may still be on its way.
      for (let calm = 0; calm < 2; calm = atRest() ? calm + 1 : 0) await clock.sleep(REST_POLL_MS, signal)
      return new Map(ends)
    },
  }
}

/** A refusal by the disk is for people: what, why and what to do. Anything else is for us. */
const saying = (error: unknown): string => {
  if (isDriverError(error)) return adviceOf(error)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
