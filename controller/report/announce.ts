import type { Events } from './events.ts'
import type { Logger } from './log.ts'

/** Says something of the root as a whole: in the log, and as an event. */
export type Announce = (type: 'Normal' | 'Warning', reason: string, message: string) => void

export const createAnnounce =
  (events: Pick<Events, 'record'>, log: Logger): Announce =>
  (type, reason, message) => {
    log[type === 'Normal' ? 'info' : 'warn'](message, { reason })
    void events.record({ type, reason, message, object: 'root' })
  }
