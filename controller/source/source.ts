import type { Disk } from '../../drivers/disk/disk.ts'
import type { Surroundings } from '../deletion/mass-guard.ts'
import type { Store, StoredDocument } from '../feed/store.ts'
import type { Happening } from '../report/event-log.ts'
import type { Logger } from '../report/log.ts'
import type { StatusParts } from '../status/status-parts.ts'
import type { Clock } from '../time/clock.ts'

/**
 * Where bottles are declared, and where people read how they stand: a folder of files, or an API server.
 *
 * Flow: `sweep` once, then `watch`; both bring the manager's store up to date and report names. Passes read only the store.
 * Guarantees: what can't be looked at changes nothing in the store: unknown is not gone.
 */
export interface Source {
  /** Brings the store to what is there now. False: that isn't known, and nothing may be concluded from what is missing. */
  sweep(): Promise<boolean>
  /** Looks at these documents once more, by their paths. */
  reread(paths: readonly string[]): Promise<void>
  /** Anything may have changed: a sweep soon. */
  refresh(): void
  /** Reports changes from now on. */
  watch(): Promise<{ close(): Promise<void> }>
  /** Nothing is being looked at, or waits for it. */
  idle(): boolean
  /** A person confirmed that what is there now is the root. True if that wasn't known. */
  accept(): Promise<boolean>
  /** What speaks against a deletion, or for it. */
  readonly surroundings: Surroundings
  /** How a status gets to where people read it. */
  readonly status: StatusParts
  /** The document of a bottle whose deletion was asked for, as long as people see it. */
  readonly leaving?: (name: string) => StoredDocument | undefined
  /** After a pass: nothing of this name is left here, or all of it runs on without its document. Repeating it is harmless. */
  released?(name: string): Promise<void>
  /** Its documents may be where nobody can write them: what people allow may then stand in the state folder. */
  readonly mayGrant?: boolean
  /** Passes on an event; it may be lost. */
  tell?(event: Happening): void
}

/** What a source is made from, by the manager. */
export interface SourceParts {
  readonly store: Store
  readonly root: string
  readonly stateDir: string
  readonly disk: Disk
  readonly clock: Clock
  readonly log: Logger
  /** Called with the names whose documents changed. */
  readonly onNames: (names: ReadonlySet<string>) => Promise<void>
  /** Why its files can't be looked at; undefined: they can. */
  readonly onProblem: (why: string | undefined) => void
  /** Why its server doesn't answer; undefined: it does. */
  readonly onUnanswered: (why: string | undefined) => void
  /** Why changes are seen late; undefined: they aren't. */
  readonly onLimit: (why: string | undefined) => void
  /** A status was held and may be written now. */
  readonly onFree: (name: string) => void
  /** Statuses are held, and why. */
  readonly onHeld: (reason: 'GitAtWork' | 'FileOpen', message: string) => void
  /** True while no bottle is known. */
  readonly isEmpty: () => boolean
  /** It has a record. */
  readonly isKnown: (name: string) => boolean
  /** The controller was told to stop: nothing more needs to be looked at. */
  readonly stopping: AbortSignal
}

export type OpenSource = (parts: SourceParts) => Source
