import type { Drivers, Machine } from '../../drivers/ports.ts'
import { identityOfObject } from '../../reconcilers/derive/names.ts'
import type { KeptSnapshot } from './snapshot.ts'

/**
 * Looks at single machines: each is a process, and newer than the last list. Pure.
 *
 * Flow: what a look finds goes into the snapshot; a list that began before the look ended says nothing of that machine.
 * Guarantees: what a pass has seen of its own machine isn't forgotten for an older list, so that the next pass needs no call
 *   to see it again. A machine that its record never announced and no list has shown isn't looked for: what we create is in
 *   the record before, and a name that somebody else took meanwhile is refused by smolvm itself.
 */
export interface Looks {
  /** The drivers, telling what they find. */
  readonly live: Drivers
  /** A list begins. Its result counts for all machines but those that the returned function names. */
  listing(): (machine: string) => boolean
}

export const createLooks = (drivers: Drivers, snapshot: Pick<KeptSnapshot, 'machine' | 'seeMachine'>): Looks => {
  const { machines, records } = drivers
  /** Machines that were looked at since the last list began. */
  const looked = new Set<string>()

  const isUnheardOf = (name: string): boolean => {
    if (snapshot.machine(name) !== undefined) return false
    const identity = identityOfObject('machine', name)
    const record = identity === undefined ? undefined : records.read(identity)
    return record !== undefined && record.machine === undefined
  }

  const find = async (name: string, signal?: AbortSignal): Promise<Machine | undefined> => {
    if (isUnheardOf(name)) return undefined
    const found = await machines.find(name, signal)
    looked.add(name)
    snapshot.seeMachine(name, found)
    return found
  }

  return {
    live: { ...drivers, machines: { ...machines, find } },
    listing: () => {
      looked.clear()
      return (name) => looked.has(name)
    },
  }
}
