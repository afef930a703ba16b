import type { ResolvedSpec } from '../../reconcilers/derive/resolve.ts'
import { decided } from './finding.ts'
import type { Finding, Objection, Rule } from './finding.ts'
import type { Path } from '../document/path.ts'
import type { Policy } from './policy.ts'

/** How much one bottle, and all of them, may take. Pure. */

/** What smolvm gives a machine whose spec says nothing; a pack brings its own. */
const SMOLVM_DEFAULTS = { cpus: 4, memory: 8_192, storage: 20 } as const

export const judgeSizes = (spec: ResolvedSpec, policy: Policy): readonly Finding[] => {
  const { machine, bundle } = spec
  const ofMachine = (key: keyof typeof SMOLVM_DEFAULTS, value: number | undefined, unit: string): readonly Finding[] =>
    judgeSize({
      field: ['spec', 'machine', key],
      rule: `limits/${key}`,
      value,
      fallback: machine.artifact === undefined ? SMOLVM_DEFAULTS[key] : undefined,
      limit: policy.spec.limits?.[key],
      unit,
      policy,
    })
  return [
    ...ofMachine('cpus', machine.cpus, ''),
    ...ofMachine('memory', machine.memoryMiB, ' MiB'),
    ...ofMachine('storage', machine.storageGiB, ' GiB'),
    ...judgeSize({
      field: ['spec', 'bundle', 'resources', 'memory'],
      rule: 'limits/bundle-memory',
      value: bundle.memoryMiB,
      fallback: undefined,
      limit: policy.spec.limits?.bundleMemory,
      unit: ' MiB',
      policy,
    }),
  ]
}

const judgeSize = (size: {
  readonly field: Path
  readonly rule: Rule
  readonly value: number | undefined
  /** What it is where the spec doesn't say; undefined: not known. */
  readonly fallback: number | undefined
  readonly limit: number | undefined
  readonly unit: string
  readonly policy: Policy
}): readonly Finding[] => {
  const { field, rule, value, fallback, limit, unit, policy } = size
  if (limit === undefined) return []
  const taken = value ?? fallback
  const asked = taken === undefined ? 'what the pack says' : `${taken}${unit}${value === undefined ? ' (default)' : ''}`
  const remedy = `write at most ${limit}; or spec.limits.${LIMIT_OF[rule] ?? ''}: ${taken ?? 'more'}`
  const objection: Objection =
    taken === undefined
      ? { rule, why: `is not known, and the limit is ${limit}${unit}`, remedy }
      : taken > limit
        ? { rule, why: `is over the limit of ${limit}${unit}`, remedy }
        : undefined
  return [decided({ field, asked }, objection, { policy, listed: { rule: 'limits/within', list: 'spec.limits' } })]
}

const LIMIT_OF: Readonly<Partial<Record<Rule, string>>> = {
  'limits/cpus': 'cpus',
  'limits/memory': 'memory',
  'limits/storage': 'storage',
  'limits/bundle-memory': 'bundleMemory',
}

/** A new bottle beyond the limit is refused; one that has a record holds a disk already, and stays. */
export const judgeCount = (
  { others, exists }: { readonly others: number; readonly exists: boolean },
  policy: Policy,
): readonly Finding[] => {
  const limit = policy.spec.limits?.bottles
  if (limit === undefined) return []
  const objection: Objection =
    exists || others < limit
      ? undefined
      : {
          rule: 'limits/bottles',
          why: `is one more than the ${limit} bottles that this root may have; those that can still be undone count`,
          remedy: `delete another one; or spec.limits.bottles: ${others + 1}`,
        }
  const asked = `bottle ${exists ? 'already there' : others + 1}`
  return [
    decided({ field: ['metadata', 'name'], asked }, objection, {
      policy,
      listed: { rule: 'limits/within', list: 'spec.limits' },
    }),
  ]
}
