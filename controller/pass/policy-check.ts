import { dirname, join } from 'node:path/posix'
import type { BottleRecord } from '../../drivers/ports.ts'
import type { Settings } from '../../reconcilers/contract/reconciler.ts'
import { withGrants } from '../../reconcilers/derive/granted.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import type { ResolvedSpec } from '../../reconcilers/derive/resolve.ts'
import { usedPaths } from '../../reconcilers/derive/used-paths.ts'
import type { Bottle, BottleSpec } from '../../schemas/bottle.ts'
import { formatComplaint } from '../document/complaint.ts'
import { complainAt } from '../document/parse.ts'
import type { Finding } from '../policy/finding.ts'
import { forbiddenIn, judgePolicy, lookAtPaths, violationText } from '../policy/judge-policy.ts'
import type { PolicyKeeper } from '../policy/policy-keeper.ts'
import type { Policy } from '../policy/policy.ts'
import type { Cause } from './cause.ts'
import type { Accepted } from './judge.ts'
import type { Registry } from './registry.ts'

/**
 * Whether the policy in force allows a bottle's spec, on the paths as they are now.
 *
 * Flow: a document is judged before it is accepted, the spec in force wherever it isn't the document's (an edit that is refused, a
 *   file that is gone or unreadable), and both again right before a start.
 */
export interface PolicyCheck {
  ofDocument(judgement: Accepted, signal: AbortSignal): Promise<Cause | undefined>
  ofRecord(record: BottleRecord, signal: AbortSignal): Promise<Cause | undefined>
  /** The record's spec with the very paths that are about to be used. */
  ofStart(
    start: { readonly record: BottleRecord; readonly resolved: ResolvedSpec },
    signal: AbortSignal,
  ): Promise<Cause | undefined>
  /** Why the record couldn't have another spec, in words; undefined: it could, or its own is forbidden already. */
  ofChange(record: BottleRecord, spec: BottleSpec, signal: AbortSignal): Promise<string | undefined>
}

export const createPolicyCheck = (parts: {
  readonly keeper: Pick<PolicyKeeper, 'policy' | 'places' | 'look'>
  readonly registry: Pick<Registry, 'byName' | 'size'>
  readonly settings: Pick<Settings, 'root' | 'subnets' | 'runtime'>
}): PolicyCheck => {
  const { keeper, registry, settings } = parts
  /** Specs without host paths, by the policy that allowed them: nothing else can change the verdict. */
  const allowed = new WeakMap<object, Policy>()

  const forbidden = async (
    asked: {
      readonly name: string
      readonly spec: BottleSpec
      readonly base: string
      readonly resolved?: ResolvedSpec
    },
    signal: AbortSignal,
  ): Promise<readonly Finding[]> => {
    const policy = keeper.policy()
    if (allowed.get(asked.spec) === policy) return []
    const exists = registry.byName(asked.name) !== undefined
    const spec = asked.resolved ?? resolveSpec(asked.spec, join(settings.root, asked.base))
    const found = forbiddenIn(
      judgePolicy(policy, {
        spec,
        looked: await lookAtPaths(spec, keeper.look, signal),
        places: keeper.places(),
        pools: settings.subnets.pools,
        runtime: settings.runtime,
        bottles: { others: registry.size() - (exists ? 1 : 0), exists },
      }),
    )
    if (found.length === 0 && usedPaths(spec).length === 0 && policy.spec.limits?.bottles === undefined)
      allowed.set(asked.spec, policy)
    return found
  }

  const causeOf = (found: readonly Finding[], { name, where }: { name: string; where: Where }): Cause | undefined => {
    const [first, ...more] = found
    if (first === undefined) return undefined
    const others = more.length === 0 ? '' : ` (and ${more.length} more: bottlectl policy explain ${name})`
    return { reason: 'PolicyViolation', message: `${where(first, violationText(first, keeper.policy()))}${others}` }
  }

  const ofRecord = async (
    record: BottleRecord,
    signal: AbortSignal,
    resolved?: ResolvedSpec,
  ): Promise<Cause | undefined> => {
    if (record.spec === undefined) return undefined
    const { name, file, base = '.' } = record
    // What people allowed beside the file is judged with it: an edit may make a grant count that was held with the file until then.
    const spec = withGrants(record.spec as BottleSpec, record.grants)
    const asked = { name, spec, base, ...(resolved === undefined ? {} : { resolved }) }
    const found = await forbidden(asked, signal)
    return causeOf(found, { name, where: (_, text) => `${file}: the spec in force: ${text}` })
  }

  return {
    ofDocument: async ({ bottle, document, hash }, signal) => {
      const { name } = bottle.metadata
      const record = registry.byName(name)
      // Where the document's folder counts only once its spec changes, that of the record counts until then.
      const base = record?.goodHash === hash ? (record.base ?? '.') : dirname(document.path)
      const found = await forbidden({ name, spec: bottle.spec, base }, signal)
      return causeOf(found, { name, where: placed(bottle, `${document.path}:${document.line}:1`) })
    },
    ofRecord,
    ofChange: async ({ name, base = '.', spec: before }, spec, signal) => {
      const [first] = await forbidden({ name, spec, base }, signal)
      if (first === undefined || before === undefined) return undefined
      const old = await forbidden({ name, spec: before as BottleSpec, base }, signal)
      return old.length > 0 ? undefined : violationText(first, keeper.policy())
    },
    ofStart: ({ record, resolved }, signal) => ofRecord(record, signal, resolved),
  }
}

type Where = (finding: Finding, text: string) => string

const placed =
  (bottle: Bottle, otherwise: string): Where =>
  ({ field }, message) => {
    const complaint = complainAt(bottle.spec, { code: 'PolicyViolation', path: field, at: 'value', message })
    return complaint === undefined ? `${otherwise}: ${message}` : formatComplaint(complaint)
  }
