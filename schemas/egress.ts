/** Generated from egress*.schema.json and presets/ by `npm run schemas`; do not edit. */

/**
 * What an agent may reach on the network.
 */
export interface EgressPolicy {
  /**
   * enforce denies what nothing allows; audit lets everything through and records what enforce would deny.
   */
  readonly mode?: 'enforce' | 'audit'
  /**
   * Names of presets, whose entries come after those of allow.
   */
  readonly presets?: readonly string[]
  /**
   * What may be reached; the first entry that matches gives the answer and its credential.
   */
  readonly allow?: readonly EgressAllow[]
  /**
   * What may never be reached, whatever allows it.
   */
  readonly deny?: readonly EgressDeny[]
}
/**
 * One thing that may be reached.
 */
export interface EgressAllow {
  /**
   * A name, or *.name for one or more labels before it, not itself.
   */
  readonly host: string
  /**
   * TCP ports; 443 by default.
   */
  readonly ports?: readonly number[]
  /**
   * Methods, in upper case; all by default.
   */
  readonly methods?: readonly string[]
  /**
   * Globs over the whole path without the query: * within a segment, ** across; all by default.
   */
  readonly paths?: readonly string[]
  readonly credential?: EgressCredential
  /**
   * True lets git push over this entry.
   */
  readonly push?: boolean
  /**
   * terminate looks into the connection; passthrough doesn't, so that methods, paths and credential mean nothing.
   */
  readonly tls?: 'terminate' | 'passthrough'
  /**
   * True allows WebSocket upgrades, and only these.
   */
  readonly websocket?: boolean
  /**
   * True lets the name resolve to a private address.
   */
  readonly private?: boolean
  /**
   * The entry is void from then on, RFC 3339.
   */
  readonly until?: string
}
/**
 * A secret that is put into the request on its way out; the agent never has it.
 */
export interface EgressCredential {
  /**
   * Name of the secret.
   */
  readonly secret: string
  /**
   * Header that carries it.
   */
  readonly header: string
  /**
   * Value of the header; {} is the secret.
   */
  readonly format?: string
}
/**
 * One thing that may never be reached.
 */
export interface EgressDeny {
  /**
   * A name, or *.name for one or more labels before it, not itself.
   */
  readonly host: string
  /**
   * TCP ports; all by default.
   */
  readonly ports?: readonly number[]
  /**
   * Methods, in upper case; all by default.
   */
  readonly methods?: readonly string[]
  /**
   * Globs over the whole path without the query: * within a segment, ** across; all by default.
   */
  readonly paths?: readonly string[]
}
/**
 * Entries that a policy takes in by name.
 */
export interface EgressPreset {
  /**
   * Name of the preset.
   */
  readonly name: string
  /**
   * Raised at each change of what the preset allows.
   */
  readonly version: number
  /**
   * What it allows, in one sentence.
   */
  readonly description: string
  /**
   * What may be reached; the first entry that matches gives the answer and its credential.
   */
  readonly allow: readonly EgressAllow[]
}
/**
 * Unit tests of an egress policy, for bottlectl egress test.
 */
export interface EgressCases {
  /**
   * When the cases are decided, RFC 3339; now by default.
   */
  readonly now?: string
  readonly policy?: EgressPolicy
  /**
   * In place of policy: a file with the Bottle whose policy is tested, from the folder of this file.
   */
  readonly bottle?: string
  /**
   * Requests, and what must be decided.
   */
  readonly cases: readonly EgressCase[]
}
/**
 * One request and its decision.
 */
export interface EgressCase {
  readonly request: EgressCaseRequest
  readonly decision: EgressCaseDecision
}
/**
 * A request as the proxy sees it.
 */
export interface EgressCaseRequest {
  /**
   * Host, as the client writes it.
   */
  readonly host: string
  /**
   * TCP port.
   */
  readonly port: number
  /**
   * Method.
   */
  readonly method: string
  /**
   * Path and query.
   */
  readonly path: string
  /**
   * True for a WebSocket upgrade.
   */
  readonly websocket?: boolean
}
/**
 * What must be decided; what is left out is not compared.
 */
export interface EgressCaseDecision {
  /**
   * Whether it is let through.
   */
  readonly allow: boolean
  /**
   * The entry that decides, like allow[0], deny[1] or presets.npm[0].
   */
  readonly rule?: string
  /**
   * Why it is denied.
   */
  readonly reason?: 'AddressLiteral' | 'BadHost' | 'Denied' | 'NotAllowed' | 'PushNotAllowed' | 'Expired'
  /**
   * Name of the secret that is put in; compared where rule is given, too.
   */
  readonly credential?: string
}
