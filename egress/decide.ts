import { tlsOf } from './connection.ts'
import { parseHost } from './host.ts'
import { literalOf } from './address/literal.ts'
import { factsOf, forbids, namesHost, obstaclesOf } from './matching.ts'
import type { Obstacle } from './matching.ts'
import type { Allowed, Decision, Policy, Refused, Request } from './policy.ts'

/**
 * Whether a request may leave, by which entry, and with which credential. Pure.
 *
 * Flow: literal address, no host name, `deny`, the first `allow` that matches, else what alone stood in the way.
 * Guarantees: never throws, whatever the strings; linear in them. What a `deny` matches is never allowed in mode `enforce`; one
 *   more `allow` never denies; the order counts only among entries that match. Mode `audit` lets everything through that has an
 *   address or a name, and says what `enforce` would have said.
 * Assumptions: `policy` comes from `compile`. The caller connects to `host` of the answer, to an address that was judged, and
 *   looks into the connection as `tls` says.
 */
export const decide = (policy: Policy, request: Request, now: number): Decision => {
  const decision = enforce(policy, request, now)
  return decision.allow || policy.mode === 'enforce' ? decision : audit(request, decision)
}

const enforce = (policy: Policy, request: Request, now: number): Decision => {
  const host = parseHost(request.host)
  if ('fault' in host) return { allow: false, reason: host.fault }
  const facts = factsOf({ ...request, host: host.name }, now)
  const denied = policy.deny.find((rule) => forbids(rule, facts))
  if (denied !== undefined) return { allow: false, reason: 'Denied', rule: denied.rule }
  let push = false
  let expired = false
  for (const rule of policy.allow) {
    if (!namesHost(rule, facts)) continue
    const obstacles = obstaclesOf(rule, facts)
    if (obstacles.length === 0) {
      const { credential, until } = rule
      return {
        allow: true,
        host: host.name,
        rule: rule.rule,
        ...(credential === undefined ? {} : { credential }),
        // An entry before it that passes through would have matched.
        tls: rule.tls === 'passthrough' ? tlsOf(policy, facts, now) : 'terminate',
        private: rule.private,
        ...(until === undefined ? {} : { until }),
      }
    }
    push ||= isOnly(obstacles, 'push')
    expired ||= isOnly(obstacles, 'until')
  }
  return { allow: false, reason: push ? 'PushNotAllowed' : expired ? 'Expired' : 'NotAllowed' }
}

const isOnly = (obstacles: readonly Obstacle[], one: Obstacle): boolean =>
  obstacles.length === 1 && obstacles[0] === one

const audit = (request: Request, refused: Refused): Allowed | Refused => {
  const host = parseHost(request.host)
  const target = 'name' in host ? host.name : literalOf(request.host)
  return target === undefined
    ? refused
    : { allow: true, host: target, tls: 'terminate', private: false, audit: refused }
}
