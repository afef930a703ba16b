import { isDeepStrictEqual } from 'node:util'
import { isRecord, parseJson } from '../../json.ts'
import { RESOLVER, TABLE } from './rules.ts'
import { CHAINS, kindOf, strangeIn } from './strange.ts'
import type { Row } from './strange.ts'

/**
 * What the rules of a network namespace let out, read from `nft -j list ruleset`. Pure.
 *
 * Guarantees: only what is understood as a whole narrows anything; a table, a chain, a statement, a priority or a flag that isn't
 *   known makes it everything. Docker's own table of addresses is let pass as long as it comes before ours: a packet is judged by
 *   where it goes then.
 * Assumptions: a packet that one chain drops is dropped, whatever others say of it (nf_tables). Rules of iptables-legacy don't show
 *   here; they can drop, too, and change addresses before ours.
 */
export interface Judged {
  readonly allowedCidrs: readonly string[]
  /** Ascending. */
  readonly ports: readonly number[]
  /** Packets that were refused since the rules were loaded. */
  readonly refused: number
  /** What isn't understood, in words; undefined: everything is. */
  readonly why: string | undefined
}

export const EVERYTHING = '0.0.0.0/0'

export const judgeRules = (listing: string): Judged => {
  const value = parseJson(listing)
  const items = isRecord(value) ? value['nftables'] : undefined
  if (!Array.isArray(items)) return everything('the listing is not one of nft')
  const rows = items.map(kindOf)
  const strange = rows.flatMap((row) => (typeof row === 'string' ? row : (strangeIn(row) ?? [])))[0]
  if (strange !== undefined) return everything(strange)
  const known = rows.filter((row) => typeof row !== 'string')
  const rulesOf = (chain: string): readonly Row[] =>
    known.flatMap(({ kind, of }) =>
      kind === 'rule' && of['table'] === TABLE && of['chain'] === chain ? [of as Row] : [],
    )
  for (const [name, hook] of Object.entries(CHAINS)) {
    const chains = known.filter(({ kind, of }) => kind === 'chain' && of['table'] === TABLE && of['name'] === name)
    if (chains.length !== 1 || !isBase(chains[0]?.of ?? {}, hook)) return everything(`chain ${name} is not as it was`)
  }
  const ways = judgeOut(rulesOf('out'))
  if (typeof ways === 'string') return everything(ways)
  const back = rulesOf('in').map(({ expr }) => wayIn(expr))
  if (back.includes(undefined)) return everything('chain in has a rule that is not known')
  if (rulesOf('through').length > 0) return everything('chain through has a rule')
  return ways
}

const everything = (why: string): Judged => ({ allowedCidrs: [EVERYTHING], ports: [], refused: 0, why })

const isBase = (chain: Row, hook: string): boolean => {
  const { family: _, table: __, name: ___, handle: ____, ...rest } = chain
  return isDeepStrictEqual({ ...rest }, { type: 'filter', hook, prio: 0, policy: 'drop' })
}

/** In order: the loopback device may only be accepted behind the refusal of the resolver. */
const judgeOut = (rules: readonly Row[]): Judged | string => {
  let resolver = false
  let refused = 0
  const ips = new Set<string>()
  const ports = new Set<number>()
  for (const { expr } of rules) {
    const { parts, packets } = withoutCounter(expr)
    refused += packets
    if (isRefusal(parts)) resolver ||= !parts.some(isOfTcp)
    else if (isDeepStrictEqual(parts, LOOPBACK_OUT)) {
      if (!resolver) return 'the resolver of the Engine is reached'
    } else {
      const way = wayTo(parts)
      if (way === undefined) return 'chain out has a rule that is not known'
      ips.add(way.ip)
      for (const port of way.ports) ports.add(port)
    }
  }
  return {
    allowedCidrs: [...ips].map((each) => `${each}/32`).toSorted(),
    ports: [...ports].toSorted((a, b) => a - b),
    refused,
    why: undefined,
  }
}

const device = (key: string) => ({ match: { op: '==', left: { meta: { key } }, right: 'lo' } })
const ip = (field: string, right: string) => ({
  match: { op: '==', left: { payload: { protocol: 'ip', field } }, right },
})
const ACCEPT = { accept: null }
const LOOPBACK_OUT = [device('oif'), ACCEPT]
const LOOPBACK_IN = [device('iif'), ACCEPT]
const ESTABLISHED = { match: { op: 'in', left: { ct: { key: 'state' } }, right: 'established' } }

/** Of everything, of the resolver, or of TCP of them: another one isn't ours. */
const isRefusal = (parts: readonly unknown[]): boolean => {
  const end = parts.at(-1)
  const others = parts.slice(0, -1).filter((part) => !isOfTcp(part))
  const of = isDeepStrictEqual(others, [ip('daddr', RESOLVER)]) || others.length === 0
  return of && isRecord(end) && ('reject' in end || 'drop' in end)
}

/** Named where the image has /etc/protocols. */
const isOfTcp = (part: unknown): boolean =>
  [6, 'tcp'].some((right) =>
    isDeepStrictEqual(part, { match: { op: '==', left: { meta: { key: 'l4proto' } }, right } }),
  )

const withoutCounter = (expr: unknown): { readonly parts: readonly unknown[]; readonly packets: number } => {
  const all: readonly unknown[] = Array.isArray(expr) ? expr : [expr]
  const counters = all.flatMap((part) => (isRecord(part) && isRecord(part['counter']) ? [part['counter']] : []))
  const packets = counters.reduce((sum, { packets: each }) => sum + (typeof each === 'number' ? each : 0), 0)
  return { parts: all.filter((part) => !(isRecord(part) && 'counter' in part)), packets }
}

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/

/** `ip daddr A tcp dport P accept`. */
const wayTo = (parts: readonly unknown[]): { readonly ip: string; readonly ports: readonly number[] } | undefined => {
  const [to, at, ...verdict] = parts
  const address = rightOf(to)
  const ports = portsOf(at, 'dport')
  if (typeof address !== 'string' || !IPV4.test(address) || ports === undefined) return undefined
  if (!isDeepStrictEqual(to, ip('daddr', address)) || !isDeepStrictEqual(verdict, [ACCEPT])) return undefined
  return { ip: address, ports }
}

/** `ip saddr A tcp sport P ct state established accept`, or the loopback device. */
const wayIn = (expr: unknown): true | undefined => {
  const { parts } = withoutCounter(expr)
  if (isDeepStrictEqual(parts, LOOPBACK_IN)) return true
  const [from, at, ...verdict] = parts
  const address = rightOf(from)
  const isKnown =
    typeof address === 'string' &&
    isDeepStrictEqual(from, ip('saddr', address)) &&
    portsOf(at, 'sport') !== undefined &&
    isDeepStrictEqual(verdict, [ESTABLISHED, ACCEPT])
  return isKnown ? true : undefined
}

const rightOf = (part: unknown): unknown =>
  isRecord(part) && isRecord(part['match']) ? part['match']['right'] : undefined

const portsOf = (part: unknown, field: string): readonly number[] | undefined => {
  const right = rightOf(part)
  if (!isDeepStrictEqual(part, { match: { op: '==', left: { payload: { protocol: 'tcp', field } }, right } }))
    return undefined
  const list: readonly unknown[] = isRecord(right) && Array.isArray(right['set']) ? right['set'] : [right]
  return list.every((port) => typeof port === 'number') ? list : undefined
}
