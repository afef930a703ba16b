import { clean } from '../../egress/asks/clean.ts'
import type { Policy } from '../../egress/policy.ts'

/** What is told of the policy in force. Pure. No value of a secret is known here. */
export interface TellsPolicy {
  policy(): Policy | undefined
  denials(): readonly { readonly host: string; readonly reason: string; readonly count: number }[]
  /** Names of those that the git gate serves. */
  repositories(): readonly string[]
}

/** For the tool `policy`. */
export const policyText = (parts: TellsPolicy, now: number): object => {
  const policy = parts.policy()
  if (policy === undefined)
    return {
      mode: 'none',
      message: 'no egress policy is loaded: nothing may leave. request_egress asks a person for a host',
      repositories: parts.repositories(),
    }
  const allow = policy.allow.filter(({ until }) => until === undefined || Date.parse(until) > now)
  return {
    mode: policy.mode,
    allow: allow.map(({ host, ports, methods, paths, push, tls, until, credential }) => ({
      host,
      ports,
      ...(methods === undefined ? {} : { methods }),
      ...(paths === undefined ? {} : { paths }),
      ...(push ? { push } : {}),
      ...(tls === 'passthrough' ? { tls } : {}),
      ...(until === undefined ? {} : { until }),
      ...(credential === undefined ? {} : { secret: credential.secret }),
    })),
    deny: policy.deny.map(({ host, ports, methods, paths }) => ({ host, ports, methods, paths })),
    secrets: secretsOf(policy),
    repositories: parts.repositories(),
    denials: parts.denials(),
    message: 'what is not in allow is denied; request_egress asks a person for more',
  }
}

/** For an agent that has just connected, so that it needn't guess. */
export const instructions = (parts: TellsPolicy, now: number): string => {
  const policy = parts.policy()
  const hosts = [
    ...new Set(
      (policy?.allow ?? [])
        .filter(({ until }) => until === undefined || Date.parse(until) > now)
        .map(({ host }) => host),
    ),
  ]
  const more = hosts.length > MOST_HOSTS ? ` and ${hosts.length - MOST_HOSTS} more (tool policy)` : ''
  const reach =
    hosts.length === 0
      ? 'No host may be reached from here.'
      : `Reachable: ${hosts.slice(0, MOST_HOSTS).join(', ')}${more}.`
  const secrets = secretsOf(policy)
  return clean(
    [
      'You are in a sandbox; what leaves it goes through a proxy with an allow list.',
      reach,
      secrets.length === 0 ? '' : `Put in on the way, so that you need no value: ${secrets.join(', ')}.`,
      'A 403 with x-bottled-denied is a decision, no fault of the network: ask by request_egress and check, and do something else meanwhile.',
      'A person decides; no answer means no.',
    ].join(' '),
  )
}

const MOST_HOSTS = 30

const secretsOf = (policy: Policy | undefined): readonly string[] => [
  ...new Set((policy?.allow ?? []).flatMap(({ credential }) => credential?.secret ?? [])),
]
