import { matchesHost, parsePattern } from '../../egress/host-pattern.ts'
import { parseRepositoryUrl } from '../../egress/git/url.ts'
import type { Policy as EgressPolicy } from '../../egress/policy.ts'
import type { ResolvedSpec } from '../../reconcilers/derive/resolve.ts'
import type { Path } from '../document/path.ts'
import { decided } from './finding.ts'
import type { Finding, Objection } from './finding.ts'
import type { Policy } from './policy.ts'

/**
 * That a restricted bottle declares what it may reach, and that no bottle declares more than the lists of the policy. Pure.
 *
 * Guarantees: a name that a list denies is in no entry that could lead to it, unless the bottle denies it, too; `audit` lets
 *   everything through, so it is more than any list.
 * Caveats: below `restricted` a bottle without `egress` has what its bundle image lets out, whatever the lists say.
 */
export const judgeEgress = (egress: ResolvedSpec['egress'], policy: Policy): readonly Finding[] => {
  const declared = judgeDeclared(egress?.written, policy)
  if (egress?.compiled.ok !== true) return declared
  const { policy: compiled } = egress.compiled
  return [
    ...declared,
    ...(egress.written.allow ?? []).map((_, index) => {
      const hosts = hostsOf(compiled, `allow[${index}]`)
      return judgeHosts(['spec', 'egress', 'allow', index, 'host'], { hosts, asked: hosts.join() }, compiled, policy)
    }),
    ...(egress.written.presets ?? []).map((name, index) => {
      const hosts = hostsOf(compiled, `presets.${name}[`)
      return judgeHosts(['spec', 'egress', 'presets', index], { hosts, asked: name }, compiled, policy)
    }),
  ]
}

/** The gate reaches hosts for the agent: the same lists hold. */
export const judgeRepositories = (repositories: ResolvedSpec['repositories'], policy: Policy): readonly Finding[] =>
  repositories.map(({ url }, index) => {
    const parsed = parseRepositoryUrl(url)
    const host = 'fault' in parsed ? '' : parsed.host
    const nothing: EgressPolicy = { version: 1, mode: 'enforce', allow: [], deny: [] }
    return judgeHosts(['spec', 'git', 'repositories', index, 'url'], { hosts: [host], asked: host }, nothing, policy)
  })

const judgeDeclared = (written: { readonly mode?: string } | undefined, policy: Policy): readonly Finding[] => {
  const { allow, deny } = policy.spec.egress ?? {}
  const isRestricted = policy.level === 'restricted'
  const hasLists = allow !== undefined || deny !== undefined
  if (!isRestricted && (written === undefined || !hasLists)) return []
  const mode = written?.mode ?? 'enforce'
  const objection: Objection =
    written === undefined
      ? {
          rule: 'egress/required',
          why: 'is missing: what the agent may reach is not declared',
          remedy: 'declare spec.egress, {} for nothing',
        }
      : mode === 'enforce'
        ? undefined
        : { rule: 'egress/mode', why: 'lets everything through', remedy: 'write mode: enforce' }
  return [
    decided(
      {
        field: objection?.rule === 'egress/mode' ? ['spec', 'egress', 'mode'] : ['spec', 'egress'],
        asked: written === undefined ? '' : mode,
      },
      objection,
      { policy, listed: { rule: 'egress/declared', list: 'the Bottle itself' } },
    ),
  ]
}

interface Asked {
  readonly hosts: readonly string[]
  readonly asked: string
}

const judgeHosts = (field: Path, { hosts, asked }: Asked, compiled: EgressPolicy, policy: Policy): Finding => {
  const { allow, deny = [] } = policy.spec.egress ?? {}
  const leads = patterns(deny).find((denied) => hosts.some((host) => leadsTo(host, denied, compiled)))
  const allowed = allow ?? (policy.level === 'restricted' ? [] : undefined)
  const more = hosts.filter((host) => allowed?.some((each) => covers(each, host)) === false)
  const objection: Objection =
    leads !== undefined
      ? {
          rule: 'egress/denied',
          why: `may lead to ${leads}, which spec.egress.deny of the policy names`,
          remedy: `deny it in the Bottle, too: - host: ${JSON.stringify(leads)}`,
        }
      : more.length > 0
        ? {
            rule: 'egress/not-listed',
            why: 'is more than spec.egress.allow of the policy names',
            remedy: `spec.egress.allow: ${JSON.stringify([...new Set(more)])}`,
          }
        : undefined
  return decided({ field, asked }, objection, {
    policy,
    ...(allow === undefined ? {} : { listed: { rule: 'egress/listed', list: 'spec.egress.allow' } }),
  })
}

/** `*.a.example` is covered by `*.example`; a list's names are written by a person. */
const covers = (listed: string, host: string): boolean => patterns([listed]).some((each) => matchesHost(each, host))

const patterns = (names: readonly string[]): readonly string[] =>
  names.map((name) => {
    const parsed = parsePattern(name)
    return 'name' in parsed ? parsed.name : name
  })

/** All of `denied`, or a name below it; not where the bottle itself denies all of it. */
const leadsTo = (host: string, denied: string, { deny }: EgressPolicy): boolean => {
  if (matchesHost(denied, host)) return true
  if (!matchesHost(host, denied)) return false
  return !deny.some(
    ({ host: own, ports, methods, paths }) =>
      ports === undefined && methods === undefined && paths === undefined && matchesHost(own, denied),
  )
}

const hostsOf = ({ allow }: EgressPolicy, rule: string): readonly string[] =>
  allow.filter((entry) => entry.rule.startsWith(rule)).map(({ host }) => host)
