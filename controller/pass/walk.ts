import { join } from 'node:path/posix'
import type { BottleRecord } from '../../drivers/ports.ts'
import { DriverError, isDriverError } from '../../drivers/errors.ts'
import type { BottleGoal, Goal, Plan, Situation, Step } from '../../reconcilers/contract/reconciler.ts'
import { withGrants } from '../../reconcilers/derive/granted.ts'
import { bundleName, networkName } from '../../reconcilers/derive/names.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import type { ResolvedSpec } from '../../reconcilers/derive/resolve.ts'
import type { Choice } from '../../reconcilers/derive/subnet.ts'
import type { BottleSpec, BottleStatus } from '../../schemas/bottle.ts'
import { runChain } from './chain.ts'
import type { ChainResult } from './chain.ts'
import { isoNow } from '../time/iso-now.ts'
import type { Cause } from './cause.ts'
import type { Clock } from '../time/clock.ts'
import type { Context } from './context.ts'

/**
 * One walk through the reconcilers for one bottle, with an event for each step that was done.
 *
 * Guarantees: works from the record alone, so it is the same after a crash; a subnet that Docker refuses before the network
 *   existed is given back, so that the next pass takes the next candidate.
 */
export interface Walk {
  readonly goal: BottleGoal
  readonly record: BottleRecord
  /** Why the policy forbids the spec in force. */
  readonly forbidden?: Cause | undefined
  /** Called before a step that takes seconds, with the verdicts so far. */
  readonly onSlow: (
    slow: { readonly reconciler: string; readonly message: string },
    verdicts: ChainResult['verdicts'],
  ) => Promise<void>
}

export type SituationParts = Pick<Context, 'drivers' | 'settings' | 'taint' | 'owner'> & {
  readonly clock: Pick<Clock, 'now'>
  readonly steadyClock: Pick<Clock, 'now'>
}

export const specOf = (record: BottleRecord, root: string): ResolvedSpec | undefined =>
  record.spec === undefined
    ? undefined
    : resolveSpec(withGrants(record.spec as BottleSpec, record.grants), join(root, record.base ?? '.'))

/** What the reconcilers of a bottle go by, with its record as it is now. */
export const situationOf = (
  { drivers, settings, taint, owner, clock, steadyClock }: SituationParts,
  {
    record,
    goal,
    upstream,
    spec = specOf(record, settings.root),
    allocation = noSubnet,
  }: Pick<Situation, 'record' | 'upstream'> & {
    readonly goal: Goal
    readonly spec?: ResolvedSpec | undefined
    readonly allocation?: Choice
  },
): Situation => {
  const latest = drivers.records.read(record.identity) ?? record
  return {
    goal,
    owner,
    uid: record.uid,
    name: record.name,
    identity: record.identity,
    spec,
    record: latest,
    upstream,
    settings,
    taint,
    allocation: latest.subnet === undefined ? allocation : { subnet: latest.subnet },
    rollout: latest.rollout !== undefined,
    now: isoNow(clock),
    steadyNow: isoNow(steadyClock),
  }
}

export type WalkParts = Pick<
  Context,
  | 'drivers'
  | 'cached'
  | 'reconcilers'
  | 'settings'
  | 'taint'
  | 'owner'
  | 'allocator'
  | 'informer'
  | 'announcer'
  | 'noteProgress'
  | 'policy'
  | 'enterLane'
  | 'clock'
  | 'steadyClock'
  | 'stopping'
  | 'signal'
>

export const walk = async (parts: WalkParts, { goal, record, forbidden, onSlow }: Walk): Promise<ChainResult> => {
  const { drivers, cached, reconcilers, settings, allocator, informer, announcer } = parts
  const { taint, noteProgress, enterLane, policy, stopping, signal } = parts
  const spec = specOf(record, settings.root)
  await taint.learn([{ record, spec }], signal)
  const wish = { identity: record.identity, pin: spec?.subnet }
  const allocation: Choice =
    goal === 'up' ? ((await allocator.allocate([wish], signal)).get(record.identity) ?? noSubnet) : noSubnet

  const result = await runChain(goal, {
    reconcilers,
    situation: (toward, upstream) => ({
      ...situationOf(parts, { record, goal: toward, upstream, spec, allocation }),
      ...(goal === 'up' ? { forbidden: (resolved, ending) => policy.ofStart({ record, resolved }, ending) } : {}),
    }),
    forbidden,
    live: drivers,
    cached: mayTrustLists(goal, record) ? cached : drivers,
    hold: (step) => (step.slow !== true || enterLane(record.name, laneOf(step)) ? undefined : queued(step)),
    before: async (step, reconciler, verdicts) => {
      // What it was planned on may be a while ago, and a link may be turned meanwhile.
      const cause = MAKING.has(step.verb) ? await policy.ofRecord(record, signal) : undefined
      if (cause !== undefined) throw violationOf(step, cause)
      if (step.slow !== true) return
      announcer.begin(record, step)
      const message = `${step.verb} ${step.target}: ${step.because}`
      noteProgress(record.name, message)
      await onSlow({ reconciler, message }, verdicts)
    },
    done: async (step) => {
      if (step.quiet !== true) await announcer.step(record, step)
      if (step.warns !== undefined) announcer.warn(record, step.warns.reason, step.warns.message)
    },
    stopping,
    signal,
  })

  const last = [...result.verdicts.values()].at(-1)?.verdict
  // A pass that failed or waits comes again by itself, at its own pace.
  if (result.steps > 0 && (last === 'settled' || last === 'stuck')) {
    informer.distrust([networkName(record.identity), bundleName(record.identity)])
  }
  const failed = [...result.verdicts.values()].find(({ verdict }) => verdict === 'failed')
  if (
    failed?.verdict === 'failed' &&
    isDriverError(failed.error, 'AddressTaken') &&
    'subnet' in allocation &&
    wish.pin === undefined
  ) {
    await allocator.refuse(wish, allocation.subnet)
  }
  return result
}

/** Creating a VM starts it. */
const laneOf = ({ verb }: Step): string => (verb === 'create' || verb === 'start' ? 'boot' : verb)

const queued = ({ verb, target }: Step): Plan => ({
  verdict: 'wait',
  reason: QUEUED,
  message: `other bottles are at it: ${verb} ${target} begins when there is room`,
  retryAfterMs: 0,
})

/** The reason of a wait that the queue ends. */
export const QUEUED = 'Queued'

/**
 * A list that is a moment old may miss a new object. On the way up the next list shows it; on the way down the VM would be
 * missed, and its network removed while it runs.
 */
const mayTrustLists = (goal: BottleGoal, { status, generation }: BottleRecord): boolean => {
  if (goal === 'up') return true
  const last = status as Partial<BottleStatus> | undefined
  return goal === 'down' && last?.phase === 'Suspended' && last.observedGeneration === generation
}

const MAKING: ReadonlySet<string> = new Set(['create', 'start', 'copy', 'update', 'pull', 'load'])

const violationOf = ({ verb, target }: Step, { message }: Cause): DriverError =>
  new DriverError({ code: 'PolicyViolation', operation: `${verb} ${target}`, detail: message })

const noSubnet: Choice = { reason: 'SubnetPoolExhausted', message: 'no subnet is reserved' }
