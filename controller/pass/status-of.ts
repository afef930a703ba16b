import { isDriverError } from '../../drivers/errors.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import type { BottleGoal, Outputs, OwnCondition, Plan, Reconciler } from '../../reconcilers/contract/reconciler.ts'
import type { BottleSpec, BottleStatus, Condition } from '../../schemas/bottle.ts'
import { NotConvergingError } from './chain.ts'
import type { Failure } from './chain.ts'
import type { Cause } from './cause.ts'
import { adviceOf } from '../../drivers/message.ts'

/** Turns the verdicts of a pass into a bottle's `status`. Pure. */
export interface Outcome {
  readonly record: BottleRecord
  readonly goal: BottleGoal
  /** Why the document is refused; undefined if it is accepted. */
  readonly refusal: Cause | undefined
  /** Names, in the order of `up`, of those that Ready needs. */
  readonly reconcilers: readonly string[]
  /** Of these, those whose condition isn't one of their name. */
  readonly conditions?: ReadonlyMap<string, Pick<OwnCondition, 'type' | 'met'>>
  /** The others, with their conditions. */
  readonly advisers?: readonly Adviser[]
  readonly verdicts: ReadonlyMap<string, Plan | Failure>
  /** Outputs of the reconcilers that were brought down in this pass. */
  readonly stopped?: ReadonlyMap<string, Outputs> | undefined
  /** A step that takes seconds and is about to run. */
  readonly slow: { readonly reconciler: string; readonly message: string } | undefined
  /** Why the whole root is stalled, whatever the bottle: another Docker daemon, say. */
  readonly halted: Cause | undefined
  readonly simulated: boolean
  /** ISO 8601 UTC. */
  readonly now: string
}

export interface Adviser extends NonNullable<Reconciler['advises']> {
  readonly name: string
}

/** Which of them Ready needs for a spec, and which only have a condition. */
export const whoseConditions = (
  reconcilers: readonly Reconciler[],
  spec: unknown,
): Required<Pick<Outcome, 'reconcilers' | 'conditions' | 'advisers'>> => ({
  reconcilers: reconcilers
    .filter(
      ({ advises, condition }) =>
        advises === undefined && condition?.where(spec as Partial<BottleSpec> | undefined) !== false,
    )
    .map(({ name }) => name),
  conditions: new Map(
    reconcilers.flatMap(({ name, condition }) => (condition === undefined ? [] : [[name, condition]])),
  ),
  advisers: reconcilers.flatMap(({ name, advises }) => (advises === undefined ? [] : [{ name, ...advises }])),
})

type Draft = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

const LONGEST_MESSAGE = 1_024

export const statusOf = (outcome: Outcome): BottleStatus => {
  const { record, refusal, now } = outcome
  const previous = record.status as BottleStatus | undefined
  const owned = outcome.reconcilers.map((name, index) => conditionFor(name, index, outcome))
  const accepted: Draft =
    refusal === undefined
      ? { type: 'Accepted', status: 'True', reason: 'Valid', message: '' }
      : { type: 'Accepted', status: 'False', ...refusal }
  const trouble = [accepted, ...owned].find(({ status }) => status !== 'True')
  const ready: Draft =
    trouble === undefined
      ? { type: 'Ready', status: 'True', reason: 'AllReady', message: '' }
      : { type: 'Ready', status: 'False', reason: trouble.reason, message: trouble.message }
  const stalled = stalledBy(outcome)
  const reconciling = stalled === undefined && trouble !== undefined && !isRest(outcome)
  const drafts: readonly Draft[] = [
    accepted,
    ...owned,
    ...(outcome.advisers ?? []).map((adviser) => adviceFrom(adviser, outcome)),
    ready,
    ...(stalled === undefined ? [] : [{ type: 'Stalled', status: 'True', ...stalled } as const]),
    ...(reconciling
      ? [
          {
            type: 'Reconciling',
            status: 'True',
            reason: outcome.slow === undefined ? 'Progressing' : 'Working',
            message: outcome.slow?.message ?? '',
          } as const,
        ]
      : []),
  ]
  return {
    phase: phaseOf(outcome, ready, stalled !== undefined),
    observedGeneration: record.generation,
    specHash: record.specHash,
    uid: record.uid,
    ...blocks(outcome, previous),
    ...(outcome.simulated ? { simulated: true } : {}),
    conditions: drafts
      .map((draft) => stamp(draft, record.generation, previous, now))
      .toSorted((a, b) => (a.type < b.type ? -1 : 1)),
  }
}

const conditionFor = (name: string, index: number, outcome: Outcome): Draft => {
  const own = outcome.conditions?.get(name)
  const type = own?.type ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}Ready`
  const verdict = outcome.verdicts.get(name)
  if (outcome.slow?.reconciler === name)
    return { type, status: 'False', reason: 'Progressing', message: outcome.slow.message }
  if (verdict === undefined) return { type, status: 'Unknown', ...unasked(index, outcome) }
  if (verdict.verdict === 'settled') {
    if (outcome.goal === 'parked') return { type, status: 'False', reason: 'Parked', message: '' }
    // Bundle and VM are stopped; the steps before them are kept, if they were ever done.
    const isEmpty = Object.values(verdict.outputs).every((output) => output === undefined)
    const objects = outcome.reconcilers.filter((each) => outcome.conditions?.has(each) !== true)
    const suspended = outcome.goal === 'down' && (isEmpty || objects.indexOf(name) >= objects.length - 2)
    return suspended
      ? { type, status: 'False', reason: 'Suspended', message: '' }
      : { type, status: 'True', reason: own?.met ?? 'Ready', message: '', ...verdict.met }
  }
  return { type, status: 'False', ...wordsOf(verdict) }
}

/** Nothing depends on it, so it is never False for want of a turn. */
const adviceFrom = ({ name, condition: type, unsettled, judgedBy }: Adviser, outcome: Outcome): Draft => {
  const { verdicts, reconcilers, goal } = outcome
  const said = judgement(type, verdicts.get(judgedBy))
  if (said?.status === 'False') return said
  const verdict = verdicts.get(name)
  if (verdict === undefined) return { type, status: 'Unknown', ...unasked(0, outcome) }
  if (verdict.verdict !== 'settled')
    return { type, status: 'Unknown', reason: unsettled, message: wordsOf(verdict).message }
  if (said !== undefined) return said
  if (goal === 'parked') return { type, status: 'Unknown', reason: 'Parked', message: '' }
  if (goal === 'down') return { type, status: 'Unknown', reason: 'Suspended', message: '' }
  return { type, status: 'Unknown', ...unasked(reconcilers.length, outcome) }
}

const judgement = (type: string, verdict: Plan | Failure | undefined): Draft | undefined => {
  if (verdict?.verdict !== 'settled' && verdict?.verdict !== 'stuck') return undefined
  const { status, reason, message } = (verdict.outputs?.[type] ?? {}) as Outputs
  return isStatus(status) ? { type, status, reason: String(reason), message: clip(String(message)) } : undefined
}

const isStatus = (value: unknown): value is Draft['status'] =>
  value === 'True' || value === 'False' || value === 'Unknown'

/** Why a reconciler had no turn: it waits for the first before it that isn't settled. */
const unasked = (index: number, { reconcilers, verdicts, halted, slow }: Outcome): Cause => {
  if (halted !== undefined) return halted
  const before = reconcilers
    .slice(0, index)
    .find((name) => name === slow?.reconciler || verdicts.get(name)?.verdict !== 'settled')
  const cause = before ?? [...verdicts].find(([, { verdict }]) => verdict !== 'settled')?.[0]
  return {
    reason: cause === undefined ? 'NotObserved' : `WaitingFor${cause.charAt(0).toUpperCase()}${cause.slice(1)}`,
    message: '',
  }
}

/** Reason and message of a verdict that isn't settled. */
export const wordsOf = (verdict: Plan | Failure): Cause => {
  switch (verdict.verdict) {
    case 'settled':
      return { reason: 'Ready', message: '' }
    case 'change':
      return { reason: 'Progressing', message: verdict.steps.map(({ verb, target }) => `${verb} ${target}`).join(', ') }
    case 'wait':
    case 'stuck':
      return { reason: verdict.reason, message: clip(verdict.message) }
    case 'failed': {
      const { error } = verdict
      const reason = isDriverError(error) ? error.code : error instanceof NotConvergingError ? 'NotConverging' : 'Error'
      return { reason, message: clip(adviceOf(error)) }
    }
  }
}

const clip = (text: string): string =>
  text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1)}…`

const stalledBy = ({ verdicts, halted, refusal, record }: Outcome): Cause | undefined => {
  if (halted !== undefined) return halted
  for (const verdict of verdicts.values()) if (verdict.verdict === 'stuck') return wordsOf(verdict)
  return refusal !== undefined && record.spec === undefined ? refusal : undefined
}

/** Nothing more happens by itself: suspended as asked, or refused with everything else in place. */
const isRest = ({ goal, reconcilers, verdicts }: Outcome): boolean =>
  goal !== 'gone' && reconcilers.every((name) => verdicts.get(name)?.verdict === 'settled')

const phaseOf = (outcome: Outcome, ready: Draft, stalled: boolean): BottleStatus['phase'] => {
  const { record, goal } = outcome
  if (goal === 'gone' || goal === 'parked') return 'Terminating'
  if (record.spec === undefined) return 'Invalid'
  if (goal === 'down' && isRest(outcome)) return 'Suspended'
  if (stalled) return 'Stalled'
  if (ready.status === 'True') return 'Ready'
  if (record.everReady === true) return 'Degraded'
  return record.networkExisted === true ? 'Provisioning' : 'Pending'
}

/** The outputs of settled reconcilers; for those that had no turn, the previous ones. */
const blocks = ({ verdicts, stopped }: Outcome, previous: BottleStatus | undefined): Partial<BottleStatus> => {
  const outputs = (name: string): Outputs | undefined => {
    const verdict = verdicts.get(name)
    return verdict?.verdict === 'settled' || verdict?.verdict === 'stuck' ? verdict.outputs : undefined
  }
  const keep = <T>(name: string, keys: readonly string[], before: T | undefined): T | undefined => {
    const current = outputs(name) ?? (verdicts.has(name) ? undefined : stopped?.get(name))
    // A failed observation says nothing new; an object that is being recreated doesn't exist.
    const verdict = verdicts.get(name)?.verdict
    if (current === undefined) return verdict === 'change' || verdict === 'wait' ? undefined : before
    const picked = Object.fromEntries(
      keys.filter((key) => current[key] !== undefined).map((key) => [key, current[key]]),
    )
    return Object.keys(picked).length === 0 ? undefined : (picked as T)
  }
  const startedAt = outputs('metadata')?.['startedAt'] ?? previous?.startedAt
  const network = keep('network', ['name', 'subnet', 'gateway'], previous?.network)
  const bundle = keep('bundle', ['name', 'id', 'ip', 'image', 'restarts'], previous?.bundle)
  const machine = keep('machine', ['name', 'state', 'runtime', 'pid'], previous?.machine)
  return {
    ...(typeof startedAt === 'string' ? { startedAt } : {}),
    ...(network === undefined ? {} : { network }),
    ...(bundle === undefined ? {} : { bundle }),
    // Who reconciles it says so only of what is none.
    ...(machine === undefined ? {} : { machine: { runtime: 'microvm' as const, ...machine } }),
  }
}

/** `lastTransitionTime` moves only when the status does. */
const stamp = (draft: Draft, generation: number, previous: BottleStatus | undefined, now: string): Condition => {
  const before = previous?.conditions?.find(({ type }) => type === draft.type)
  return {
    type: draft.type,
    status: draft.status,
    reason: draft.reason,
    message: draft.message,
    observedGeneration: generation,
    lastTransitionTime: before?.status === draft.status ? before.lastTransitionTime : now,
  }
}
