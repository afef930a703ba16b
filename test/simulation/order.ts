import type { Scheduler } from 'fast-check'
import type { Disk } from '../../drivers/disk/disk.ts'
import type { Drivers } from '../../drivers/ports.ts'
import type { Folder } from '../../controller/folder/folder.ts'

/**
 * Decides by fast-check's scheduler who is answered first: every reply of a port waits for its turn.
 *
 * Flow: a port's promise settles → the scheduler gets it → `drain` releases one, all its followers run, then the next.
 * Guarantees: the same seed and path give the same order; after `release` nothing waits.
 */
export interface Order {
  /** Resolves when its turn comes. */
  turn(label: string): Promise<void>
  /** Resolves after so many more replies: moments are counted in replies, not by the clock. */
  afterTurns(count: number): Promise<void>
  /** Releases one after another; `whole`: until none waits, otherwise some may wait for the next timer. */
  drain(settled: () => Promise<void>, whole: boolean): Promise<void>
  release(): void
}

/** How often the next timer fires before the waiting replies. */
const HELD_BACK = 0.15

export const createOrder = (scheduler: Scheduler, random: () => number): Order => {
  let released = false
  let turns = 0
  let waiting: { readonly at: number; readonly go: () => void }[] = []
  const wake = (): void => {
    const due = waiting.filter(({ at }) => released || at <= turns)
    waiting = waiting.filter((each) => !due.includes(each))
    for (const { go } of due) go()
  }
  return {
    turn: (label) => (released ? Promise.resolve() : scheduler.schedule(Promise.resolve(), label)),
    afterTurns: (count) =>
      new Promise((go) => {
        waiting.push({ at: turns + count, go })
        wake()
      }),
    drain: async (settled, whole) => {
      while (scheduler.count() > 0) {
        if (!whole && random() < HELD_BACK) return
        await scheduler.waitOne()
        await settled()
        turns += 1
        wake()
        await settled()
      }
    },
    release: () => {
      released = true
      wake()
    },
  }
}

/** The same port with ordered replies. Values that aren't promises pass unchanged. */
const inOrder = <T extends object>(port: T, name: string, order: Order): T =>
  new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...args: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args)
        if (!(result instanceof Promise)) return result
        const label = `${name}.${String(key)} ${typeof args[0] === 'string' ? args[0] : ''}`
        return result.then(
          (answer: unknown) => order.turn(label).then(() => answer),
          (error: unknown) =>
            order.turn(`${label} fails`).then(() => {
              throw error
            }),
        )
      }
    },
  })

export const orderedDisk = (disk: Disk, order: Order): Disk => inOrder(disk, 'disk', order)

export const orderedFolder = (folder: Folder, order: Order): Folder => inOrder(folder, 'folder', order)

/** Records use the disk, whose replies are already ordered. */
export const orderedDrivers = (drivers: Drivers, order: Order): Drivers =>
  Object.fromEntries(
    Object.entries(drivers).map(([name, port]: [string, object]) => [
      name,
      name === 'records' ? port : inOrder(port, name, order),
    ]),
  ) as unknown as Drivers
