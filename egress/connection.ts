import { forbidsHost, isLive, namesHost } from './matching.ts'
import type { Policy, Tls } from './policy.ts'

/**
 * Whether a connection is looked into, which is settled before any request of it is seen. Pure.
 *
 * Guarantees: it is passed through only if the first entry in force for its host and port says so, and no `deny` is about any
 *   request to it: what isn't seen can't be denied.
 */
export const tlsOf = (
  policy: Policy,
  target: { /** Canonical. */ readonly host: string; readonly port: number },
  now: number,
): Tls =>
  policy.allow.find((rule) => namesHost(rule, target) && isLive(rule, now))?.tls === 'passthrough' &&
  !policy.deny.some((rule) => forbidsHost(rule, target))
    ? 'passthrough'
    : 'terminate'
