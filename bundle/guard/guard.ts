import { judgeAddresses } from '../../egress/address/address.ts'
import { mayBePrivate, mayUpgrade, tlsOf } from '../../egress/connection.ts'
import { decide } from '../../egress/decide.ts'
import type { Repository } from '../../egress/git/repository.ts'
import { servedBy } from '../../egress/git/served.ts'
import { parseHost } from '../../egress/host.ts'
import type { Decision, Policy } from '../../egress/policy.ts'
import { Refusal } from '../engine/port.ts'
import type { Guard, Head, Target, Verdict } from '../engine/port.ts'
import { denialText } from './denial-text.ts'

/**
 * The bottle's policy as the guard of a proxy engine. Pure but for what it is given.
 *
 * Guarantees: without a policy everything is denied; a credential goes only where the decision puts it, never over plain HTTP;
 *   a name is looked up once, and each of its addresses judged. `note` of each answer is the decision.
 */
export interface GuardSetting {
  /** In force now; undefined: none is loaded. */
  policy(): Policy | undefined
  /** What the git gate serves. */
  repositories?(): readonly Repository[]
  /** The value of a secret; undefined: it isn't here. */
  secret(name: string): string | undefined
  /** CIDRs that must not be reached: the bottle's network, this container's own addresses. */
  own(): readonly string[]
  lookUp(host: string): Promise<readonly string[]>
  now(): number
  /** There is a supervise server beside it, where the agent can ask. */
  readonly supervised?: boolean
}

export const createGuard = ({ supervised = false, ...setting }: GuardSetting): Guard => ({
  open: ({ host, port }) => {
    const policy = setting.policy()
    // Denied inside the connection, where clients show why.
    if (policy === undefined) return { kind: 'terminate' }
    const name = parseHost(host)
    if ('fault' in name) {
      const request = { host, port, method: 'CONNECT', path: '' }
      const decision = decide(policy, request, setting.now())
      if (decision.allow) return { kind: 'terminate' }
      return {
        kind: 'refuse',
        note: decision,
        reason: decision.reason,
        text: denialText(policy, { request, decision, now: setting.now(), supervised }),
      }
    }
    const target = { host: name.name, port }
    const way = wayTo(policy, target, setting.now())
    if (tlsOf(policy, target, setting.now()) === 'terminate')
      return mayUpgrade(policy, target, setting.now())
        ? { kind: 'upgradable', host: name.name, ...way }
        : { kind: 'terminate', ...way }
    const note = decide(policy, { ...target, method: 'CONNECT', path: '' }, setting.now())
    return { kind: 'passthrough', host: name.name, ...way, note }
  },

  decide: (head) => {
    const policy = setting.policy()
    if (policy === undefined) return denied(head, { status: 503, reason: 'PolicyNotLoaded', text: NO_POLICY })
    const now = setting.now()
    const { host, port, method, path, scheme, websocket = false } = head
    const request = { host, port, method, path, websocket }
    const decision = decide(policy, request, now)
    if (!decision.allow)
      return denied(head, {
        note: decision,
        status: 403,
        reason: decision.reason,
        text: denialText(policy, {
          request,
          decision,
          now,
          supervised,
          served: servedBy(setting.repositories?.() ?? [], request),
        }),
      })
    const { credential } = decision
    if (scheme === 'http' && (port === 443 || credential !== undefined))
      return denied(head, {
        note: decision,
        status: 403,
        reason: 'NotAllowed',
        text: `${host} is only to be asked by https.`,
      })
    const allowed = { kind: 'allow', ...wayTo(policy, { host: decision.host, port }, now), note: decision } as const
    if (credential === undefined) return { ...allowed, set: [] }
    const value = setting.secret(credential.secret)
    if (value === undefined || !FIELD_VALUE.test(value))
      return denied(head, {
        note: decision,
        status: 503,
        reason: 'CredentialUnavailable',
        text: `The secret ${credential.secret}, which this request is to carry, is not here${value === undefined ? '' : ' as a header can carry it'}.`,
      })
    return { ...allowed, set: [[credential.header, credential.format.replace('{}', () => value)]] }
  },

  resolve: async (target: Target) => {
    const policy = setting.policy()
    if (policy === undefined) throw new Refusal('PolicyNotLoaded', NO_POLICY)
    const addresses = await setting.lookUp(target.host)
    const { usable, refused } = judgeAddresses({
      addresses,
      own: setting.own(),
      private: mayBePrivate(policy, target, setting.now()),
    })
    if (usable.length > 0) return usable
    const [first] = refused
    // The class of the address, never the address: an agent maps networks with these.
    throw first === undefined
      ? new Refusal('Unresolved', `${target.host} has no address.`)
      : new Refusal(
          'AddressForbidden',
          `${target.host} may not be connected to, as ${first.why}.${first.private ? ' An entry with private: true would allow it.' : ''}`,
        )
  },
})

const NO_POLICY = 'No egress policy is loaded, so that nothing may leave.'
/** What a header can carry (RFC 9110), without blanks around it. */
const FIELD_VALUE = /^[!-~\x80-\xFF](?:[\t -~\x80-\xFF]*[!-~\x80-\xFF])?$/

const denied = (
  { json }: Head,
  {
    text,
    ...answer
  }: { readonly status: number; readonly reason: string; readonly text: string; readonly note?: Decision },
): Verdict => ({ kind: 'deny', ...answer, text: json ? JSON.stringify({ error: text }) : text })

const wayTo = (policy: Policy, target: Target, now: number): { readonly private?: true } =>
  mayBePrivate(policy, target, now) ? { private: true } : {}
