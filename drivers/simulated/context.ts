import { cancelled, DriverError, type DriverErrorCode, isDriverError } from '../errors.ts'
import type { Paths } from '../paths.ts'
import type { Echo } from './breaks.ts'
import { createSimulatedPaths } from './paths.ts'
import type { Fault, World } from './world.ts'

/**
 * Wraps the effect of every simulated verb: outside changes first, then faults on demand, then latency, then the
 * journal before and after.
 *
 * Guarantees: the effect itself is synchronous, so nothing comes between; what the journal throws before it prevents it,
 *   what it throws after it is a lost reply.
 */
export interface Effect {
  readonly moment: 'before' | 'after'
  readonly port: string
  readonly verb: string
  readonly target: string
}

export interface SimulatedOptions {
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> }
  /** In [0, 1). */
  random(): number
  /** Milliseconds a verb takes; none by default. Also asked for `machines.boot` and `containers.ready`. */
  latency?(port: string, verb: string): number
  readonly world?: World
  /** Called after each change; what it returns is awaited. */
  save?(world: World): Promise<void> | void
  /** Brings in changes from outside; called before each list. `now` in milliseconds. */
  refresh?(world: World, now: number): Promise<readonly Echo[]>
  /** Awaited around each effect: what throws or never returns there is a crash at that point, and the world stays as it is then. */
  journal?(effect: Effect): Promise<void> | void
  /** Instead of `world.missing`, where host paths are real. */
  paths?: Paths
}

export interface Call {
  readonly port: string
  readonly verb: string
  /** Name or id, for faults and the journal. */
  readonly target: string
  readonly operation: string
}

export interface Context {
  readonly world: World
  now(): number
  newId(): string
  nextSerial(): number
  /** A reading verb. */
  read<T>(call: Call, signal: AbortSignal | undefined, look: () => T): Promise<T>
  /** A changing verb. */
  change<T>(call: Call, signal: AbortSignal | undefined, apply: () => T): Promise<T>
  /** One more effect of a verb already under way. */
  effect<T>(call: Call, apply: () => T): Promise<T>
  wait(call: Call, verb: string, signal: AbortSignal | undefined): Promise<void>
  latencyOf(port: string, verb: string): number
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>
  readonly paths: Paths
  /** Undefined if there is nothing. */
  realpath(path: string): Promise<string | undefined>
  emit(echo: Echo): void
  listen(listener: (echo: Echo) => void): () => void
}

/** Ports that the daemon serves; the others live without it. */
const OF_DAEMON: ReadonlySet<string> = new Set(['engine', 'networks', 'containers', 'images', 'bundles'])

export const createContext = (options: SimulatedOptions, world: World): Context => {
  const { clock, random } = options
  const listeners = new Set<(echo: Echo) => void>()
  const paths = options.paths ?? createSimulatedPaths(world)

  const emit = (echo: Echo): void => {
    for (const listener of listeners) listener(echo)
  }

  const refresh = async (): Promise<void> => {
    if (options.refresh !== undefined) for (const echo of await options.refresh(world, clock.now())) emit(echo)
  }

  const moved = async (): Promise<void> => {
    world.revision += 1
    await options.save?.(world)
  }

  const strike = async (
    { port, verb, target, operation }: Call,
    when: 'before' | 'after',
    signal?: AbortSignal,
  ): Promise<void> => {
    const fault = world.faults.find((each) => matches(each, { port, verb, target }) && (each.when ?? 'before') === when)
    if (fault === undefined) return
    fault.times -= 1
    world.faults = world.faults.filter(({ times }) => times > 0)
    await moved()
    if (fault.afterMs !== undefined) await stay(operation, fault.afterMs, signal)
    throw new DriverError({ code: fault.code, operation, detail: `simulated fault ${fault.code}` })
  }

  const stay = async (operation: string, ms: number, signal: AbortSignal | undefined): Promise<void> => {
    try {
      await clock.sleep(ms, signal)
    } catch (error) {
      throwIfAborted(operation, signal)
      throw error
    }
  }

  const wait = async ({ port, operation }: Call, verb: string, signal: AbortSignal | undefined): Promise<void> => {
    throwIfAborted(operation, signal)
    const ms = options.latency?.(port, verb) ?? 0
    if (ms > 0) await stay(operation, ms * (0.8 + 0.4 * random()), signal)
  }

  const begin = async (call: Call, signal: AbortSignal | undefined): Promise<void> => {
    throwIfAborted(call.operation, signal)
    if (call.verb === 'list') await refresh()
    await wait(call, call.verb, signal)
    if (OF_DAEMON.has(call.port) && !world.daemonUp) throw daemonAway(call.operation)
    await strike(call, 'before', signal)
  }

  const effect = async <T>(call: Call, apply: () => T): Promise<T> => {
    const { port, verb, target } = call
    await options.journal?.({ moment: 'before', port, verb, target })
    let result: T
    try {
      result = apply()
    } finally {
      // A refusal can leave a trace too: the error of a container that did not start.
      await moved()
    }
    await options.journal?.({ moment: 'after', port, verb, target })
    await strike(call, 'after')
    return result
  }

  return {
    world,
    now: () => clock.now(),
    newId: () =>
      Array.from({ length: 8 }, () =>
        Math.floor(random() * 2 ** 32)
          .toString(16)
          .padStart(8, '0'),
      ).join(''),
    nextSerial: () => (world.serial += 1),
    read: async (call, signal, look) => {
      await begin(call, signal)
      return look()
    },
    change: async (call, signal, apply) => {
      await begin(call, signal)
      return await effect(call, apply)
    },
    effect,
    wait,
    latencyOf: (port, verb) => options.latency?.(port, verb) ?? 0,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    paths,
    realpath: async (path) => {
      const { kind, canonical } = await paths.look(path)
      return kind === 'missing' ? undefined : canonical
    },
    emit,
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

export const refuse = (code: DriverErrorCode, operation: string, detail: string): DriverError =>
  new DriverError({ code, operation, detail })

export const daemonAway = (operation: string): DriverError =>
  refuse('Unavailable', operation, "Docker can't be reached: the simulated daemon is down")

export const throwIfAborted = (operation: string, signal: AbortSignal | undefined): void => {
  if (signal?.aborted !== true) return
  if (isDriverError(signal.reason, 'Aborted')) throw signal.reason
  throw cancelled(operation)
}

const matches = (fault: Fault, { port, verb, target }: Pick<Call, 'port' | 'verb' | 'target'>): boolean =>
  (fault.port === port || fault.port === '*') &&
  (fault.verb === verb || fault.verb === '*') &&
  (fault.target === undefined || fault.target === target)
