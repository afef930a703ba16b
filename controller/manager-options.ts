import type { Disk } from '../drivers/disk/disk.ts'
import type { Drivers } from '../drivers/ports.ts'
import type { GitIndex } from '../drivers/git/git-index.ts'
import type { Settings } from '../reconcilers/contract/reconciler.ts'
import type { Clock } from './time/clock.ts'
import type { Folder } from './folder/folder.ts'
import type { Logger } from './report/log.ts'
import type { OwnerState } from './state/owner.ts'
import type { PassEnd } from './pass/pass-end.ts'

/** What a controller is made from, and what it can be asked. */
export interface ManagerOptions {
  readonly drivers: Drivers
  readonly folder: Folder
  readonly disk: Disk
  /** Where the files may lie in a work tree of git. */
  readonly git?: GitIndex
  readonly clock: Clock
  readonly random: () => number
  readonly newUid: () => string
  readonly log: Logger
  readonly owner: OwnerState
  readonly settings: Settings
  /** Where smolvm keeps its machines, and for whom. */
  readonly machines: { readonly uid: number; readonly dataFolder: string }
  readonly simulated: boolean
  readonly statusMode: 'inline' | 'sidecar'
  readonly workers: number
  readonly resyncMs: number
  readonly pollMs: number
  readonly graceMs: number
  readonly allowMassDelete: boolean
  readonly acceptDaemon: boolean
  readonly acceptMachines: boolean
}

export interface Manager {
  start(): Promise<void>
  /** Resolves when every bottle is settled, stalled or held, with how each one ended. */
  rest(signal: AbortSignal): Promise<ReadonlyMap<string, PassEnd>>
  /** How each one stands. */
  ends(): ReadonlyMap<string, PassEnd>
  /** Files that say less than they might, and documents whose name is taken, as `path:line: message`. */
  unclear(): readonly string[]
  /** No new work; what runs has `graceMs` to reach its next checkpoint. VMs and containers stay up. */
  stop(graceMs?: number): Promise<void>
}
