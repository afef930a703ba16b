import type { Drivers, Machine } from '../../drivers/ports.ts'

/**
 * Looks at single machines, which are newer than the last list. Pure.
 *
 * Flow: each call of the live drivers' `find` is told to the snapshot; a list that began before such a look ended says nothing
 *   of that machine. Guarantees: what a pass has seen of its own machine isn't forgotten for an older list, so that the next
 *   pass needs no call of smolvm to see it again.
 */
export interface Looks {
  /** The drivers, telling what they find. */
  readonly live: Drivers
  /** A list begins. Its result counts for all machines but those that the returned function names. */
  listing(): (machine: string) => boolean
}

export const createLooks = (drivers: Drivers, see: (name: string, found: Machine | undefined) => void): Looks => {
  let moments = 0
  /** By machine: when it was last looked at. */
  const looked = new Map<string, number>()
  return {
    live: {
      ...drivers,
      machines: {
        ...drivers.machines,
        find: async (name, signal) => {
          const found = await drivers.machines.find(name, signal)
          moments += 1
          looked.set(name, moments)
          see(name, found)
          return found
        },
      },
    },
    listing: () => {
      const began = moments
      // What was looked at before can't be newer than this list.
      for (const [name, at] of looked) if (at <= began) looked.delete(name)
      return (name) => looked.has(name)
    },
  }
}
