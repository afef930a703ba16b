import type { BottleRecord } from '../../drivers/ports.ts'
import { isoNow } from '../time/iso-now.ts'
import { backoffLeftMs } from './backoff.ts'
import type { CarryOut, CarryOutParts } from './carry-out.ts'
import type { Cause } from './cause.ts'
import type { Context } from './context.ts'
import type { HoldReports } from './hold-reports.ts'
import { createParking } from './parking.ts'
import type { Over } from './parking.ts'
import { atRest, comesBack, gone } from './pass-end.ts'
import type { PassEnd } from './pass-end.ts'
import type { Retries } from './retries.ts'
import { walk } from './walk.ts'

/**
 * A bottle whose document is gone: in its grace, held by a guard, retained, parked, or torn down by its record alone.
 *
 * Guarantees: a deletion is in the record before anything goes; nothing is deleted on an incomplete list; a bottle
 *   that is held or retained runs on by its last good spec, repaired and sealed as if its document were there.
 */
export interface Departures {
  absent(record: BottleRecord): Promise<PassEnd>
  tearDown(record: BottleRecord): Promise<PassEnd>
}

export const createDepartures = (
  parts: CarryOutParts & Pick<Context, 'guards' | 'undoMs' | 'registry' | 'events' | 'stillAbsent'>,
  { holdReports, retries, carryOut, conclude }: CarryOut & { holdReports: HoldReports; retries: Retries },
): Departures => {
  const { guards, registry, drivers, clock, events, announcer, halted, stillAbsent } = parts
  const parking = createParking(parts, conclude)

  const readAgain = (record: BottleRecord): BottleRecord => drivers.records.read(record.identity) ?? record

  /** The document is gone, and no unclear file could hold it. */
  const absent = async (record: BottleRecord): Promise<PassEnd> => {
    const { name, identity } = record
    if (record.retained === true) return keepRunning(record)
    const halt = halted()
    if (halt !== undefined) {
      await noteHeld(record, halt)
      return atRest(halt.reason, halt.message)
    }
    if (record.parked !== undefined) return parkedUntil(record, await parking.stay(record, record.parked))
    if (record.deleteConfirmed === true) guards.confirm(name)
    const rule = () =>
      guards.rule(name, {
        bottles: registry.all().filter(isHere).length,
        file: record.file,
        massHeld: record.massHeld === true,
      })
    let ruling = await rule()
    if (ruling.verdict === 'delete') {
      if (!(await stillAbsent(name))) return unsure
      // The complete list may show what no hint did: that this document is one of many that went.
      ruling = await rule()
    }
    if (ruling.verdict === 'grace') return comesBack('Grace', '', ruling.leftMs)
    if (ruling.verdict === 'held') {
      // In the record: a controller that starts later sees fewer missing, and must not delete this one.
      if (ruling.reason === 'MassDeletion') await drivers.records.update(identity, { massHeld: true })
      await noteHeld(record, ruling)
      holdReports.report(record, ruling.reason, ruling.message)
      const end = isDue(record) ? await carryOut({ record }) : undefined
      // A summary need not wait for a person's rebase, or for a writer.
      const retryAfterMs = ruling.reason === 'MassDeletion' ? end?.retryAfterMs : 1_000
      return { ...atRest('Held', ruling.message), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
    }
    if (isToRetain(record)) {
      guards.seen(name)
      await drivers.records.update(identity, {
        retained: true,
        retainWhenGone: undefined,
        massHeld: undefined,
        held: undefined,
      })
      announcer.normal(record, 'Retained', 'its document is gone; by deletionPolicy Retain everything runs on')
      return keepRunning(readAgain(record))
    }
    guards.decided(name)
    if (await parking.shouldPark(record)) return parkedUntil(record, await parking.park(record))
    return remove(record, 'its document is gone')
  }

  const parkedUntil = async (record: BottleRecord, end: PassEnd | Over): Promise<PassEnd> => {
    if (!('over' in end)) return end
    const ruling = await guards.ruleParked(record.file)
    if (ruling.verdict === 'held') {
      holdReports.report(record, ruling.reason, ruling.message)
      await noteHeld(record, ruling)
      return { ...atRest('Held', ruling.message), retryAfterMs: 1_000 }
    }
    return (await stillAbsent(record.name)) ? remove(readAgain(record), end.over) : unsure
  }

  const remove = async (record: BottleRecord, because: string): Promise<PassEnd> => {
    await drivers.records.update(record.identity, { deleting: { since: isoNow(clock) }, held: undefined })
    announcer.normal(record, 'Deleting', `${because}${hasDisk(record) ? '; the disk of its VM goes with it' : ''}`)
    return tearDown(readAgain(record))
  }

  /** In the record: it can be asked while no controller runs. */
  const noteHeld = ({ identity }: BottleRecord, { reason, message }: Cause): Promise<void> =>
    drivers.records.update(identity, { held: { reason, message } })

  /** While git is at work or the file is open the pass comes each second; a bottle that failed keeps its own pace. */
  const isDue = ({ backoff }: BottleRecord): boolean => backoffLeftMs(backoff, clock.now()) <= 0

  const keepRunning = async (record: BottleRecord): Promise<PassEnd> => {
    if (record.spec === undefined) return { ...gone, outcome: 'Retained' }
    const end = await carryOut({ record })
    // Only a person with the document can ask for a rollout.
    const isFine = end.asAsked || end.outcome === 'UpdatePending'
    return isFine ? { ...end, outcome: 'Retained', message: '', asAsked: true } : end
  }

  const tearDown = async (record: BottleRecord): Promise<PassEnd> => {
    const halt = halted()
    if (halt !== undefined) return atRest(halt.reason, halt.message)
    const result = await walk(parts, { goal: 'gone', record, onSlow: async () => {} })
    if (drivers.records.read(record.identity) !== undefined) return conclude({ record }, 'gone', result)
    registry.forget(record)
    events.removed(record.identity)
    retries.forget(record.name)
    holdReports.forget(record.name)
    const left = `nothing of it is left${hasDisk(record) ? '; the disk of its VM is gone, too' : ''}`
    announcer.normal({ name: record.name, identity: undefined }, 'Deleted', left)
    return gone
  }

  return { absent, tearDown }
}

const unsure = comesBack('Unknown', "the folder can't be listed, or the document is back", 1_000)

/** Neither parked nor being deleted. */
const isHere = ({ parked, deleting }: BottleRecord): boolean => parked === undefined && deleting === undefined

/** As far as the record knows. */
const hasDisk = ({ machine, parked }: BottleRecord): boolean => machine !== undefined || parked !== undefined

const isToRetain = ({ retainWhenGone, spec }: BottleRecord): boolean =>
  retainWhenGone === true || (spec as { deletionPolicy?: string } | undefined)?.deletionPolicy === 'Retain'
