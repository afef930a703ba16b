import type { Clock } from '../time/clock.ts'

/**
 * The work queue: keys, never events.
 *
 * Flow: `add` marks a key dirty; a worker takes the next one, processes it, and a key added meanwhile runs once more.
 * Guarantees: fair (first in, first out within a class; a class below is served at least every fourth time), stingy (a key
 *   added often before it is processed runs once), one worker per key at a time, many producers, and a stop that waits for
 *   what runs.
 * Assumptions: `process` never throws (a pass turns failures into backoff).
 * Caveats: `addAfter` means "at the latest": the earlier of two deadlines wins, and a run of the key cancels it.
 */
export type QueueClass = 'delete' | 'edit' | 'resync'

export interface Queue {
  add(key: string, kind: QueueClass): void
  addAfter(key: string, delayMs: number, kind: QueueClass): void
  /** Stops handing out keys, e.g. while Docker is away; they are kept. */
  pause(): void
  resume(): void
  /** Nothing dirty and nothing processed; delayed keys are not counted. */
  idle(): boolean
  /** No new work; resolves when what runs has ended. */
  stop(): Promise<void>
}

const CLASSES: readonly QueueClass[] = ['delete', 'edit', 'resync']
/** Every so many turns the lowest class that has work goes first, so that nothing starves. */
const AGING = 4

export const createQueue = (options: {
  readonly clock: Clock
  readonly workers: number
  readonly process: (key: string) => Promise<void>
}): Queue => {
  const { clock, workers, process } = options
  /** What needs processing: the class it waits in. */
  const dirty = new Map<string, QueueClass>()
  /** What is being processed. A key may be in both: it runs again when it is done. */
  const processing = new Set<string>()
  const lists: Readonly<Record<QueueClass, Set<string>>> = { delete: new Set(), edit: new Set(), resync: new Set() }
  const timers = new Map<string, { readonly at: number; readonly timer: { cancel(): void } }>()
  const waiters: (() => void)[] = []
  let paused = false
  let stopped = false
  let turn = 0

  const enqueue = (key: string, kind: QueueClass): void => {
    const before = dirty.get(key)
    if (before !== undefined && CLASSES.indexOf(before) <= CLASSES.indexOf(kind)) return
    if (before !== undefined) lists[before].delete(key)
    dirty.set(key, kind)
    if (!processing.has(key)) lists[kind].add(key)
  }

  const next = (): string | undefined => {
    turn += 1
    const order = turn % AGING === 0 ? CLASSES.toReversed() : CLASSES
    for (const kind of order) {
      const [key] = lists[kind]
      if (key === undefined) continue
      lists[kind].delete(key)
      return key
    }
    return undefined
  }

  const pump = (): void => {
    while (!paused && !stopped && processing.size < workers) {
      const key = next()
      if (key === undefined) return
      dirty.delete(key)
      processing.add(key)
      timers.get(key)?.timer.cancel()
      timers.delete(key)
      void process(key).finally(() => {
        processing.delete(key)
        const again = dirty.get(key)
        if (again !== undefined) lists[again].add(key)
        if (processing.size === 0) for (const wake of waiters.splice(0)) wake()
        pump()
      })
    }
  }

  const add = (key: string, kind: QueueClass): void => {
    if (stopped) return
    enqueue(key, kind)
    pump()
  }

  return {
    add,
    addAfter: (key, delayMs, kind) => {
      if (stopped) return
      const at = clock.monotonicMs() + delayMs
      const before = timers.get(key)
      if (before !== undefined && before.at <= at) return
      before?.timer.cancel()
      const timer = clock.setTimer(delayMs, () => {
        timers.delete(key)
        add(key, kind)
      })
      timers.set(key, { at, timer })
    },
    pause: () => {
      paused = true
    },
    resume: () => {
      paused = false
      pump()
    },
    idle: () => dirty.size === 0 && processing.size === 0,
    stop: async () => {
      stopped = true
      for (const { timer } of timers.values()) timer.cancel()
      timers.clear()
      if (processing.size > 0) await new Promise<void>((resolve) => waiters.push(resolve))
    },
  }
}
