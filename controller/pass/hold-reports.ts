import type { BottleRecord } from '../../drivers/ports.ts'
import type { Announcer } from '../report/announcer.ts'

/** What holds a bottle is told once, not at each resync. */
export interface Holds {
  tell(record: BottleRecord, reason: string, message: string): void
  forget(name: string): void
}

export const createHolds = (announcer: Pick<Announcer, 'warn'>): Holds => {
  const told = new Map<string, string>()
  return {
    tell: (record, reason, message) => {
      if (told.get(record.name) === `${reason} ${message}`) return
      told.set(record.name, `${reason} ${message}`)
      announcer.warn(record, reason, message)
    },
    forget: (name) => {
      told.delete(name)
    },
  }
}
