import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import type { Reconciler, Settings } from '../../reconcilers/contract/reconciler.ts'
import type { Allocator } from '../world/subnet-allocator.ts'
import type { Clock } from '../time/clock.ts'
import type { Events } from '../report/events.ts'
import type { Folder } from '../folder/folder.ts'
import type { Guards } from '../deletion/mass-guard.ts'
import type { Informer } from '../world/informer.ts'
import type { StatusWriter } from '../status/status-writer.ts'
import type { Store } from '../feed/store.ts'

/** What a pass works with: everything that has a lifecycle, made once by the manager. */
export interface Context {
  readonly owner: string
  readonly settings: Settings
  readonly simulated: boolean
  readonly reconcilers: readonly Reconciler[]
  readonly drivers: Drivers
  readonly cached: Drivers
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly newUid: () => string
  readonly folder: Folder
  readonly store: Store
  readonly registry: Registry
  readonly informer: Informer
  readonly allocator: Allocator
  readonly guards: Guards
  readonly events: Events
  readonly status: StatusWriter
  /** Lists the folder anew: true if the bottle's document isn't there and the list is complete. */
  readonly stillAbsent: (name: string) => Promise<boolean>
  /** A person said that what stands at the root's path is the root. True if it wasn't known to be. */
  readonly acceptRoot: () => Promise<boolean>
  /** Reads these files once more. */
  readonly lookAgain: (paths: readonly string[]) => Promise<void>
  /** What the bottle's pass is at, for who asks before it ends. */
  readonly atWork: (name: string, message: string) => void
  /** No new work: honoured between steps. */
  readonly stopping: AbortSignal
  /** Ends what is under way, too. */
  readonly signal: AbortSignal
}

/** Records by bottle name. */
export interface Registry {
  byName(name: string): BottleRecord | undefined
  add(record: BottleRecord): void
  /** Nothing of it is left. */
  forget(record: Pick<BottleRecord, 'name' | 'uid'>): void
  /** The uid of the bottle that last had this name and is gone: what a list still shows of it isn't there any more. */
  spentUid(name: string): string | undefined
  all(): readonly BottleRecord[]
}

export const createRegistry = (drivers: Pick<Drivers, 'records'>, records: readonly BottleRecord[]): Registry => {
  const identities = new Map(records.map(({ name, identity }) => [name, identity]))
  const spent = new Map<string, string>()
  const byName = (name: string): BottleRecord | undefined => {
    const identity = identities.get(name)
    return identity === undefined ? undefined : drivers.records.read(identity)
  }
  return {
    byName,
    add: ({ name, identity }) => {
      identities.set(name, identity)
      spent.delete(name)
    },
    forget: ({ name, uid }) => {
      identities.delete(name)
      spent.set(name, uid)
    },
    spentUid: (name) => spent.get(name),
    all: () => [...identities.keys()].flatMap((name) => byName(name) ?? []),
  }
}

export const isoNow = (clock: Pick<Clock, 'now'>): string =>
  new Date(clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z')
