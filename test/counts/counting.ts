import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import type { Clock } from '../../controller/time/clock.ts'
import { startController } from '../simulation/controller.ts'
import type { Controller, ControllerOptions } from '../simulation/controller.ts'
import { bottle } from '../simulation/scenarios/bottle.ts'
import { createSimulationWorld } from '../simulation/world.ts'
import type { World } from '../simulation/world.ts'

/**
 * The production controller on a simulated world, and how often it does what costs: calls of ports, of the state's disk
 * and of the folder, timers, hashes, parses.
 *
 * Guarantees: exact, whatever the machine is busy with: time is virtual, and every reply comes at once.
 */
export interface Counted {
  readonly world: World
  /** Starts a controller on what is there; the one before is stopped. */
  start(): Promise<Controller>
  /** What happens meanwhile, by `port.verb`. */
  during(work: () => Promise<void> | void): Promise<Counts>
  advance(ms: number): Promise<void>
  edit(path: string, change: (text: string) => string): void
  stop(): Promise<void>
}

export type Counts = Readonly<Record<string, number>>

export const createCounted = (bottles: number, options: ControllerOptions = {}): Counted => {
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
  const world = createSimulationWorld({ seed: 1 })
  const { clock } = world
  const counting = (inner: Clock): Clock => ({
    ...inner,
    setTimer: (ms, fn) => {
      count('clock.setTimer')
      return inner.setTimer(ms, fn)
    },
    sleep: (ms, signal) => {
      count('clock.sleep')
      return inner.sleep(ms, signal)
    },
  })
  Object.assign(world, { clock: { ...clock, fork: (alive: () => boolean) => counting(clock.fork(alive)) } })
  for (let index = 0; index < bottles; index++)
    world.folder.put(fileOf(index), bottle(nameOf(index), 'agent: claude\ngit: true'))
  let controller: Controller | undefined

  return {
    world,
    start: async () => {
      await controller?.stop()
      controller = startController(world, {
        instant: true,
        ...options,
        planted: {
          drivers: (drivers) =>
            Object.fromEntries(
              Object.entries(drivers).map(([port, verbs]) => [port, counted(verbs as object, port, count)]),
            ) as unknown as typeof drivers,
          disk: (disk) => counted(disk, 'disk', count),
          folder: (folder) => counted(folder, 'folder', count),
        },
      })
      return controller
    },
    during: async (work) => {
      counts.clear()
      const restore = countHashes(() => count('hash'))
      try {
        await work()
      } finally {
        restore()
      }
      return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    },
    advance: clock.advance,
    edit: (path, change) => world.folder.put(path, change(world.folder.read(path) ?? '')),
    stop: async () => {
      await controller?.stop()
      controller = undefined
    },
  }
}

export const nameOf = (index: number): string => `b${String(index).padStart(3, '0')}`
export const fileOf = (index: number): string => `${nameOf(index)}.yaml`

/** The same object; each call of a function in it is counted. */
const counted = <T extends object>(inner: T, port: string, count: (what: string) => void): T =>
  Object.fromEntries(
    Object.entries(inner).map(([verb, value]: [string, unknown]) => [
      verb,
      typeof value !== 'function'
        ? value
        : (...args: unknown[]): unknown => {
            count(`${port}.${verb}`)
            return (value as (...given: unknown[]) => unknown)(...args)
          },
    ]),
  ) as T

const countHashes = (onHash: () => void): (() => void) => {
  const { createHash } = crypto
  crypto.createHash = (...args: Parameters<typeof createHash>) => {
    onHash()
    return createHash(...args)
  }
  syncBuiltinESMExports()
  return () => {
    crypto.createHash = createHash
    syncBuiltinESMExports()
  }
}
