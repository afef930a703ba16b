import type { BottleRecord } from '../../drivers/ports.ts'
import { backoffMs } from './backoff.ts'
import type { ChainResult } from './chain.ts'
import type { Context } from './context.ts'

/**
 * Decides when a bottle comes again by itself.
 *
 * Guarantees: failures in a row are counted in the record, so that a crash loop doesn't forget them; a wait for the same
 *   reason asks less and less often. Caveats: waits are counted in memory, so after a restart they ask often again.
 */
export interface Retries {
  /** Milliseconds until the next pass; undefined if none is due. */
  after(record: BottleRecord, last: Last): Promise<number | undefined>
  /** True for a wait that will probably end within a second: not worth a write and an event. */
  isQuiet(record: BottleRecord, last: Last): boolean
  forget(name: string): void
}

/** The verdict that ended a walk; undefined where no reconciler was asked. */
export type Last = ReturnType<ChainResult['verdicts']['get']>

/** A wait that asks again this soon is reported only after this many tries. */
const QUIET_MS = 100
const QUIET_WAITS = 4
const LONGEST_WAIT_MS = 15_000

export const createRetries = ({ drivers, clock, random }: Pick<Context, 'drivers' | 'clock' | 'random'>): Retries => {
  const waits = new Map<string, { readonly reason: string; readonly count: number }>()

  return {
    after: async (record, last) => {
      const latest = drivers.records.read(record.identity)
      if (last?.verdict === 'failed') {
        const failures = (latest?.backoff?.failures ?? 0) + 1
        const delayMs = backoffMs(failures, random())
        if (latest !== undefined) {
          const retryAt = new Date(clock.now() + delayMs).toISOString()
          await drivers.records.update(record.identity, { backoff: { failures, retryAt } })
        }
        return delayMs
      }
      if (last?.verdict === 'wait') {
        const before = waits.get(record.name)
        const count = before?.reason === last.reason ? before.count + 1 : 0
        waits.set(record.name, { reason: last.reason, count })
        return Math.max(last.retryAfterMs, Math.min(last.retryAfterMs * 2 ** Math.min(count, 12), LONGEST_WAIT_MS))
      }
      waits.delete(record.name)
      return undefined
    },
    isQuiet: (record, last) =>
      last?.verdict === 'wait' && last.retryAfterMs <= QUIET_MS && (waits.get(record.name)?.count ?? 0) < QUIET_WAITS,
    forget: (name) => {
      waits.delete(name)
    },
  }
}
