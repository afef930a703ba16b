import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * What the bundle needs of a proxy engine, and what an engine asks of the bundle. Pure.
 *
 * The engine enforces, the guard decides. An engine is right if it passes the suite in test/conformance/proxy/.
 */
export interface ProxyEngine {
  /** Resolves with the port, which is another one than asked for if that is 0. */
  listen(at: { readonly host: string; readonly port: number }): Promise<number>
  /** Serves a connection that came in elsewhere. */
  accept(socket: Socket): void
  /**
   * Asks the guard again about all that is under way, and cuts what it no longer allows: requests, tunnels, and ways to
   * private addresses. The rest goes on.
   */
  recheck(): Promise<void>
  /** Ends the connections, too. */
  close(): Promise<void>
}

export interface EngineSetting {
  /** Of the bottle, in PEM: servers are shown to the guest with certificates of this CA. */
  readonly ca: { readonly cert: string; readonly key: string }
  /** CAs of servers beside the public ones, in PEM. */
  readonly serverCas?: readonly string[]
  readonly guard: Guard
  /** Told of each request and each tunnel that is passed through: at once where it is refused, else when it has ended. */
  readonly ended?: (outcome: Outcome) => void
  /** Answers what is asked of the proxy itself: a path without a host. Absent: 404. */
  readonly local?: (request: IncomingMessage, response: ServerResponse) => void
}

export interface Outcome extends Target {
  /** CONNECT: a tunnel that was refused as such, or passed through. */
  readonly method: string
  readonly path: string
  /** Of the guard's answer, as it gave it. */
  readonly note: unknown
  /** Absent: it was let through. */
  readonly reason?: string
  /** It was under way when the guard no longer allowed it. */
  readonly cut: boolean
  /** Bytes on the client's connection meanwhile. */
  readonly up: number
  readonly down: number
  readonly ms: number
}

/** Each of these may throw, hang or answer nonsense: what comes of it is refused (`failClosed`). */
export interface Guard {
  /** What becomes of a CONNECT, before anything is answered. */
  open(target: Target): Opening
  /** Asked for each request that is seen, before a byte of it goes on. */
  decide(head: Head): Verdict | Promise<Verdict>
  /**
   * Asked once for each connection to a server, which then goes to one of the answer. Rejects with a `Refusal` where none may be
   * connected to.
   */
  resolve(target: Target): Promise<readonly string[]>
}

export interface Target {
  /** In `open` as the client wrote it, else canonical. */
  readonly host: string
  readonly port: number
}

export type Opening =
  /** Looked into; `decide` is asked for each request in it. */
  | (Way & { readonly kind: 'terminate' })
  /** Looked into, too; its first request may ask for a WebSocket to that host, which is canonical. */
  | (Way & { readonly kind: 'upgradable'; readonly host: string })
  /** Passed through once its first TLS record names that host, which is canonical. */
  | (Way & { readonly kind: 'passthrough'; readonly host: string })
  | { readonly kind: 'refuse'; readonly reason: string; readonly text: string; readonly note?: unknown }

interface Way {
  /** It may lead to a private address. */
  readonly private?: boolean
  /** Handed on to `ended`. */
  readonly note?: unknown
}

export interface Head extends Target {
  readonly scheme: 'http' | 'https'
  readonly method: string
  /** Path and query, as they will go on. */
  readonly path: string
  /** The client takes JSON. */
  readonly json: boolean
  /** It asks for an upgrade to WebSocket. */
  readonly websocket?: boolean
}

export type Verdict =
  | (Way & {
      readonly kind: 'allow'
      /** Headers for the server, in place of the client's in any spelling; never sent in clear. */
      readonly set: readonly (readonly [name: string, value: string])[]
    })
  | {
      readonly kind: 'deny'
      readonly status: number
      readonly reason: string
      readonly text: string
      readonly note?: unknown
    }

/** Why no address of a name may be connected to. */
export class Refusal extends Error {
  readonly reason: string

  constructor(reason: string, text: string) {
    super(text)
    this.name = 'Refusal'
    this.reason = reason
  }
}

/** Carries the reason of a denial in its answer. */
export const DENIED_HEADER = 'x-bottled-denied'
