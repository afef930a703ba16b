import type { EgressAllow, EgressDeny, EgressPolicy, EgressPreset } from '../schemas/egress.ts'
import { policyFaults } from './faults.ts'
import type { PolicyFault } from './faults.ts'
import { hashOf } from './hash.ts'
import { parsePattern } from './host-pattern.ts'
import { parsePathGlob } from './path-glob.ts'
import type { AllowRule, DenyRule, Policy } from './policy.ts'
import { parseTime } from './time.ts'

/**
 * What a person wrote → the policy that is decided by, and its hash. Pure.
 *
 * Guarantees: presets come after the entries of the file, in the order named; defaults are spelt out, names, times and globs are
 *   canonical, lists without order are sorted: what means the same has the same hash.
 * Assumptions: `spec` and presets are valid by their schemas.
 */
export type Compiled =
  | { readonly ok: true; readonly policy: Policy; readonly hash: string }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] }

export const compile = (spec: EgressPolicy, presets: readonly EgressPreset[]): Compiled => {
  const faults = policyFaults(spec, new Set(presets.map(({ name }) => name)))
  if (faults.length > 0) return { ok: false, faults }
  const taken = (spec.presets ?? []).flatMap((name) => presets.filter((preset) => preset.name === name))
  const policy: Policy = {
    version: 1,
    mode: spec.mode ?? 'enforce',
    allow: [
      ...(spec.allow ?? []).map((entry, index) => allowRule(entry, `allow[${index}]`)),
      ...taken.flatMap(({ name, allow }) => allow.map((entry, index) => allowRule(entry, `presets.${name}[${index}]`))),
    ],
    deny: (spec.deny ?? []).map((entry, index) => denyRule(entry, `deny[${index}]`)),
  }
  return { ok: true, policy, hash: hashOf(policy) }
}

const allowRule = (entry: EgressAllow, rule: string): AllowRule => {
  const { credential, until } = entry
  return {
    rule,
    ...matching(entry),
    ports: numbers(entry.ports ?? [443]),
    ...(credential === undefined
      ? {}
      : { credential: { secret: credential.secret, header: credential.header, format: credential.format ?? '{}' } }),
    push: entry.push ?? false,
    tls: entry.tls ?? 'terminate',
    websocket: entry.websocket ?? false,
    private: entry.private ?? false,
    ...(until === undefined ? {} : { until: new Date(parseTime(until) ?? 0).toISOString() }),
  }
}

const denyRule = (entry: EgressDeny, rule: string): DenyRule => ({
  rule,
  ...matching(entry),
  ...(entry.ports === undefined ? {} : { ports: numbers(entry.ports) }),
})

const matching = ({
  host,
  methods,
  paths,
}: Pick<EgressDeny, 'host' | 'methods' | 'paths'>): Pick<DenyRule, 'host' | 'methods' | 'paths'> => {
  const name = parsePattern(host)
  return {
    host: 'name' in name ? name.name : '',
    ...(methods === undefined ? {} : { methods: texts(methods) }),
    ...(paths === undefined ? {} : { paths: texts(paths.map(globOf)) }),
  }
}

const globOf = (text: string): string => {
  const parsed = parsePathGlob(text)
  return 'glob' in parsed ? parsed.glob : text
}

const texts = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted()
const numbers = (values: readonly number[]): readonly number[] => [...new Set(values)].toSorted((a, b) => a - b)
