/**
 * The words of an egress decision. Pure.
 *
 * A policy is what a person wrote, presets filled in and every default spelt out: plain JSON, equal where the meaning is equal.
 */
export interface Policy {
  readonly version: 1
  readonly mode: 'enforce' | 'audit'
  /** In the order in which they are asked. */
  readonly allow: readonly AllowRule[]
  readonly deny: readonly DenyRule[]
}

export interface AllowRule {
  /** Where it stands: `allow[0]`, `presets.npm[0]`. */
  readonly rule: string
  /** A canonical name, or `*.` and one. */
  readonly host: string
  readonly ports: readonly number[]
  /** Absent: all. */
  readonly methods?: readonly string[]
  /** Globs over the decoded path. Absent: all. */
  readonly paths?: readonly string[]
  readonly credential?: Credential
  readonly push: boolean
  readonly tls: Tls
  readonly websocket: boolean
  readonly private: boolean
  /** ISO 8601 UTC; void from then on. */
  readonly until?: string
}

export interface DenyRule {
  readonly rule: string
  readonly host: string
  /** Absent: all; so are methods and paths. */
  readonly ports?: readonly number[]
  readonly methods?: readonly string[]
  readonly paths?: readonly string[]
}

export interface Credential {
  /** Its name, never its value. */
  readonly secret: string
  readonly header: string
  /** `{}` is the value. */
  readonly format: string
}

/** Whether a connection is looked into. */
export type Tls = 'terminate' | 'passthrough'

/** As the client sent it: nothing is decoded, nothing trusted. */
export interface Request {
  readonly host: string
  readonly port: number
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** It asks for an upgrade to WebSocket. */
  readonly websocket?: boolean
}

export type Reason = 'AddressLiteral' | 'BadHost' | 'Denied' | 'PushNotAllowed' | 'Expired' | 'NotAllowed'

export type Decision = Allowed | Refused

export interface Allowed {
  readonly allow: true
  /** Canonical: the one to connect to, and no other spelling of it. */
  readonly host: string
  /** Absent: only `audit` lets it through. */
  readonly rule?: string
  readonly credential?: Credential
  readonly tls: Tls
  /** It may resolve to a private address. */
  readonly private: boolean
  /** ISO 8601 UTC: what is still open must be cut then. */
  readonly until?: string
  /** Let through by mode `audit`: what `enforce` would say. */
  readonly audit?: Refused
}

export interface Refused {
  readonly allow: false
  readonly reason: Reason
  /** The `deny` that matched. */
  readonly rule?: string
}
