import type { Daemon } from '../drivers/ports.ts'
import { reconcilers } from '../reconcilers/index.ts'
import { createAllocator } from './world/subnet-allocator.ts'
import { createAnnouncer } from './report/announcer.ts'
import { createRegistry } from './pass/context.ts'
import type { Context } from './pass/context.ts'
import { messageOf } from '../drivers/message.ts'
import { createEvents } from './report/events.ts'
import { createFeed } from './feed/feed.ts'
import { createGitCare } from './status/git-care.ts'
import { createGuards } from './deletion/mass-guard.ts'
import { createInformer } from './world/informer.ts'
import type { Manager, ManagerOptions } from './manager-options.ts'
import { bottlesOfObjects } from './world/bottles-of-objects.ts'
import { orphanRecords } from './world/orphans.ts'
import { createPreparer } from './pass/admit.ts'
import type { QueueClass } from './loop/queue.ts'
import { createReconcile } from './pass/reconcile.ts'
import { underWay } from './pass/pass-end.ts'
import { createPasses } from './loop/passes.ts'
import { createRequestServer } from './loop/serve-requests.ts'
import { cachedDrivers } from './world/snapshot.ts'
import { createStatusWriter } from './status/status-writer.ts'
import { createStore } from './feed/store.ts'
import { createTicker } from './time/ticker.ts'
import { unclearLines } from './pass/unclear-lines.ts'
import { worldChange } from './state/same-world.ts'
import { StateError } from './state/state-folder.ts'

/**
 * Wires the parts and runs them.
 *
 * Flow: list Docker, smolvm and the folder; find orphans; reserve subnets in order of identity; then workers take keys that
 *   the feed, the informer, timers and requests add.
 * Guarantees: no pass and no deletion before all three lists are complete; while Docker is away or another daemon answers,
 *   nothing is made or deleted. Caveats: `stop` leaves VMs and containers running.
 */
export type { Manager, ManagerOptions } from './manager-options.ts'

const REQUEST_POLL_MS = 300
const SWEEP_MS = 60_000
const GRACE_MS = 30_000

export const createManager = (options: ManagerOptions): Manager => {
  const { drivers, folder, disk, clock, log, owner, settings, resyncMs } = options
  const stopping = new AbortController()
  const ending = new AbortController()
  const store = createStore()
  const events = createEvents({
    stateDir: settings.stateDir,
    clock,
    disk,
    onProblem: (error) => log.warn(`events are not written: ${String(error)}`),
  })
  const announcer = createAnnouncer(events, log)
  let halted: { readonly reason: string; readonly message: string } | undefined

  const informer = createInformer({
    drivers,
    clock,
    pollMs: options.pollMs,
    resyncMs,
    onChange: (names) => {
      // Everything has its first pass when the lists are complete.
      if (!started) return
      for (const name of bottlesOfObjects(names, drivers.records)) queue.add(name, 'edit')
    },
    onAway: (why) => {
      queue.pause()
      announce('Warning', 'DockerUnavailable', `${why}; nothing is changed until it answers`)
    },
    onBack: (daemon) => {
      announce('Normal', 'DockerAvailable', 'Docker answers again')
      void meet(daemon)
        .catch((error: unknown) => log.error(`which Docker this is could not be noted: ${messageOf(error)}`))
        .then(() => {
          queue.resume()
          enqueueAll('resync')
        })
    },
    onMachinesUnknown: (why) =>
      why === undefined
        ? announce('Normal', 'MachinesKnown', 'smolvm answers again')
        : announce('Warning', 'MachinesUnknown', `${why}; what it had last is taken to be there still`),
  })

  const guards = createGuards({ clock, folder, graceMs: options.graceMs, allowMassDelete: options.allowMassDelete })
  const feed = createFeed({
    folder,
    store,
    clock,
    onNames: async (names) => {
      if (!started) return
      // What could not be noted now is met again by each one's own pass, which says so and comes again.
      await admit(names).catch((error: unknown) => log.error(messageOf(error)))
      for (const name of names) queue.add(name, store.documents(name).length === 0 ? 'delete' : 'edit')
    },
    onProblem: (why) => {
      if (why !== undefined && why !== problem) announce('Warning', 'FolderUnreadable', why)
      if (why === undefined && problem !== undefined)
        announce('Normal', 'FolderReadable', 'the files can be read again')
      problem = why
    },
  })
  let problem: string | undefined
  let started = false

  const gitCare = createGitCare({
    writer: createStatusWriter({ mode: options.statusMode, folder, store, stateDir: settings.stateDir, disk }),
    root: settings.root,
    folder,
    git: options.statusMode === 'sidecar' ? undefined : options.git,
    clock,
    log,
    onFree: (name) => queue.add(name, 'resync'),
    onHeld: (sign) => announce('Normal', 'GitAtWork', `no status is written until git is done (${sign})`),
  })

  const context: Context = {
    owner: owner.owner.id,
    settings,
    simulated: options.simulated,
    reconcilers,
    drivers,
    cached: cachedDrivers(drivers, informer.snapshot),
    clock,
    random: options.random,
    newUid: options.newUid,
    folder,
    store,
    registry: createRegistry(drivers, []),
    informer,
    allocator: createAllocator({
      drivers,
      networks: () => informer.snapshot().networks,
      owner: owner.owner.id,
      settings: settings.subnets,
      clock,
    }),
    guards,
    events,
    status: gitCare.status,
    stillAbsent: async (name) => (await feed.sweep()) && store.documents(name).length === 0,
    acceptRoot: async () => (await folder.accept()) && (await feed.sweep()),
    lookAgain: feed.look,
    atWork: (name, message) => void ends.set(name, underWay(message)),
    stopping: stopping.signal,
    signal: ending.signal,
  }
  const { reconcile } = createReconcile(context, announcer, () => halted)
  const prepare = createPreparer(context)

  const passes = createPasses({
    clock,
    workers: options.workers,
    log,
    pass: reconcile,
    onDeleted: (name) => {
      if (store.documents(name).length > 0) queue.add(name, 'edit')
      for (const [other, { outcome }] of passes.ends) if (outcome === 'DuplicateIdentity') queue.add(other, 'edit')
    },
    filesAtRest: feed.idle,
  })
  const { queue, ends } = passes

  const announce = (type: 'Normal' | 'Warning', reason: string, message: string): void => {
    log[type === 'Normal' ? 'info' : 'warn'](message, { reason })
    void events.record({ type, reason, message, object: 'root' })
  }

  /** Missing names begin their grace together; new ones get their subnets in order of identity. */
  const admit = async (names: Iterable<string>): Promise<void> => {
    const present: string[] = []
    for (const name of names) {
      if (store.documents(name).length > 0) present.push(name)
      else if (awaitsRuling(name)) guards.missing(name)
    }
    if (halted === undefined) await prepare(present)
  }

  /** What owns nothing, or is to run on, is nobody's loss: it must not count for the mass guard. */
  const awaitsRuling = (name: string): boolean => {
    const record = context.registry.byName(name)
    return record !== undefined && record.retained !== true && record.deleting === undefined
  }

  const allNames = (): ReadonlySet<string> =>
    new Set([...store.names(), ...context.registry.all().map(({ name }) => name)])

  /** NaN where there was no failure. */
  const backoffLeftMs = (name: string): number =>
    Date.parse(context.registry.byName(name)?.backoff?.retryAt ?? '') - clock.now()

  const enqueueAll = (kind: QueueClass): void => {
    for (const name of allNames()) queue.add(name, kind)
  }

  /** Is this the world that the records describe? */
  const meet = async (daemon: Daemon): Promise<void> => {
    const { machines } = options
    halted = worldChange(owner.owner, { daemon, machines }, options)
    if (halted === undefined) await owner.update({ daemonId: daemon.id, daemonRoot: daemon.dataRoot, machines })
    else announce('Warning', halted.reason, halted.message)
  }

  const requests = createRequestServer({
    context,
    stateDir: settings.stateDir,
    disk,
    look: passes.look,
    onProblem: (error) => log.warn(`a request is not answered yet: ${messageOf(error)}`),
  })

  const ticker = createTicker(clock, (error) => log.error(String(error)))
  let watching: { close(): Promise<void> } | undefined

  return {
    start: async () => {
      await meet(await informer.start(ending.signal))
      for (const record of await drivers.records.list()) context.registry.add(record)
      if (!(await feed.sweep())) throw new Error(problem ?? `${settings.root} can't be listed`)
      if (owner.isOtherRoot && store.names().next().done === true && context.registry.all().length > 0)
        refuseEmptyRoot(options)
      await owner.update({ rootId: owner.rootId })
      for (const orphan of orphanRecords(informer.snapshot(), context.owner, context.registry.all())) {
        await drivers.records.write(orphan)
        context.registry.add(orphan)
      }
      await admit(allNames())
      started = true
      watching = await folder.watch(feed.hint)
      for (const name of allNames()) {
        const due = backoffLeftMs(name)
        if (due > 0) {
          ends.set(name, { state: 'busy', outcome: 'Backoff', message: '', asAsked: false })
          queue.addAfter(name, due, 'resync')
        } else queue.add(name, 'resync')
      }
      await requests.poll()
      ticker.every(REQUEST_POLL_MS, requests.poll)
      ticker.every(SWEEP_MS, feed.sweep)
      ticker.every(resyncMs, async () => {
        for (const [name, { outcome }] of ends) if (outcome === 'Deleted') ends.delete(name)
        // What failed has its own time; coming earlier would undo the backoff.
        for (const name of allNames()) if (!(backoffLeftMs(name) > 0)) queue.add(name, 'resync')
      })
      ticker.every(resyncMs, requests.prune)
    },
    rest: passes.rest,
    ends: () => {
      const waiting = [...allNames()].filter((name) => !ends.has(name))
      return new Map([...ends, ...waiting.map((name) => [name, underWay('its first pass has not ended')] as const)])
    },
    unclear: () => unclearLines(store, (name) => context.registry.byName(name)),
    stop: async (graceMs = GRACE_MS) => {
      stopping.abort()
      const late = clock.setTimer(graceMs, () => ending.abort())
      informer.stop()
      ticker.stop()
      await watching?.close()
      await queue.stop()
      late.cancel()
      ending.abort()
      await gitCare.stop()
      await events.flush()
    },
  }
}

/** A file system may not be mounted: an empty folder in its place must not cost every VM. */
const refuseEmptyRoot = ({ settings, allowMassDelete }: ManagerOptions): void => {
  if (allowMassDelete) return
  throw new StateError(
    'OtherRoot',
    `${settings.root} holds no bottle and is not the folder that was listed last: nothing is deleted`,
    'mount or put back what was there; if all its bottles are to go: --allow-mass-delete',
  )
}
