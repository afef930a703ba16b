import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Meter } from '../../controller/loop/meter.ts'
import type { ManagerState } from '../../controller/manager-options.ts'
import type { Drivers } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { createSpans } from './spans.ts'

/**
 * What Prometheus reads: names and units by its conventions, seconds throughout.
 *
 * Guarantees: no label but those of a fixed set: outcomes, phases, ports with their verbs. Assumptions: one per process.
 */
export interface Metrics {
  readonly meter: Meter
  /** The same drivers; their calls are counted. */
  counted(drivers: Drivers): Drivers
  /** From then on the states of bottles are told, too. */
  watch(state: () => ManagerState): void
  text(): Promise<string>
  readonly contentType: string
}

export const createMetrics = (): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  let state: (() => ManagerState) | undefined

  const passes = new Histogram({
    name: 'bottled_reconcile_duration_seconds',
    help: 'Passes over one bottle, by how they ended: rest, or busy (it comes again by itself).',
    labelNames: ['result'],
    buckets: [0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5, 20, 60, 300],
    registers,
  })
  const waits = new Histogram({
    name: 'bottled_queue_wait_seconds',
    help: 'From a bottle being due to a worker taking it.',
    buckets: [0.001, 0.01, 0.05, 0.25, 1, 5, 30, 120],
    registers,
  })
  const ready = new Histogram({
    name: 'bottled_ready_duration_seconds',
    help: 'Until a bottle is Ready: since its file was saved (edit), since it stopped being Ready by itself (drift).',
    labelNames: ['since'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900],
    registers,
  })
  const asked = new Counter({
    name: 'bottled_asks_total',
    help: 'Asks of agents that were opened, and how they ended.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const answers = new Histogram({
    name: 'bottled_ask_wait_seconds',
    help: 'From an ask being opened to its answer by a person.',
    labelNames: ['outcome'],
    buckets: [5, 15, 60, 300, 900, 3_600, 14_400, 86_400],
    registers,
  })
  const calls = new Counter({
    name: 'bottled_driver_calls_total',
    help: 'Calls to Docker, smolvm, disks and the host, by port, verb and result.',
    labelNames: ['port', 'verb', 'result'],
    registers,
  })
  const gauge = (
    name: string,
    help: string,
    set: (gauge: Gauge, now: ManagerState) => void,
    labelNames: string[] = [],
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        const now = state?.()
        if (now !== undefined) set(this, now)
      },
    })
  gauge('bottled_ready', '1 while the lists are complete and Docker and smolvm answer.', (to, { waitsFor }) =>
    to.set(waitsFor.length === 0 ? 1 : 0),
  )
  gauge('bottled_queue_depth', 'Bottles that are due and not taken yet.', (to, { queued }) => to.set(queued))
  gauge(
    'bottled_bottles',
    'Bottles by phase.',
    (to, { phases }) => {
      for (const [phase, count] of phases) to.set({ phase }, count)
    },
    ['phase'],
  )
  gauge('bottled_bundle_restarts', 'Restarts of the bundles that there are.', (to, { restarts }) => to.set(restarts))

  gauge('bottled_asks_open', 'Asks of agents that wait for a person.', (to, { asks }) => to.set(asks))

  const spans = createSpans({
    now: () => performance.now(),
    onReady: (since, ms) => ready.observe({ since }, ms / 1000),
  })

  return {
    meter: {
      waits: () => waits.startTimer(),
      pass: (name) => {
        const ended = passes.startTimer()
        return ({ state: result, outcome }) => {
          ended({ result })
          spans.ended(name, outcome)
        }
      },
      edited: spans.edited,
      asked: (kind, outcome, waitedMs) => {
        asked.inc({ kind, outcome })
        if (outcome === 'approved' || outcome === 'denied') answers.observe({ outcome }, waitedMs / 1000)
      },
    },
    counted: (drivers) => countedDrivers(drivers, (port, verb, result) => calls.inc({ port, verb, result })),
    watch: (given) => {
      state = given
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

type Count = (port: string, verb: string, result: string) => void

/** Only what answers later costs a call. */
const countedDrivers = (drivers: Drivers, count: Count): Drivers =>
  Object.fromEntries(
    Object.entries(drivers).map(([port, verbs]: [string, object]) => [
      port,
      Object.fromEntries(
        Object.entries(verbs).map(([verb, value]: [string, unknown]) => [
          verb,
          typeof value === 'function' ? countedVerb(value as Verb, (result) => count(port, verb, result)) : value,
        ]),
      ),
    ]),
  ) as unknown as Drivers

type Verb = (...args: unknown[]) => unknown

const countedVerb =
  (verb: Verb, count: (result: string) => void): Verb =>
  (...args) => {
    const answer = verb(...args)
    if (!(answer instanceof Promise)) return answer
    return answer.then(
      (value: unknown) => {
        count('ok')
        return value
      },
      (error: unknown) => {
        count(isDriverError(error) ? error.code : 'Unforeseen')
        throw error
      },
    )
  }
