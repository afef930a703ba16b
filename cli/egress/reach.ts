import { matchesHost } from '../../egress/host-pattern.ts'
import type { AllowRule, Credential, DenyRule, Policy } from '../../egress/policy.ts'

/**
 * What an edit of a policy adds to what may be reached, and what it takes away. Pure.
 *
 * Guarantees: entries are compared by what they mean: one that only moved, or that another entry covers, is no change. A wider
 *   entry shows as what it adds, a narrower one as what it takes away, by methods where they differ.
 * Caveats: paths are compared as texts. Where two entries cover a third only together, it shows as a change.
 */
export interface ReachChanges {
  /** undefined: no policy, so that the rules of the bundle image count. Empty: both have the same. */
  readonly mode: { readonly before: Policy['mode'] | undefined; readonly after: Policy['mode'] | undefined } | undefined
  readonly added: readonly AllowRule[]
  readonly removed: readonly AllowRule[]
  readonly denied: readonly DenyRule[]
  readonly undenied: readonly DenyRule[]
  readonly credentials: readonly CredentialChange[]
}

/** By names: no value is known here. */
export interface CredentialChange {
  readonly host: string
  readonly header: string
  readonly before: Credential | undefined
  readonly after: Credential | undefined
}

export const reachChanges = (before: Policy | undefined, after: Policy | undefined): ReachChanges => {
  const [old, now] = [before ?? NOTHING, after ?? NOTHING]
  return {
    mode: before?.mode === after?.mode ? undefined : { before: before?.mode, after: after?.mode },
    added: beyond(now.allow, old.allow),
    removed: beyond(old.allow, now.allow),
    denied: now.deny.filter((rule) => !old.deny.some((other) => coversTerms(other, rule))),
    undenied: old.deny.filter((rule) => !now.deny.some((other) => coversTerms(other, rule))),
    credentials: credentialChanges(old, now),
  }
}

export const hasReachChanges = ({ mode, ...lists }: ReachChanges): boolean =>
  mode !== undefined || Object.values(lists).some((list) => list.length > 0)

const NOTHING: Policy = { version: 1, mode: 'enforce', allow: [], deny: [] }

/** What of `rules` none of `others` allows. */
const beyond = (rules: readonly AllowRule[], others: readonly AllowRule[]): readonly AllowRule[] =>
  rules.flatMap((rule) => {
    const isCovered = (part: AllowRule): boolean => others.some((other) => covers(other, part))
    if (isCovered(rule)) return []
    if (rule.methods === undefined) return [rule]
    const methods = rule.methods.filter((method) => !isCovered({ ...rule, methods: [method] }))
    return methods.length === 0 ? [] : [{ ...rule, methods }]
  })

/** Whether all that `narrow` allows, `wide` allows as well. */
export const covers = (wide: AllowRule, narrow: AllowRule): boolean =>
  coversTerms(wide, narrow) &&
  wide.websocket === narrow.websocket &&
  (wide.tls === narrow.tls || wide.tls === 'passthrough') &&
  (wide.push || !narrow.push) &&
  (wide.private || !narrow.private) &&
  (wide.until === undefined || (narrow.until !== undefined && wide.until >= narrow.until))

/** The same of host, ports, methods and paths; absent lists mean all. */
export const coversTerms = (wide: DenyRule, narrow: DenyRule): boolean =>
  coversHost(wide.host, narrow.host) &&
  includes(wide.ports, narrow.ports) &&
  includes(wide.methods, narrow.methods) &&
  includes(wide.paths, narrow.paths)

const coversHost = (wide: string, narrow: string): boolean =>
  wide === narrow || matchesHost(wide, narrow.startsWith('*.') ? `x.${narrow.slice(2)}` : narrow)

/** Absent means all. */
const includes = <Item>(wide: readonly Item[] | undefined, narrow: readonly Item[] | undefined): boolean =>
  wide === undefined || (narrow !== undefined && narrow.every((each) => wide.includes(each)))

const credentialChanges = (before: Policy, after: Policy): readonly CredentialChange[] => {
  const [old, now] = [credentialsOf(before), credentialsOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)]
    const { host = '', header = '' } = is ?? was ?? {}
    return was?.credential.secret === is?.credential.secret && was?.credential.format === is?.credential.format
      ? []
      : [{ host, header, before: was?.credential, after: is?.credential }]
  })
}

interface Placed {
  readonly host: string
  readonly header: string
  readonly credential: Credential
}

/** Of entries about the same, the first counts. */
const credentialsOf = ({ allow }: Policy): ReadonlyMap<string, Placed> => {
  const found = new Map<string, Placed>()
  for (const { credential, host, ports, methods, paths } of allow) {
    if (credential === undefined) continue
    const header = credential.header.toLowerCase()
    const key = JSON.stringify([host, header, ports, methods, paths])
    if (!found.has(key)) found.set(key, { host, header: credential.header, credential })
  }
  return found
}
