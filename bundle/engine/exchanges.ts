import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Guard, Head, Opening, Outcome, Target, Verdict } from './port.ts'

/**
 * What is under way: each request that was let through, each tunnel.
 *
 * Flow: node:http tells of each request before srt sees it (a diagnostics channel), and an AsyncLocalStorage leads from srt's
 *   question back to it. So the end of a request is known, and what has to be cut.
 * Guarantees: a request that can't be led back is refused, as it could not be cut later.
 */
export interface Exchanges {
  /** Asks the guard about the request that is being handled. */
  decide(head: Head): Promise<Verdict>
  /** The returned function runs what a tunnel that is passed through is made of. */
  open(
    socket: Duplex,
    tunnel: { readonly target: Target; readonly opening: Opening },
  ): (work: () => Promise<void>) => Promise<void>
  /** Runs what a request is made of that node:http tells nothing of: one for an upgrade. `socket` is its client's. */
  request(socket: Duplex, work: () => Promise<void>): Promise<void>
  /** The server of what is being handled could not be connected to. */
  unreachable(reason: string): void
  recheck(): Promise<void>
  close(): void
}

interface Exchange {
  readonly socket: Duplex
  readonly startedMs: number
  /** Whether the guard still allows it. */
  again?: () => Promise<boolean>
  /** What is told at its end; absent of a tunnel that is looked into, whose requests are told of. */
  outcome?: Omit<Outcome, 'reason' | 'up' | 'down' | 'ms' | 'cut'>
  reason?: string
  cut?: boolean
}

interface Bytes {
  readonly up: number
  readonly down: number
}

const REQUESTS = 'http.server.request.start'

export const createExchanges = ({
  guard,
  ended,
}: {
  readonly guard: Guard
  readonly ended: (outcome: Outcome) => void
}): Exchanges => {
  const current = new AsyncLocalStorage<Exchange>()
  const underWay = new Set<Exchange>()

  /** How far the bytes of a connection have been told. */
  const counted = new WeakMap<Duplex, Bytes>()

  const begin = (socket: Duplex): Exchange => ({ socket, startedMs: performance.now() })
  const tell = (exchange: Exchange, outcome: Omit<Outcome, 'up' | 'down' | 'ms' | 'cut'>): void => {
    const { socket } = exchange
    const [before, now] = [counted.get(socket) ?? { up: 0, down: 0 }, bytesOf(socket)]
    counted.set(socket, now)
    ended({
      ...outcome,
      cut: exchange.cut === true,
      up: now.up - before.up,
      down: now.down - before.down,
      ms: Math.round(performance.now() - exchange.startedMs),
    })
  }
  const end = (exchange: Exchange): void => {
    const { reason, outcome } = exchange
    if (underWay.delete(exchange) && outcome !== undefined)
      tell(exchange, { ...outcome, ...(reason === undefined ? {} : { reason }) })
  }

  /** Of rechecks. */
  let round = 0
  /** An answer that a recheck overtook is void. */
  const latest = async (ask: () => Verdict | Promise<Verdict>): Promise<Verdict> => {
    for (let tries = 0; tries < 3; tries++) {
      const asked = round
      const verdict = await ask()
      if (asked === round) return verdict
    }
    throw new Error('overtaken again and again')
  }

  const onRequest = (message: unknown): void => {
    const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse }
    const exchange = begin(request.socket)
    response.once('close', () => end(exchange))
    current.enterWith(exchange)
  }
  subscribe(REQUESTS, onRequest)

  return {
    decide: async (head) => {
      const exchange = current.getStore()
      const { host, port, method, path } = head
      if (exchange === undefined) throw new Error('a request of nobody')
      const verdict = await latest(() => guard.decide(head))
      const outcome = { host, port, method, path, note: verdict.note }
      if (verdict.kind === 'deny') {
        tell(exchange, { ...outcome, reason: verdict.reason })
        return verdict
      }
      exchange.outcome = outcome
      exchange.again = async () => {
        const now = await guard.decide(head)
        return now.kind === 'allow' && (verdict.private !== true || now.private === true)
      }
      // Its client may have gone while the guard thought.
      if (exchange.socket.destroyed) tell(exchange, outcome)
      else underWay.add(exchange)
      return verdict
    },

    open: (socket, { target, opening }) => {
      const exchange = begin(socket)
      const outcome = { ...target, method: 'CONNECT', path: '', note: opening.note }
      if (opening.kind === 'refuse') {
        tell(exchange, { ...outcome, reason: opening.reason })
        return (work) => work()
      }
      exchange.again = async () => {
        const now = guard.open(target)
        if (now.kind === 'refuse' || (opening.kind === 'passthrough' && now.kind !== 'passthrough')) return false
        return opening.private !== true || now.private === true
      }
      if (opening.kind === 'passthrough') exchange.outcome = outcome
      underWay.add(exchange)
      socket.once('close', () => end(exchange))
      return (work) => current.run(exchange, work)
    },

    request: (socket, work) => {
      const exchange = begin(socket)
      socket.once('close', () => end(exchange))
      return current.run(exchange, work)
    },

    unreachable: (reason) => {
      const exchange = current.getStore()
      if (exchange !== undefined) exchange.reason = reason
    },

    recheck: async () => {
      round += 1
      await Promise.all(
        [...underWay].map(async (exchange) => {
          if (await exchange.again?.().catch(() => false)) return
          exchange.cut = true
          exchange.socket.destroy()
        }),
      )
    },

    close: () => void unsubscribe(REQUESTS, onRequest),
  }
}

const bytesOf = (socket: Duplex): Bytes => {
  const { bytesRead = 0, bytesWritten = 0 } = socket as Partial<Socket>
  return { up: bytesRead, down: bytesWritten }
}
