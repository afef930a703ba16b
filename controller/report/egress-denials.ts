import type { BottleRecord, Denial, Port, ProbeResult, Probes } from '../../drivers/ports.ts'
import { bundleIpOf } from '../../reconcilers/derive/cidr.ts'
import type { Announcer } from './announcer.ts'
import { createSpamFilter } from './spam-filter.ts'

/**
 * Makes events of what bundles say that they denied. It comes with the answer of a probe, so that it costs no call.
 *
 * Flow: a probe is answered → each host and reason with another count than last time → one event `EgressDenied`.
 * Guarantees: an agent chooses the hosts, and can neither flood the log with them nor displace other events of its bottle.
 * Caveats: up to a resync late; what was denied while no controller ran is reported if it was within ten minutes.
 */
export interface DenialParts {
  readonly all: () => readonly BottleRecord[]
  readonly denied: Announcer['denied']
  readonly now: () => number
}

export const reportDenials = (probes: Probes, { all, denied, now }: DenialParts): Probes => {
  /** By address: counts by host and reason. */
  const told = new Map<string, ReadonlyMap<string, number>>()
  const spam = createSpamFilter({ burst: BURST, refillMs: REFILL_MS })

  const report = (ip: string, denials: readonly Denial[]): void => {
    const before = told.get(ip)
    const news = denials.filter((denial) => before?.get(keyOf(denial)) !== denial.count)
    told.set(ip, new Map(denials.map((denial) => [keyOf(denial), denial.count])))
    if (news.length === 0) return
    const record = all().find(({ subnet }) => subnet !== undefined && bundleIpOf(subnet) === ip)
    if (record === undefined) return
    for (const { host, reason } of news) if (spam.admits(record.uid, now())) denied(record, host, reason)
  }

  const note = (ip: string, port: Port, result: ProbeResult | undefined): void => {
    if (port !== 'proxy' || result?.ok !== true) return
    if (result.denials !== undefined) report(ip, result.denials)
    else told.delete(ip)
  }

  return {
    ask: async (request, signal) => {
      const result = await probes.ask(request, signal)
      note(request.ip, request.port, result)
      return result
    },
    askInside: async (request, signal) => {
      const results = await probes.askInside(request, signal)
      for (const [at, port] of request.ports.entries()) note(request.ip, port, results[at])
      return results
    },
  }
}

/** Then one per five minutes. */
const BURST = 10
const REFILL_MS = 5 * 60_000

const keyOf = ({ host, reason }: Denial): string => `${reason} ${host}`
