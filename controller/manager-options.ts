import type { Disk } from '../drivers/disk/disk.ts'
import type { Drivers } from '../drivers/ports.ts'
import type { AskNotice } from './asks/parts.ts'
import type { Settings } from '../reconcilers/contract/reconciler.ts'
import type { PolicySource } from './policy/policy-keeper.ts'
import type { Clock } from './time/clock.ts'
import type { Meter } from './loop/meter.ts'
import type { OpenSource } from './source/source.ts'
import type { Logger } from './report/log.ts'
import type { OwnerState } from './state/owner.ts'
import type { StateKeeper } from './state/state-keeper.ts'
import type { PassEnd } from './pass/pass-end.ts'

/** What a controller is made from. */
export interface ManagerOptions {
  readonly drivers: Drivers
  /** Where bottles are declared. */
  readonly source: OpenSource
  readonly disk: Disk
  readonly clock: Clock
  readonly random: () => number
  readonly newUid: () => string
  readonly log: Logger
  readonly owner: Pick<OwnerState, 'owner' | 'created' | 'isOtherRoot' | 'rootId' | 'update'>
  /** Absent where nothing can happen to the state folder. */
  readonly keeper?: StateKeeper
  /** Another controller has taken the root. */
  readonly onTaken?: (error: Error) => void
  readonly settings: Settings
  readonly policy: PolicySource
  /** Where smolvm keeps its machines, and for which user. */
  readonly machines: { readonly uid: number; readonly dataFolder: string }
  readonly simulated: boolean
  readonly workers: number
  readonly resyncMs: number
  readonly pollMs: number
  readonly graceMs: number
  /** How long a deletion by absence can be undone. */
  readonly undoMs: number
  readonly allowMassDelete: boolean
  readonly acceptDaemon: boolean
  readonly acceptMachines: boolean
  /** Told of each ask of an agent, perhaps twice. */
  readonly onAsk?: ((notice: AskNotice) => void) | undefined
  /** Who measures, if anybody does. */
  readonly meter?: Meter
}

/** What a controller is at, at this moment. */
export interface ManagerState {
  /** Why it can't work on all bottles; empty: it can. */
  readonly waitsFor: readonly string[]
  /** Bottles that are due. */
  readonly queued: number
  readonly phases: ReadonlyMap<string, number>
  /** Of the bundles that there are. */
  readonly restarts: number
  /** Of agents, that wait for a person. */
  readonly asks: number
}

export interface Manager {
  start(): Promise<void>
  /** Resolves when every bottle is settled, stalled or held, with how each one ended. */
  rest(signal: AbortSignal): Promise<ReadonlyMap<string, PassEnd>>
  /** The end of each bottle's last pass. */
  ends(): ReadonlyMap<string, PassEnd>
  state(): ManagerState
  /** Unreadable documents and duplicates, as `path:line: message`. */
  unclear(): readonly string[]
  /** Reports a trouble of the surroundings as the root's. */
  warn(reason: string, message: string): void
  /** No new work; running passes have `graceMs` to reach their next checkpoint. VMs and containers stay up. */
  stop(graceMs?: number): Promise<void>
}
