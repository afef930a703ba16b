import { messageOf } from '../drivers/message.ts'
import { reconcilers } from '../reconcilers/index.ts'
import { createTaint } from '../reconcilers/taint/taint.ts'
import { createGuards } from './deletion/mass-guard.ts'
import { createStore } from './feed/store.ts'
import { createPasses } from './loop/passes.ts'
import { createStateCare } from './loop/state-care.ts'
import { createSealCare } from './loop/seal-care.ts'
import { createSecretSources } from './loop/secret-sources.ts'
import { createRequestServer } from './loop/serve-requests.ts'
import { createWorldEvents } from './loop/world-events.ts'
import type { Manager, ManagerOptions } from './manager-options.ts'
import { openSource, releasing } from './open-source.ts'
import { createAdmission } from './pass/admit.ts'
import { backoffLeftMs } from './pass/backoff.ts'
import type { Context } from './pass/context.ts'
import { createAskParts } from './ask-parts.ts'
import { learnAllPaths } from './learn-paths.ts'
import { createReconcile } from './pass/reconcile.ts'
import { createRegistry } from './pass/registry.ts'
import { reportLost } from './pass/report-lost.ts'
import { unclearLines } from './pass/unclear-lines.ts'
import { createPolicyParts } from './policy-parts.ts'
import { reportDenials } from './report/egress-denials.ts'
import { createReportParts } from './report/report-parts.ts'
import { acceptRoot } from './state/accept-root.ts'
import { createOutages } from './state/outages.ts'
import { createSteadiness } from './steady/steady.ts'
import { createSteadyClock } from './time/clock.ts'
import { createTicker } from './time/ticker.ts'
import { adoptOrphans } from './world/adopt-orphans.ts'
import { createInformer } from './world/informer.ts'
import { createAllocator } from './world/subnet-allocator.ts'
import { createWorldCheck } from './world-check.ts'
import { managerState } from './manager-state.ts'

/**
 * Wires the parts and runs them.
 *
 * Flow: list Docker, smolvm and the source of bottles; find orphans; then workers take keys that the source, the informer, timers and
 *   requests add, while new bottles are still being enrolled, in order of name.
 * Guarantees: no pass and no deletion before all three lists are complete; while Docker is away or another daemon answers,
 *   nothing is created or deleted. Caveats: `stop` leaves VMs and containers running.
 */
export type { Manager, ManagerOptions } from './manager-options.ts'

/** A deletion may end these: the identity is free, there is room for one more, nobody writes there. */
const WAITS_FOR_OTHERS: ReadonlySet<string> = new Set(['DuplicateIdentity', 'PolicyViolation', 'Tainted'])
const REQUEST_POLL_MS = 300
const SWEEP_MS = 60_000
/** Then running steps are ended, which takes a few seconds more: 30 s are what a supervisor waits. */
const GRACE_MS = 20_000

export const createManager = (options: ManagerOptions): Manager => {
  const { drivers, disk, clock, log, settings, resyncMs } = options
  const { root, stateDir } = settings
  const owner = options.owner.owner.id
  const stopping = new AbortController()
  const ending = new AbortController()
  /** All three lists are complete: passes may begin. */
  let started = false

  const store = createStore()
  const registry = createRegistry(drivers.records)
  const reports = createReportParts({ stateDir, clock, disk, log, tell: (event) => source.tell?.(event) })
  const { events, announce, announcer, files, server } = reports

  const outages = createOutages({ stateDir, disk, clock, announce, log })

  const passes = createPasses(options)
  const { queue, ends } = passes

  const allNames = (): ReadonlySet<string> => new Set([...store.names(), ...registry.all().map(({ name }) => name)])

  const waitOf = (name: string): number => backoffLeftMs(registry.byName(name)?.backoff, clock.now())

  const { check: checkWorld, halted } = createWorldCheck(options, (reason, why) => announce('Warning', reason, why))
  const { policy, refreshPolicy } = createPolicyParts(options, registry, announce)

  const probes = reportDenials(drivers.probes, { all: registry.all, denied: announcer.denied, now: clock.now })
  const informer = createInformer({
    drivers: { ...drivers, probes },
    clock,
    pollMs: options.pollMs,
    resyncMs,
    ...createWorldEvents({
      queue,
      outages,
      log,
      records: drivers.records,
      check: checkWorld,
      isStarted: () => started,
      forget: (name) => steadiness.forget(name),
      lookAtAll: () => lookAtAll(),
    }),
  })

  const allocator = createAllocator({
    drivers,
    networks: () => informer.snapshot().networks,
    owner,
    settings: settings.subnets,
    clock,
  })
  const { blocks, source } = openSource(options, {
    ...reports,
    store,
    registry,
    queue,
    context: () => context,
    allNames,
    isStarted: () => started,
    stopping: stopping.signal,
  })
  const guards = createGuards({ ...options, surroundings: source.surroundings })

  const { signal } = ending
  const taint = createTaint({ ...settings, paths: drivers.paths, records: drivers.records, owner })
  const admission = createAdmission({
    store,
    registry,
    drivers,
    allocator,
    informer,
    owner,
    newUid: options.newUid,
    announcer,
    guards,
    policy,
    halted,
    clock,
    signal,
  })

  const context: Context = {
    owner,
    settings,
    taint,
    simulated: options.simulated,
    reconcilers,
    drivers: informer.live,
    cached: informer.cached,
    clock,
    steadyClock: createSteadyClock(clock),
    random: options.random,
    newUid: options.newUid,
    store,
    registry,
    admission,
    informer,
    allocator,
    guards,
    policy,
    undoMs: options.undoMs,
    openAsks: (name) => asks.openOf(name),
    events,
    announcer,
    leaving: source.leaving,
    statusWriter: source.status.statusWriter,
    gitCare: source.status.gitCare,
    stillAbsent: async (name) => (await source.sweep()) && (await admission.judged(name)).judgement.kind === 'absent',
    acceptRoot: async () => (await source.accept()) && (await source.sweep()),
    reread: source.reread,
    ...passes.running,
    halted,
    stopping: stopping.signal,
    signal,
  }
  const steadiness = createSteadiness(context)
  const asks = createAskParts(context, { ...options, queue, steadiness, mayGrant: source.mayGrant === true })
  const sources = createSecretSources(context, (name) => queue.add(name, 'edit'))
  const reconcile = asks.around(sources.after(createReconcile(context)))

  const requests = createRequestServer({
    parts: context,
    disk,
    passes,
    asks,
    outages,
    onProblem: (error) => log.warn(`a request is not answered yet: ${messageOf(error)}`),
  })

  /** Whole passes. */
  const lookAtAll = (): void => {
    steadiness.forgetAll()
    for (const name of allNames()) queue.add(name, 'resync')
  }
  /** The root may be behind a link that was turned. */
  const onRestored = (): void => {
    source.refresh()
    outages.restore()
    lookAtAll()
  }
  const stateCare = createStateCare({ ...options, queue, announce, onRestored })
  const rounds = passes.rounds({ roundMs: resyncMs, names: allNames, backoffLeftMs: waitOf })
  const ticker = createTicker(clock, (error) => log.error(String(error)))
  let watching: { close(): Promise<void> } | undefined

  return {
    start: async () => {
      await outages.clear()
      await checkWorld(await informer.start(signal))
      for (const record of await drivers.records.list()) registry.add(record)
      if (!(await source.sweep())) throw new Error(files.why() ?? server.why() ?? `${root} can't be listed`)
      const isEmpty = store.names().next().done === true && registry.all().length > 0
      await acceptRoot(options.owner, { root, isEmpty, allowMassDelete: options.allowMassDelete })
      await adoptOrphans(context, log.warn)
      await learnAllPaths(context, allNames())
      started = true
      passes.start({
        pass: releasing(source, registry, (name) => steadiness.around(name, () => reconcile(name))),
        forget: steadiness.forget,
        onDeleted: (name) => {
          if (store.documents(name).length > 0) queue.add(name, 'edit')
          for (const [other, { outcome }] of ends) if (WAITS_FOR_OTHERS.has(outcome)) queue.add(other, 'edit')
        },
        filesAtRest: source.idle,
      })
      watching = await source.watch()
      await blocks.take(allNames(), (block) => passes.begin(block, waitOf))
      reportLost(context)
      await requests.poll()
      // Its own turn: a file of a secret that answers late must not delay a request.
      ticker.every(REQUEST_POLL_MS, sources.check)
      ticker.every(REQUEST_POLL_MS, async () => {
        if (await stateCare.check()) await requests.poll()
      })
      ticker.every(SWEEP_MS, source.sweep)
      rounds.start()
      const sealCare = createSealCare(drivers.seals, { signal, onChange: lookAtAll })
      for (const care of [() => taint.refresh(signal), requests.prune, asks.prune, sealCare])
        ticker.every(resyncMs, care)
      ticker.every(resyncMs, async () => {
        if (await refreshPolicy()) for (const name of allNames()) queue.add(name, 'edit')
      })
    },
    rest: passes.rest,
    ends: () => passes.endsOf(allNames()),
    state: () => managerState({ started, queue, outages, records: registry.all() }),
    warn: (reason, message) => announce('Warning', reason, message),
    unclear: () => unclearLines(store, registry.byName),
    stop: async (graceMs = GRACE_MS) => {
      stopping.abort()
      const late = clock.setTimer(graceMs, () => ending.abort())
      informer.stop()
      rounds.stop()
      ticker.stop()
      await watching?.close()
      await Promise.all([blocks.stop(), queue.stop(), asks.stop()])
      drivers.bundles.rest()
      late.cancel()
      ending.abort()
      await source.status.stop()
      await events.flush()
    },
  }
}
