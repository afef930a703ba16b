import { forbidsHost, isLive, namesHost } from './matching.ts'
import type { Policy, Tls } from './policy.ts'

/**
 * Whether a connection is looked into, which is settled before any request of it is seen. Pure.
 *
 * Guarantees: it is passed through only if the first entry in force for its host and port says so, and no `deny` is about any
 *   request to it: what isn't seen can't be denied.
 */
export const tlsOf = (policy: Policy, target: ConnectionTarget, now: number): Tls =>
  policy.allow.find((rule) => namesHost(rule, target) && isLive(rule, now))?.tls === 'passthrough' &&
  !policy.deny.some((rule) => forbidsHost(rule, target))
    ? 'passthrough'
    : 'terminate'

export interface ConnectionTarget {
  /** Canonical. */
  readonly host: string
  readonly port: number
}

/**
 * Whether a connection may go to a private address: several requests may share it, so only if each entry in force for its host
 * and port says so.
 */
export const mayBePrivate = (policy: Policy, target: ConnectionTarget, now: number): boolean => {
  const rules = policy.allow.filter((rule) => namesHost(rule, target) && isLive(rule, now))
  return rules.length > 0 && rules.every((rule) => rule.private)
}

/** Whether a request for a WebSocket is to be expected in it: an entry in force for its host and port is for these, or all is let through. */
export const mayUpgrade = (policy: Policy, target: ConnectionTarget, now: number): boolean =>
  policy.mode === 'audit' || policy.allow.some((rule) => rule.websocket && namesHost(rule, target) && isLive(rule, now))
