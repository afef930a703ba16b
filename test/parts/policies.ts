import { judgePolicy } from '../../controller/policy/judge-policy.ts'
import type { Question } from '../../controller/policy/judge-policy.ts'
import type { Finding } from '../../controller/policy/finding.ts'
import type { PolicySource } from '../../controller/policy/policy-keeper.ts'
import { BUILT_IN } from '../../controller/policy/policy.ts'
import type { Policy } from '../../controller/policy/policy.ts'
import type { PolicyCheck } from '../../controller/pass/policy-check.ts'
import type { HostPlaces, LookAtPath, LookedAt } from '../../drivers/host-facts.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import { usedPaths } from '../../reconcilers/derive/used-paths.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import type { BottlePolicySpec } from '../../schemas/policy.ts'

/** A machine with two users, as its policy sees it. */
export const places: HostPlaces = {
  home: '/home/u',
  homes: ['/home/u', '/home/v', '/root', '/var/www', '/', '/srv/people/w'],
  systemFolders: ['/etc', '/proc', '/sys', '/dev', '/boot', '/run', '/var/run'],
  sockets: [
    { path: '/var/run/docker.sock', what: "Docker's socket" },
    { path: '/run/docker.sock', what: "Docker's socket" },
    { path: '/opt/cache/smolvm', what: "smolvm's folder" },
    { path: '/tmp/ssh-1/agent.2', what: "the ssh-agent's socket" },
  ],
}

export const policyOf = (spec: BottlePolicySpec): Policy => ({
  level: spec.level ?? 'baseline',
  spec,
  file: '/etc/bottled/policy.yaml',
  sha256: JSON.stringify(spec),
})

/** Judged as a file in /home/u/bottles; paths are what they seem, but for `looked`. It declares an egress of nothing. */
export const judged = (
  policy: BottlePolicySpec,
  spec: Partial<BottleSpec>,
  {
    looked = {},
    ...rest
  }: Partial<Omit<Question, 'looked' | 'spec'>> & { readonly looked?: Readonly<Record<string, LookedAt>> } = {},
): readonly Finding[] => {
  const resolved = resolveSpec({ agent: 'claude', egress: {}, ...spec }, '/home/u/bottles')
  return judgePolicy(policyOf(policy), {
    spec: resolved,
    looked: new Map(
      usedPaths(resolved).map(({ path }) => [path, looked[path] ?? { canonical: path, kind: 'folder' as const }]),
    ),
    places,
    pools: [],
    bottles: { others: 0, exists: false },
    ...rest,
  })
}

export const rulesOf = (findings: readonly Finding[], verdict: Finding['verdict'] = 'forbidden'): readonly string[] =>
  findings.filter((each) => each.verdict === verdict).map(({ rule }) => rule)

/** For a controller: paths are what they seem. `change` is what the next look at the policy finds. */
export const policySource = (
  spec: BottlePolicySpec = {},
  look: LookAtPath = async (path) => ({ canonical: path, kind: 'folder' }),
) => {
  let now: Policy | Error = Object.keys(spec).length === 0 ? BUILT_IN : policyOf(spec)
  const source: PolicySource = {
    policy: now,
    places,
    look,
    reload: async () => {
      if (now instanceof Error) throw now
      return { policy: now, places }
    },
  }
  return {
    ...source,
    change: (next: BottlePolicySpec | Error) => (now = next instanceof Error ? next : policyOf(next)),
  }
}

/** A check that allows everything. */
export const allowsAll: PolicyCheck = {
  ofDocument: async () => undefined,
  ofRecord: async () => undefined,
  ofChange: async () => undefined,
  ofStart: async () => undefined,
}
