import type { BottleRecord } from '../../drivers/ports.ts'
import { OWNER, machineName } from '../../reconcilers/derive/names.ts'
import { createUndoTimes } from '../deletion/undo.ts'
import type { Parked } from '../deletion/undo.ts'
import type { CarryOut } from './carry-out.ts'
import type { ChainResult } from './chain.ts'
import type { Context } from './context.ts'
import type { PassEnd } from './pass-end.ts'
import { walk } from './walk.ts'
import type { WalkParts } from './walk.ts'

/**
 * A bottle whose document is gone and whose deletion can still be undone: its VM is stopped, bundle and network are removed,
 * disk, record and subnet stay.
 *
 * Guarantees: `parked` is in the record before anything is stopped, and stays until the bottle is gone or its document is
 *   back; a VM of which nothing is known counts as there.
 */
export interface Parking {
  /** Whether there is a disk to keep, and time to keep it. */
  shouldPark(record: BottleRecord): Promise<boolean>
  park(record: BottleRecord): Promise<PassEnd | Over>
  /** A pass for a bottle that is parked. */
  stay(record: BottleRecord, parked: Parked): Promise<PassEnd | Over>
}

/** Why it is parked no longer, as the end of a sentence. */
export interface Over {
  readonly over: string
}

export const createParking = (parts: WalkParts & Pick<Context, 'undoMs'>, conclude: CarryOut['conclude']): Parking => {
  const { drivers, owner, undoMs, clock, announcer, signal } = parts
  const times = createUndoTimes({ clock, undoMs })

  const stay = async (record: BottleRecord, before: Parked): Promise<PassEnd | Over> => {
    const { leftMs, parked } = times.look(before)
    if (record.deleteNow === true) return { over: 'it is deleted by name' }
    if (leftMs === 0) return { over: 'the time to undo this is over' }
    // Whatever held it no longer does; the clock may have been set.
    await drivers.records.update(record.identity, { parked, held: undefined })
    const result = await walk(parts, { goal: 'parked', record, onSlow: async () => {} })
    if (isWithoutVm(result)) return { over: 'its document and its VM are gone' }
    const end = await conclude({ record }, 'parked', result)
    const retryAfterMs = Math.min(end.retryAfterMs ?? Infinity, times.look(parked).leftMs)
    return { ...end, outcome: end.asAsked ? 'Parked' : end.outcome, retryAfterMs }
  }

  return {
    shouldPark: async ({ identity, deleteNow }) => {
      if (undoMs === 0 || deleteNow === true) return false
      try {
        return (await drivers.machines.find(machineName(identity), signal))?.labels[OWNER] === owner
      } catch {
        // The walk meets the same trouble, and reports it.
        return true
      }
    },
    park: async (record) => {
      const parked = times.begin()
      await drivers.records.update(record.identity, { parked, held: undefined })
      announcer.normal(
        record,
        'Parked',
        `its document is gone: its VM stops, bundle and network go; disk, record and subnet stay until ${parked.until.replace(/\.\d+Z$/, 'Z')}; its document's return undoes this, bottlectl delete bottle ${record.name} ends it now`,
      )
      return stay({ ...record, parked }, parked)
    },
    stay,
  }
}

const isWithoutVm = ({ verdicts }: ChainResult): boolean => {
  const vm = verdicts.get('machine')
  const isSettled = [...verdicts.values()].every(({ verdict }) => verdict === 'settled')
  return isSettled && vm?.verdict === 'settled' && Object.keys(vm.outputs).length === 0
}
