import type { Container, ContainerFacts, Daemon, Drivers } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { Clock } from '../time/clock.ts'
import { messageOf } from '../../drivers/message.ts'
import { createEdgesWatch } from './edges-watch.ts'
import { createKnownFacts } from './known-facts.ts'
import { createLooks } from './looks.ts'
import { createMachinePoll } from './machine-poll.ts'
import { cachedDrivers, createSnapshot, joinEndpoints } from './snapshot.ts'
import type { IndexedSnapshot, Snapshot } from './snapshot.ts'
import { createTicker } from '../time/ticker.ts'

/**
 * Keeps current what Docker and smolvm have.
 *
 * Flow: list both, then follow Docker's event stream: an event, its aftermath, a broken stream and the resync each list
 *   again. smolvm has no events: `createMachinePoll` says when it is listed; the firewall neither: it is looked at every
 *   resync.
 * Guarantees: one list per kind, however many bottles; a list that fails leaves the last one in force (unknown is never
 *   gone); changed names are reported once per list; while Docker is away there is one notice and one backoff.
 * Caveats: an event is only a hint to list. Events can't be filtered by label, as those of networks carry none.
 */
export interface Informer {
  /** Lists everything for the first time. Throws what the first list throws. */
  start(signal: AbortSignal): Promise<Daemon>
  snapshot(): IndexedSnapshot
  /** The drivers; what they inspect is remembered for `cached`. */
  readonly live: Drivers
  /** The drivers, with reads answered from the last lists. */
  readonly cached: Drivers
  /** What is known of a listed container beside the list. */
  factsOf(container: Container): ContainerFacts | undefined
  /** What the last look at the firewall said of a bottle. */
  edgeOf(identity: string): string
  /** Lists Docker again now; resolves when that is done. */
  refreshDocker(): Promise<void>
  refreshMachines(): Promise<void>
  /** The next list reports these even if they look unchanged: something may have been done and undone in between. */
  distrust(names: readonly string[]): void
  stop(): void
}

export interface InformerOptions {
  readonly drivers: Drivers
  readonly clock: Clock
  readonly pollMs: number
  readonly resyncMs: number
  /** Called with the names of networks, containers and machines that changed. */
  readonly onChange: (names: ReadonlySet<string>) => void
  readonly onAway: (why: string) => void
  /** The stream ended though Docker may answer: until `onBack` another daemon may listen on the socket. */
  readonly onDoubt: () => void
  /** Docker answers again (after `onAway`: `wasAway`) and said who it is: the daemon may be another one. */
  readonly onBack: (daemon: Daemon, wasAway: boolean) => void
  /** What is neither, in words for the log. */
  readonly onProblem: (why: string) => void
  /** smolvm's list failed or answers again (undefined). */
  readonly onMachinesUnknown: (why: string | undefined) => void
}

/** Events come in bursts: one list serves them all. While they go on, lists take a tenth of the time, but come soon enough. */
const SETTLE_MS = 20
const SHARE = 10
const LONGEST_REST_MS = 3_000
/**
 * Docker 20.10 sends "die" before its list shows the end: the container was "running" for 64 to 81 ms more (recorded), longer
 * on a busy host. Newer Engines send it afterwards. So one more list follows the last event.
 */
const AFTERMATH_MS = 1_000
const AWAY_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const

export const createInformer = (options: InformerOptions): Informer => {
  const { drivers, clock, pollMs, resyncMs, onChange, onAway, onDoubt, onBack, onProblem, onMachinesUnknown } = options
  const snapshot = createSnapshot()
  const looks = createLooks(drivers, snapshot)
  const facts = createKnownFacts(looks.live)
  const stopping = new AbortController()
  let known: Daemon | undefined
  let inDoubt = false
  let awayWhy: string | undefined
  let machinesWhy: string | undefined
  let tries = 0
  let retry: { cancel(): void } | undefined
  let aftermath: { cancel(): void } | undefined

  const distrusted = { docker: new Set<string>(), machines: new Set<string>() }

  /** A doubt is settled only by a list that began after it and succeeded. */
  const settling = async <T>(
    kind: keyof typeof distrusted,
    list: () => Promise<T>,
  ): Promise<[T, ReadonlySet<string>]> => {
    const doubts = distrusted[kind]
    distrusted[kind] = new Set()
    try {
      return [await list(), doubts]
    } catch (error) {
      for (const name of doubts) distrusted[kind].add(name)
      throw error
    }
  }

  const adopt = (
    change: Partial<Snapshot>,
    { doubts, keeps }: { readonly doubts: ReadonlySet<string>; readonly keeps?: (machine: string) => boolean },
  ): void => {
    const names = new Set([...snapshot.adopt(change, keeps), ...doubts])
    if (names.size > 0) onChange(names)
  }

  let restUntilMs = -Infinity
  const listDocker = async (): Promise<void> => {
    const begunMs = clock.monotonicMs()
    const [[networks, containers], doubts] = await settling('docker', () =>
      Promise.all([drivers.networks.list(stopping.signal), drivers.containers.list(stopping.signal)]),
    )
    adopt({ networks: joinEndpoints(networks, containers), containers }, { doubts })
    restUntilMs = clock.monotonicMs() + Math.min((clock.monotonicMs() - begunMs) * SHARE, LONGEST_REST_MS)
  }

  /** Never throws: a list that fails means that Docker is away, and is tried until one succeeds. */
  const refreshDocker = coalesced(async () => {
    try {
      await listDocker()
      if (awayWhy === undefined) return
      known = await drivers.engine.ping(stopping.signal)
      awayWhy = undefined
      tries = 0
      onBack(known, true)
    } catch (error) {
      if (!stopping.signal.aborted) goAway(error)
    }
  })

  const refreshMachines = coalesced(async () => {
    const keeps = looks.listing()
    try {
      const [machines, doubts] = await settling('machines', () => drivers.machines.list(stopping.signal))
      adopt({ machines }, { doubts, keeps })
      if (machinesWhy !== undefined) onMachinesUnknown(undefined)
      machinesWhy = undefined
    } catch (error) {
      if (stopping.signal.aborted || machinesWhy !== undefined) return
      machinesWhy = messageOf(error)
      onMachinesUnknown(machinesWhy)
    }
  })

  const goAway = (error: unknown): void => {
    const first = awayWhy === undefined
    inDoubt = false
    awayWhy ??= messageOf(error)
    if (first) onAway(awayWhy)
    retry ??= clock.setTimer(pauseMs(tries), () => {
      retry = undefined
      void refreshDocker()
    })
    tries += 1
  }

  /** Before any list of it is taken for what the records describe. While Docker is away, its return asks. */
  const greet = async (): Promise<void> => {
    const daemon = await drivers.engine.ping(stopping.signal)
    if (awayWhy !== undefined) return
    const isOther = known !== undefined && (known.id !== daemon.id || known.dataRoot !== daemon.dataRoot)
    known = daemon
    if (!isOther && !inDoubt) return
    inDoubt = false
    onBack(daemon, false)
  }

  const doubt = (): void => {
    if (awayWhy !== undefined || inDoubt) return
    inDoubt = true
    onDoubt()
  }

  const failed = (error: unknown): void => {
    if (stopping.signal.aborted) return
    if (isDriverError(error, 'Unavailable', 'Timeout')) return goAway(error)
    doubt()
    onProblem(`Docker's events can't be followed: ${messageOf(error)}`)
  }

  const doubtFacts = (id: string): void => {
    facts.forget(id)
    for (const { name } of snapshot.containers.filter((each) => each.id === id)) distrusted.docker.add(name)
  }

  /** Follows the stream until stopped; each new connection is followed by a list. */
  const follow = async (): Promise<void> => {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        await greet()
        const events = drivers.engine.events(stopping.signal)[Symbol.asyncIterator]()
        let next = events.next()
        next.catch(() => undefined)
        facts.forgetAll()
        await refreshDocker()
        failures = 0
        for (let event = await next; event.done !== true; event = await next) {
          if (event.value !== undefined) doubtFacts(event.value)
          next = events.next()
          next.catch(() => undefined)
          scheduleList()
          aftermath?.cancel()
          aftermath = clock.setTimer(AFTERMATH_MS, () => void refreshDocker())
        }
        if (!stopping.signal.aborted) {
          doubt()
          await greet()
        }
      } catch (error) {
        failed(error)
      }
      failures += 1
      await clock.sleep(pauseMs(failures - 1), stopping.signal).catch(() => undefined)
    }
  }

  let scheduled = false
  const scheduleList = (): void => {
    if (scheduled) return
    scheduled = true
    clock.setTimer(Math.max(SETTLE_MS, restUntilMs - clock.monotonicMs()), () => {
      scheduled = false
      void refreshDocker()
    })
  }

  const edges = createEdgesWatch({ firewall: drivers.firewall, signal: stopping.signal, onChange, onProblem })
  const refreshEdges = coalesced(edges.refresh)

  const ticker = createTicker(clock, () => undefined)
  const poll = createMachinePoll({
    machines: drivers.machines,
    clock,
    pollMs,
    list: async () => {
      await refreshMachines()
      return machinesWhy === undefined
    },
  })

  return {
    start: async (signal) => {
      const daemon = await drivers.engine.ping(signal)
      known = daemon
      const [networks, containers, machines] = await Promise.all([
        drivers.networks.list(signal),
        drivers.containers.list(signal),
        drivers.machines.list(signal),
      ])
      snapshot.adopt({ networks: joinEndpoints(networks, containers), containers, machines })
      await refreshEdges()
      void follow()
      ticker.every(resyncMs, refreshDocker)
      ticker.every(resyncMs, refreshEdges)
      poll.start()
      return daemon
    },
    snapshot: () => snapshot,
    live: facts.live,
    factsOf: facts.of,
    edgeOf: edges.of,
    cached: cachedDrivers(facts.live, () => snapshot, facts),
    refreshDocker,
    refreshMachines,
    distrust: (names) => {
      for (const doubts of [distrusted.docker, distrusted.machines]) for (const name of names) doubts.add(name)
    },
    stop: () => {
      stopping.abort()
      retry?.cancel()
      aftermath?.cancel()
      ticker.stop()
      poll.stop()
    },
  }
}

const pauseMs = (tries: number): number => AWAY_MS[Math.min(tries, AWAY_MS.length - 1)] ?? 30_000

/** One run at a time; calls made meanwhile share one more run after it. */
const coalesced = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined
  let again: Promise<void> | undefined
  const run = (): Promise<void> => {
    if (running === undefined) {
      running = work().finally(() => {
        running = undefined
      })
      return running
    }
    again ??= running.then(() => {
      again = undefined
      return run()
    })
    return again
  }
  return run
}
