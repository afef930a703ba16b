import type { Disk } from '../../drivers/disk/disk.ts'
import type { GitIndex } from '../../drivers/git/git-index.ts'
import type { Store } from '../feed/store.ts'
import type { Folder } from '../folder/folder.ts'
import type { Logger } from '../report/log.ts'
import type { Clock } from '../time/clock.ts'
import { type GitCare, createGitCare } from './git-care.ts'
import { createOpenFileCare } from './open-file-care.ts'
import { type StatusWriter, createStatusWriter } from './status-writer.ts'

/** How a status gets into a file: the writer, which waits for open files, and what git needs around a write. */
export interface StatusParts {
  readonly statusWriter: StatusWriter
  readonly gitCare: GitCare
  stop(): Promise<void>
}

export const createStatusParts = (options: {
  readonly mode: 'inline' | 'sidecar'
  readonly root: string
  readonly stateDir: string
  readonly folder: Folder
  readonly store: Store
  readonly disk: Disk
  readonly git: GitIndex | undefined
  readonly clock: Clock
  readonly log: Logger
  /** A status was held and may be written now. */
  readonly onFree: (name: string) => void
  /** Statuses are held, and why. */
  readonly onHeld: (reason: 'GitAtWork' | 'FileOpen', message: string) => void
}): StatusParts => {
  const { mode, root, stateDir, folder, store, disk, git, clock, log, onFree, onHeld } = options
  const openFileCare = createOpenFileCare({
    writer: createStatusWriter({ mode, folder, store, stateDir, disk }),
    clock,
    onFree,
    onHeld: (path, writer) => onHeld('FileOpen', `${path}: no status is written while ${writer} has it open`),
  })
  const gitCare = createGitCare({
    root,
    folder,
    git: mode === 'sidecar' ? undefined : git,
    clock,
    log,
    onFree,
    onHeld: (sign) => onHeld('GitAtWork', `no status is written until git is done (${sign})`),
  })
  return {
    statusWriter: openFileCare.status,
    gitCare,
    stop: async () => {
      openFileCare.stop()
      await gitCare.stop()
      await folder.settled()
    },
  }
}
