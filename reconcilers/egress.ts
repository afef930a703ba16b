import { isDriverError } from '../drivers/errors.ts'
import type { BundleRun, PolicyLoad, RefusedReason, SecretSource, Told } from '../drivers/ports.ts'
import { change, defineReconciler, settled, stuck, wait } from './contract/reconciler.ts'
import type { Plan, Situation, Step } from './contract/reconciler.ts'
import { compiledEgress } from './derive/compiled-egress.ts'
import { elapsedMs } from './derive/elapsed.ts'
import { conditionOf } from './derive/last-condition.ts'
import type { ResolvedSpec } from './derive/resolve.ts'
import { NOTHING as NO_EGRESS, isTold, policyTold, toldOf } from './derive/told.ts'
import type { ToldPolicy } from './derive/told.ts'
import { toldSecrets } from './derive/told-secrets.ts'

/**
 * What the bundle lets out: the policy of `spec.egress` and the repositories of `spec.git`, with the values and the CA that they need,
 * told to each run of the bundle.
 *
 * Flow: without both, a bundle that was told a policy is told that nothing may leave. Else what was told last is compared with the
 *   run, the policy, the repositories and the values as they are; where they differ, all of it is told again, which counts at once and as a whole.
 * Guarantees: no VM starts before its bundle has answered with the hash of this; values are on stdin of the control command alone.
 *   A run that was told nothing denies everything.
 * Assumptions: the bundle is settled upstream. What the values were is known by a digest, to this process only: after a restart the
 *   bundle is asked once, and told once more without a word where it has the policy.
 * Caveats: an image that doesn't take policies has no VM beside it: what it lets out isn't what the spec says.
 */
export const egress = defineReconciler<Observed | undefined>({
  name: 'egress',
  condition: {
    type: 'EgressEnforced',
    met: 'PolicyLoaded',
    where: (spec) => spec?.egress !== undefined || (typeof spec?.git === 'object' && spec.git.repositories.length > 0),
  },

  observe: async (situation, { bundles, secrets }, signal) => {
    const { goal, identity, spec, record } = situation
    if (goal !== 'up') return undefined
    const run = runOf(situation)
    const before = conditionOf(record.status, 'EgressEnforced')
    if (spec === undefined || !isTold(spec)) {
      const told = bundles.last(identity) ?? (before === undefined ? undefined : await bundles.status(run, signal))
      return told === undefined ? undefined : { run, told }
    }
    if (!policyTold(spec).ok) return undefined
    const wasEnforced = before?.status === 'True'
    const [told, judged] = await Promise.all([
      bundles.last(identity) ?? (wasEnforced ? bundles.status(run, signal) : undefined),
      judgedSources(situation, spec, signal),
    ])
    if ('tainted' in judged) return { run, told, tainted: judged.tainted }
    try {
      return { run, told, digest: (await secrets.read(judged.sources, signal)).digest }
    } catch (error) {
      if (isDriverError(error, 'SecretUnavailable')) return { run, told, missing: error.detail }
      throw error
    }
  },

  plan: (situation, observed) => {
    const { goal, name, spec } = situation
    if (goal !== 'up') return settled()
    if (spec === undefined || !isTold(spec)) return planWithout(situation, observed)
    const compiled = toldOf(spec)
    if (!compiled.ok) {
      const why = compiled.faults.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
      return stuck('PolicyNotLoaded', `spec.egress means nothing to this version of bottled: ${why}`)
    }
    if (observed === undefined) return settled()
    const { run, tainted, missing, digest = '' } = observed
    const blocked = blockedBy(tainted, missing)
    if (blocked !== undefined) {
      // What an edit takes away is taken away at once: without values, requests that need one are refused.
      return hasAnother(observed, compiled.hash)
        ? change(loadPolicy(situation, run, { ...compiled, because: changed(spec), isBare: true }))
        : blocked
    }
    const told = isRun(observed.told, run) ? observed.told : undefined
    if (told?.outcome.kind === 'unsupported') return { ...notSupported(name), downstreamFirst: true }
    const isSame = told?.hash === compiled.hash && told.digest === digest
    if (isSame && told.outcome.kind === 'loaded') return settled({ hash: compiled.hash })
    if (isSame && told.outcome.kind === 'refused') {
      const leftMs = untilAgainMs(told, situation)
      if (leftMs > 0) return wait('PolicyNotLoaded', `${WHY[told.outcome.reason]}; see bottlectl logs ${name}`, leftMs)
    }
    return change(loadPolicy(situation, run, { ...compiled, ...because(observed, compiled.hash, spec) }))
  },
})

/** What a spec without `egress` leaves: the bundle would keep the policy that it was told. */
const NOTHING = compiledEgress(NO_EGRESS)

const planWithout = (situation: Situation, observed: Observed | undefined): Plan => {
  const told = isRun(observed?.told, observed?.run) ? observed.told : undefined
  if (observed === undefined || told === undefined || !NOTHING.ok || told.outcome.kind === 'unsupported')
    return settled()
  const { outcome } = told
  if (outcome.kind === 'loaded' && [null, NOTHING.hash].includes(outcome.hash)) return settled()
  const leftMs = told.hash === NOTHING.hash ? untilAgainMs(told, situation) : 0
  return leftMs > 0
    ? wait('PolicyNotLoaded', 'its bundle keeps the policy of a spec.egress that is gone', leftMs)
    : change(loadPolicy(situation, observed.run, { ...NOTHING, because: 'spec.egress is gone' }))
}

/** Since it was refused. */
const untilAgainMs = ({ at }: Told, { steadyNow }: Situation): number =>
  AGAIN_MS - (elapsedMs(at ?? steadyNow, steadyNow) ?? AGAIN_MS)

interface Observed {
  readonly run: BundleRun
  readonly told: Told | undefined
  /** Of the values as they are. */
  readonly digest?: string
  readonly missing?: string
  readonly tainted?: string
}

const blockedBy = (tainted: string | undefined, missing: string | undefined): Plan | undefined => {
  if (tainted !== undefined) return stuck('Tainted', tainted)
  return missing === undefined
    ? undefined
    : wait('SecretUnavailable', `${missing}; the policy isn't loaded without it`, 5_000)
}

/** It runs by the policy of an earlier spec. */
const hasAnother = ({ told, run }: Observed, hash: string): boolean =>
  isRun(told, run) && told.outcome.kind === 'loaded' && ![null, hash].includes(told.outcome.hash)

/** A refusal is final for most reasons, but an image may have others. */
const AGAIN_MS = 30_000

const WHY: Readonly<Record<RefusedReason, string>> = {
  BadMessage: "its bundle doesn't understand what it is told",
  UnknownVersion: 'its bundle speaks another version of the control protocol',
  BadPolicy: "its bundle doesn't take this policy: its image may be older than bottled",
  HashMismatch: 'its bundle takes the policy for another one: its image may be older than bottled',
  BadCa: "its bundle doesn't take the bottle's CA",
  BadAnswer: 'the answer of its bundle means nothing',
}

const notSupported = (name: string): Extract<Plan, { readonly verdict: 'stuck' }> => ({
  verdict: 'stuck',
  reason: 'NotSupported',
  message: `the bundle image of ${name} has no bottled-bundle: it can't be told spec.egress and spec.git, and the VM doesn't run beside it; use the image of bottled bundle build, or take them out`,
})

const runOf = ({ identity, upstream }: Situation): BundleRun => {
  const { id, startedAt } = upstream['bundle'] ?? {}
  return { identity, container: String(id), startedAt: typeof startedAt === 'string' ? startedAt : undefined }
}

const isRun = (told: Told | undefined, run: BundleRun | undefined): told is Told =>
  told !== undefined && told.run.container === run?.container && told.run.startedAt === run.startedAt

interface Because {
  readonly because: string
  /** Nothing of it is new to a person. */
  readonly quiet?: true
}

const changed = ({ repositories }: ResolvedSpec): string =>
  repositories.length === 0 ? 'spec.egress changed' : 'spec.egress or spec.git changed'

const because = ({ run, told, digest }: Observed, hash: string, spec: ResolvedSpec): Because => {
  if (told === undefined) return { because: 'the bundle has no policy yet' }
  if (!isRun(told, run)) return { because: 'the bundle was started again' }
  const { outcome } = told
  if (told.hash === undefined)
    return outcome.kind === 'loaded' && outcome.hash === hash
      ? { because: 'bottled was started again', quiet: true }
      : { because: 'the bundle has another policy' }
  if (told.hash !== hash) return { because: changed(spec) }
  return { because: told.digest === digest ? 'it was refused before' : 'the value of a secret changed' }
}

/** At the paths that were judged. What is tainted isn't even read. */
const judgedSources = async (
  situation: Situation,
  spec: ResolvedSpec,
  signal: AbortSignal,
): Promise<{ readonly sources: Readonly<Record<string, SecretSource>> } | { readonly tainted: string }> => {
  const sources = toldSecrets(spec)
  if (!Object.values(sources).some((source) => 'fromFile' in source)) return { sources }
  const verdict = await situation.taint.judge({ ...situation, spec }, signal)
  return verdict.tainted === undefined ? { sources: toldSecrets(verdict.spec) } : { tainted: verdict.tainted.message }
}

const loadPolicy = (
  situation: Situation,
  run: BundleRun,
  { policy, git, hash, isBare = false, ...why }: ToldPolicy & Because & { readonly isBare?: boolean },
): Step => ({
  verb: 'load',
  target: `egress/${situation.identity}`,
  because: why.because,
  ...(why.quiet === undefined ? {} : { quiet: why.quiet }),
  run: async ({ authorities, bundles, secrets }, signal) => {
    const { identity, spec, steadyNow } = situation
    if (spec === undefined) return 'unsaid'
    const ca = await authorities.ensure(identity, signal)
    // What was judged a while ago may have been turned since.
    const judged = isBare ? { sources: {} } : await judgedSources(situation, spec, signal)
    if ('tainted' in judged) return 'unsaid'
    const load: PolicyLoad = {
      policy,
      ...(git === undefined ? {} : { git }),
      hash,
      ca,
      secrets: await secrets.read(judged.sources, signal),
      at: steadyNow,
    }
    const { outcome } = await bundles.load(run, load, signal)
    return outcome.kind === 'loaded' ? undefined : 'unsaid'
  },
})
