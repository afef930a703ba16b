import { cancelled } from '../errors.ts'
import { onAbort } from './on-abort.ts'

/**
 * Flow: callers of one key share one call; each gets its progress and its end.
 * Guarantees: the call is aborted only when the last caller has left; a caller that leaves gets `Aborted` at once.
 * Assumptions: the call ends once its signal is aborted.
 */
export interface Flight {
  readonly key: string
  readonly operation: string
  readonly progress: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

export interface SingleFlight {
  join(flight: Flight): Promise<void>
}

interface Shared {
  readonly ended: Promise<void>
  readonly controller: AbortController
  readonly listeners: Set<(line: string) => void>
}

export const createSingleFlight = (
  call: (key: string, progress: (line: string) => void, signal: AbortSignal) => Promise<void>,
): SingleFlight => {
  const flights = new Map<string, Shared>()

  const begin = (key: string): Shared => {
    const controller = new AbortController()
    const listeners = new Set<(line: string) => void>()
    const tell = (line: string): void => {
      for (const listener of listeners) listener(line)
    }
    const shared: Shared = {
      controller,
      listeners,
      ended: call(key, tell, controller.signal).finally(() => {
        if (flights.get(key) === shared) flights.delete(key)
      }),
    }
    // Everyone may have left by then.
    shared.ended.catch(() => {})
    flights.set(key, shared)
    return shared
  }

  const join = async ({ key, operation, progress, signal }: Flight): Promise<void> => {
    if (signal?.aborted === true) throw cancelled(operation)
    const shared = flights.get(key) ?? begin(key)
    // A separate function for each caller: two may pass the same one.
    const listener = (line: string): void => progress(line)
    shared.listeners.add(listener)
    let stay: () => void = () => {}
    const left = new Promise<never>((_, reject) => {
      stay = onAbort(signal, () => reject(cancelled(operation)))
    })
    try {
      await Promise.race([shared.ended, left])
    } finally {
      stay()
      shared.listeners.delete(listener)
      if (shared.listeners.size === 0) {
        if (flights.get(key) === shared) flights.delete(key)
        shared.controller.abort()
      }
    }
  }

  return { join }
}
