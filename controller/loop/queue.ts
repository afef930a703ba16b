import type { Clock } from '../time/clock.ts'
import { createDeadlines } from './deadlines.ts'
import { createLanes } from './lanes.ts'
import type { Meter } from './meter.ts'
import { createPlaces } from './places.ts'

/**
 * The work queue: keys, never events.
 *
 * Flow: `add` marks a key dirty; a worker takes the next one, processes it, and a key added meanwhile runs once more. Work
 *   that will take long moves to a lane and gives its worker back; where its lane is full it ends, and its key comes again.
 * Guarantees: first in, first out within a class; a lower class is served at least every fourth time; a key added often
 *   before it is processed runs once; one run per key at a time; a run that takes long without having said so gives its
 *   worker back, too; `stop` waits for what runs.
 * Assumptions: `process` never throws (a pass turns failures into backoff).
 * Caveats: `addAfter` means "at the latest": the earlier of two deadlines wins, and a run of the key cancels both.
 */
export type QueueClass = 'delete' | 'edit' | 'resync'

export interface Queue {
  /** From now on keys are processed; what was added before waits for it. */
  start(process: (key: string) => Promise<void>): void
  add(key: string, kind: QueueClass): void
  addAfter(key: string, delayMs: number, kind: QueueClass): void
  /**
   * The run of this key is about to do work of a kind that may take long: others get its worker. False: too much of it is
   * under way; the run must end, and the key comes again when there is room.
   */
  enterLane(key: string, lane: string): boolean
  /** Stops handing out keys until each reason is over, e.g. `Docker` is away; keys are kept. */
  pause(reason: string): void
  resume(reason: string): void
  /** No key waits or is processed; delayed keys don't count. */
  idle(): boolean
  /** Keys that wait, and the reasons why none is handed out. */
  state(): { readonly waiting: number; readonly paused: readonly string[] }
  /** No new work; resolves when the running work has ended. */
  stop(): Promise<void>
}

const CLASSES: readonly QueueClass[] = ['delete', 'edit', 'resync']
/** Every fourth turn the lowest class that has work goes first, so that nothing starves. */
const AGING = 4
/** A run that takes longer no longer keeps a worker. */
const PATIENCE_MS = 5_000

export const createQueue = (options: {
  readonly clock: Clock
  readonly workers: number
  readonly meter?: Pick<Meter, 'waits'> | undefined
}): Queue => {
  const { clock, workers, meter } = options
  /** Of keys that wait: to be called when they are taken. */
  const waits = new Map<string, () => void>()
  let process: ((key: string) => Promise<void>) | undefined
  /** Keys that need processing, with the class they wait in. */
  const dirty = new Map<string, QueueClass>()
  /** Keys that are processed now. A key in both runs again afterwards. */
  const processing = new Set<string>()
  const lists: Readonly<Record<QueueClass, Set<string>>> = { delete: new Set(), edit: new Set(), resync: new Set() }
  const waiters: (() => void)[] = []
  const pauses = new Set<string>()
  let stopped = false
  let turn = 0

  const enqueue = (key: string, kind: QueueClass): void => {
    const before = dirty.get(key)
    if (before !== undefined && CLASSES.indexOf(before) <= CLASSES.indexOf(kind)) return
    if (before !== undefined) lists[before].delete(key)
    else if (meter !== undefined) waits.set(key, meter.waits())
    dirty.set(key, kind)
    if (!processing.has(key)) lists[kind].add(key)
  }

  const nextKey = (): { readonly key: string; readonly kind: QueueClass } | undefined => {
    const order = (turn + 1) % AGING === 0 ? CLASSES.toReversed() : CLASSES
    for (const kind of order) for (const key of lists[kind]) return { key, kind }
    return undefined
  }

  const pump = (): void => {
    while (process !== undefined && pauses.size === 0 && !stopped) {
      const next = nextKey()
      if (next === undefined || !atWork.take(next.key)) return
      const { key, kind } = next
      lists[kind].delete(key)
      turn += 1
      dirty.delete(key)
      waits.get(key)?.()
      waits.delete(key)
      processing.add(key)
      deadlines.cancel(key)
      lanes.begin(key)
      void process(key).finally(() => {
        processing.delete(key)
        const again = dirty.get(key)
        if (again !== undefined) lists[again].add(key)
        if (processing.size === 0) for (const wake of waiters.splice(0)) wake()
        lanes.end(key)
        atWork.leave(key)
        pump()
      })
    }
  }

  const atWork = createPlaces({ clock, most: workers, patienceMs: PATIENCE_MS, onFree: pump })
  const lanes = createLanes({ clock, most: workers, onRoom: (key) => add(key, 'edit') })

  const add = (key: string, kind: QueueClass): void => {
    // Who waits for room comes again anyway.
    if (stopped || (kind === 'resync' && lanes.waits(key))) return
    enqueue(key, kind)
    pump()
  }

  const deadlines = createDeadlines<QueueClass>(clock, add)

  return {
    start: (work) => {
      process = work
      pump()
    },
    add,
    addAfter: (key, delayMs, kind) => {
      if (stopped) return
      deadlines.set(key, delayMs, kind)
    },
    enterLane: (key, lane) => {
      if (!lanes.enter(key, lane)) return false
      atWork.leave(key)
      return true
    },
    pause: (reason) => void pauses.add(reason),
    resume: (reason) => {
      pauses.delete(reason)
      pump()
    },
    state: () => ({ waiting: dirty.size, paused: [...pauses] }),
    idle: () => dirty.size === 0 && processing.size === 0 && !lanes.waits(),
    stop: async () => {
      stopped = true
      deadlines.clear()
      atWork.stop()
      lanes.stop()
      if (processing.size > 0) await new Promise<void>((resolve) => waiters.push(resolve))
    },
  }
}
