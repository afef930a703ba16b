/**
 * What the bundle needs of a proxy engine, and what an engine asks of the bundle. Pure.
 *
 * The engine enforces, the guard decides. An engine is right if it passes the suite in test/conformance/proxy/.
 */
export interface ProxyEngine {
  /** Resolves with the port, which is another one than asked for if that is 0. */
  listen(at: { readonly host: string; readonly port: number }): Promise<number>
  /** Ends the connections, too. */
  close(): Promise<void>
}

export interface EngineSetting {
  /** Of the bottle, in PEM: servers are shown to the guest with certificates of this CA. */
  readonly ca: { readonly cert: string; readonly key: string }
  /** CAs of servers beside the public ones, in PEM. */
  readonly serverCas?: readonly string[]
  readonly guard: Guard
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
  | { readonly kind: 'terminate' }
  /** Passed through once its first TLS record names that host, which is canonical. */
  | { readonly kind: 'passthrough'; readonly host: string }
  | { readonly kind: 'refuse'; readonly reason: string; readonly text: string }

export interface Head extends Target {
  readonly scheme: 'http' | 'https'
  readonly method: string
  /** Path and query, as they will go on. */
  readonly path: string
  /** The client takes JSON. */
  readonly json: boolean
}

export type Verdict =
  | {
      readonly kind: 'allow'
      /** Headers for the server, in place of the client's in any spelling; never sent in clear. */
      readonly set: readonly (readonly [name: string, value: string])[]
    }
  | { readonly kind: 'deny'; readonly status: number; readonly reason: string; readonly text: string }

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
