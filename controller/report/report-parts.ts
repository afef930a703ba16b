import type { Disk } from '../../drivers/disk/disk.ts'
import type { Clock } from '../time/clock.ts'
import { createAnnounce } from './announce.ts'
import type { Announce } from './announce.ts'
import { createAnnouncer } from './announcer.ts'
import type { Announcer } from './announcer.ts'
import { createEvents } from './events.ts'
import type { Happening } from './event-log.ts'
import type { Events } from './events.ts'
import type { Logger } from './log.ts'
import { createTrouble } from './trouble.ts'

/** All that a controller says, but for statuses. */
export interface ReportParts {
  readonly events: Events
  readonly announce: Announce
  readonly announcer: Announcer
  /** Of the folder. */
  readonly files: ReturnType<typeof createTrouble>
  /** Of the API server, where there is one. */
  readonly server: ReturnType<typeof createTrouble>
  /** Of the kernel's limit of watches. */
  readonly limit: ReturnType<typeof createTrouble>
}

export const createReportParts = ({
  stateDir,
  clock,
  disk,
  log,
  tell,
}: {
  readonly stateDir: string
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Logger
  /** Passes each event on. */
  readonly tell: (event: Happening) => void
}): ReportParts => {
  const events = createEvents({
    stateDir,
    clock,
    disk,
    onEvent: tell,
    onProblem: (error) => log.warn(`events are not written: ${String(error)}`),
  })
  const announce = createAnnounce(events, log)
  return {
    events,
    announce,
    announcer: createAnnouncer(events, log),
    files: createTrouble(announce, 'folder'),
    server: createTrouble(announce, 'server'),
    limit: createTrouble(announce, 'watches'),
  }
}
