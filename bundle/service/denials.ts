import type { Outcome } from '../engine/port.ts'
import { shown } from '../../egress/shown.ts'

/**
 * What was denied lately, by host and reason, as /health tells it: the controller makes events of it.
 *
 * Guarantees: at most 20 hosts with their reasons, of the last ten minutes; the ones denied last stay.
 * Caveats: the guest chooses the hosts, and may read this, too.
 */
export interface Denials {
  note(outcome: Pick<Outcome, 'host' | 'reason'>): void
  /** Oldest first. */
  list(): readonly Denial[]
}

export interface Denial {
  readonly host: string
  readonly reason: string
  /** Requests since the first one that is still remembered. */
  readonly count: number
}

export const createDenials = (now: () => number): Denials => {
  /** By the last one, which moves to the end. */
  const seen = new Map<string, Denial & { readonly atMs: number }>()
  const forgetOld = (): void => {
    for (const [key, { atMs }] of seen) {
      if (seen.size <= MOST && now() - atMs <= REMEMBERED_MS) break
      seen.delete(key)
    }
  }
  return {
    note: ({ host: told, reason }) => {
      if (reason === undefined || !OF_THE_POLICY.has(reason)) return
      const host = shown(told)
      const key = `${reason} ${host}`
      const count = (seen.get(key)?.count ?? 0) + 1
      seen.delete(key)
      seen.set(key, { host, reason, count, atMs: now() })
      forgetOld()
    },
    list: () => {
      forgetOld()
      return [...seen.values()].map(({ host, reason, count }) => ({ host, reason, count }))
    },
  }
}

const MOST = 20
const REMEMBERED_MS = 10 * 60_000
/** What the file says, other than what failed: an upstream that is down is no denial. */
const OF_THE_POLICY: ReadonlySet<string> = new Set([
  'AddressForbidden',
  'AddressLiteral',
  'BadHost',
  'CredentialUnavailable',
  'Denied',
  'Expired',
  'NotAllowed',
  'PushNotAllowed',
])
