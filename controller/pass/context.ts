import type { Drivers } from '../../drivers/ports.ts'
import type { Reconciler, Settings } from '../../reconcilers/contract/reconciler.ts'
import type { Taint } from '../../reconcilers/taint/taint.ts'
import type { Guards } from '../deletion/mass-guard.ts'
import type { Store, StoredDocument } from '../feed/store.ts'
import type { Announcer } from '../report/announcer.ts'
import type { Events } from '../report/events.ts'
import type { GitCare } from '../status/git-care.ts'
import type { StatusWriter } from '../status/status-writer.ts'
import type { Clock } from '../time/clock.ts'
import type { Informer } from '../world/informer.ts'
import type { Allocator } from '../world/subnet-allocator.ts'
import type { Admission } from './admit.ts'
import type { Cause } from './cause.ts'
import type { PolicyCheck } from './policy-check.ts'
import type { Registry } from './registry.ts'

/** What passes work with, made once by the manager. Each part takes what it needs of it: `Pick<Context, …>`. */
export interface Context {
  /** This root's owner id, as in labels. */
  readonly owner: string
  readonly settings: Settings
  readonly taint: Taint
  readonly simulated: boolean
  readonly reconcilers: readonly Reconciler[]
  readonly drivers: Drivers
  /** The drivers, with reads answered from the informer's last lists. */
  readonly cached: Drivers
  readonly clock: Clock
  /** The same time, but nobody sets it while the process lives. */
  readonly steadyClock: Pick<Clock, 'now'>
  /** In [0, 1). */
  readonly random: () => number
  readonly newUid: () => string
  readonly store: Store
  readonly registry: Registry
  readonly admission: Admission
  readonly informer: Informer
  readonly allocator: Allocator
  readonly guards: Guards
  readonly policy: PolicyCheck
  /** How long a deletion by absence can be undone. */
  readonly undoMs: number
  readonly events: Events
  readonly announcer: Announcer
  /** How many asks of a bottle wait, by name; absent: nobody asks. */
  readonly openAsks?: (name: string) => number
  /** The document of a bottle that is going, where people still see it. */
  readonly leaving?: ((name: string) => StoredDocument | undefined) | undefined
  readonly statusWriter: StatusWriter
  readonly gitCare: GitCare
  /** Lists the folder again: true if the list is complete, has no document of this name and nothing that could hold it. */
  readonly stillAbsent: (name: string) => Promise<boolean>
  /** A person confirmed that the folder now at the root's path is the root. True if that wasn't known. */
  readonly acceptRoot: () => Promise<boolean>
  /** Reads these files once more. */
  readonly reread: (paths: readonly string[]) => Promise<void>
  /** Notes what the bottle's pass is doing, for clients that ask before it ends. */
  readonly noteProgress: (name: string, message: string) => void
  /** Before a step that may take long; false: the pass ends, and comes again when there is room. */
  readonly enterLane: (name: string, lane: string) => boolean
  /** Why nothing may be changed anywhere in this root (another Docker daemon, say); undefined if it may. */
  readonly halted: () => Cause | undefined
  /** No new work: honoured between steps. */
  readonly stopping: AbortSignal
  /** Ends running work, too. */
  readonly signal: AbortSignal
}
