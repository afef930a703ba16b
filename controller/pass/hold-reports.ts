import type { BottleRecord } from '../../drivers/ports.ts'
import type { Announcer } from '../report/announcer.ts'

/** Reports what holds a bottle once, not at each resync. */
export interface HoldReports {
  report(record: BottleRecord, reason: string, message: string): void
  forget(name: string): void
}

export const createHoldReports = (announcer: Pick<Announcer, 'warn'>): HoldReports => {
  const reported = new Map<string, string>()
  return {
    report: (record, reason, message) => {
      const text = `${reason} ${message}`
      if (reported.get(record.name) === text) return
      reported.set(record.name, text)
      announcer.warn(record, reason, message)
    },
    forget: (name) => {
      reported.delete(name)
    },
  }
}
