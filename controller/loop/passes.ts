import { isDriverError } from '../../drivers/errors.ts'
import type { Clock } from '../time/clock.ts'
import { adviceOf } from '../../drivers/message.ts'
import type { Logger } from '../report/log.ts'
import type { Context } from '../pass/context.ts'
import { underWay } from '../pass/pass-end.ts'
import type { PassEnd } from '../pass/pass-end.ts'
import type { Meter } from './meter.ts'
import { createQueue } from './queue.ts'
import type { Queue } from './queue.ts'
import { createRounds } from './rounds.ts'
import type { Rounds } from './rounds.ts'

/**
 * Runs passes off the queue, and keeps how each one ended.
 *
 * Flow: a key → a pass → its end: kept for a summary, given to those who wait for it, and queued again when it says so.
 * Guarantees: a pass that throws ends as an error and comes again; `passNow` during a pass gets the end of the next one, as
 *   the running one may have read the files before.
 */
export interface Passes {
  readonly queue: Queue
  readonly ends: Map<string, PassEnd>
  /** What a running pass tells and asks. */
  readonly running: Pick<Context, 'noteProgress' | 'enterLane'>
  /** The ends, and of those of the bottles that had no pass yet that it is to come. */
  endsOf(names: Iterable<string>): ReadonlyMap<string, PassEnd>
  /** From now on keys have their passes; keys added before wait for it. */
  start(work: PassWork): void
  /** The first pass of each; a bottle that failed comes when its backoff is over. NaN: it didn't fail. */
  begin(names: Iterable<string>, backoffLeftMs: (name: string) => number): void
  /** A pass for each, once in `roundMs`. */
  rounds(options: {
    readonly roundMs: number
    readonly names: () => Iterable<string>
    readonly backoffLeftMs: (name: string) => number
  }): Rounds
  /** Runs a pass for the bottle and resolves with its end. */
  passNow(name: string): Promise<PassEnd>
  /** Resolves when no pass runs, waits, or comes again by itself, but for those that a person keeps waiting. */
  rest(signal: AbortSignal): Promise<ReadonlyMap<string, PassEnd>>
}

export interface PassWork {
  readonly pass: (name: string) => Promise<PassEnd>
  /** A person asks for the next one: it is a whole one. */
  readonly forget: (name: string) => void
  readonly onDeleted: (name: string) => void
  /** False while files are being read. */
  readonly filesAtRest: () => boolean
}

const AFTER_A_THROW_MS = 5_000
const REST_POLL_MS = 50

export const createPasses = (options: {
  readonly clock: Clock
  readonly workers: number
  readonly log: Logger
  readonly meter?: Meter | undefined
}): Passes => {
  const { clock, workers, log, meter } = options
  const queue = createQueue({ clock, workers, meter })
  const ends = new Map<string, PassEnd>()
  const waiters = new Map<string, ((end: PassEnd) => void)[]>()

  const passSafely = async (pass: PassWork['pass'], name: string): Promise<PassEnd> => {
    try {
      return await pass(name)
    } catch (error) {
      log.error(`the pass failed and is tried again in 5 s: ${describe(error)}`, { bottle: name })
      return {
        state: 'busy',
        outcome: 'Error',
        message: String(error),
        asAsked: false,
        retryAfterMs: AFTER_A_THROW_MS,
      }
    }
  }

  let work: PassWork | undefined

  const atRest = (): boolean =>
    queue.idle() &&
    work?.filesAtRest() === true &&
    ![...ends.values()].some(({ state, needsPerson }) => state === 'busy' && needsPerson !== true)

  return {
    queue,
    ends,
    running: {
      noteProgress: (name, message) => void ends.set(name, underWay(message)),
      enterLane: queue.enterLane,
    },
    endsOf: (names) => {
      const waiting = [...names].filter((name) => !ends.has(name))
      return new Map([...ends, ...waiting.map((name) => [name, underWay('its first pass has not ended')] as const)])
    },
    start: (given) => {
      work = given
      queue.start(async (name) => {
        const waiting = waiters.get(name) ?? []
        waiters.delete(name)
        const ended = meter?.pass(name)
        const end = await passSafely(given.pass, name)
        ended?.(end)
        ends.set(name, end)
        if (end.retryAfterMs !== undefined) queue.addAfter(name, end.retryAfterMs, 'edit')
        if (end.outcome === 'Deleted') given.onDeleted(name)
        for (const wake of waiting) wake(end)
      })
    },
    begin: (names, backoffLeftMs) => {
      for (const name of names) {
        const leftMs = backoffLeftMs(name)
        if (leftMs > 0) {
          ends.set(name, { state: 'busy', outcome: 'Backoff', message: '', asAsked: false })
          queue.addAfter(name, leftMs, 'resync')
        } else queue.add(name, 'resync')
      }
    },
    rounds: ({ roundMs, names, backoffLeftMs }) =>
      createRounds({
        clock,
        roundMs,
        names,
        onRound: () => {
          for (const [name, { outcome }] of ends) if (outcome === 'Deleted') ends.delete(name)
        },
        visit: (name) => {
          // A bottle that failed comes at its own time: earlier would undo the backoff.
          if (!(backoffLeftMs(name) > 0)) queue.add(name, 'resync')
        },
      }),
    passNow: (name) =>
      new Promise((resolve) => {
        waiters.set(name, [...(waiters.get(name) ?? []), resolve])
        work?.forget(name)
        queue.add(name, 'edit')
      }),
    rest: async (signal) => {
      // Twice in a row, as a hint from the watcher may still be on its way.
      for (let calm = 0; calm < 2; calm = atRest() ? calm + 1 : 0) await clock.sleep(REST_POLL_MS, signal)
      return new Map(ends)
    },
  }
}

/** A refusal by the disk is for people: what, why and what to do. Any other error is for developers. */
const describe = (error: unknown): string => {
  if (isDriverError(error)) return adviceOf(error)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
