import type { Drivers } from '../../drivers/ports.ts'
import type {
  BottleGoal,
  Goal,
  Outputs,
  Plan,
  Reconciler,
  Situation,
  Step,
} from '../../reconcilers/contract/reconciler.ts'
import type { Cause } from './cause.ts'

/**
 * One walk through the reconcilers: observe, plan, do, observe again.
 *
 * Flow: `up` goes from first to last, `down`, `gone` and `parked` from last to first; the first verdict that isn't settled
 *   ends it.
 *   The first observation may be of a cache; nothing is done before everything it depends on was observed live.
 * Guarantees: at most five rounds per reconciler; a step planned twice in one walk is a failure (a process that dies at once
 *   must not be started in a loop). Between steps `stopping` is honoured. An error ends the walk as a result, not a throw.
 * Assumptions: one walk per bottle at a time.
 */
export interface ChainResult {
  /** The last verdict of each reconciler that was asked. */
  readonly verdicts: ReadonlyMap<string, Plan | Failure>
  /** Outputs of the reconcilers that were brought down because an earlier one isn't safe. */
  readonly stopped: ReadonlyMap<string, Outputs>
  readonly steps: number
}

export interface Failure {
  readonly verdict: 'failed'
  readonly error: unknown
  /** The step that failed; undefined where observing did. */
  readonly step: Step | undefined
}

export interface ChainOptions {
  readonly reconcilers: readonly Reconciler[]
  /** Called for each observation, as the record changes with the steps. */
  readonly situation: (goal: Goal, upstream: Readonly<Record<string, Outputs>>) => Situation
  readonly live: Drivers
  /** The same drivers, answering reads from the last lists. */
  readonly cached: Drivers
  /** Why a step can't begin now: the walk ends with that. */
  readonly hold?: (step: Step) => Plan | undefined
  /** Called with the reconciler that planned the step, and the verdicts so far. */
  readonly before: (step: Step, reconciler: string, verdicts: ChainResult['verdicts']) => Promise<void>
  readonly done: (step: Step) => Promise<void>
  /** Why the operator's policy lets nothing be made or started: what runs stays, and may be stopped. */
  readonly forbidden?: Cause | undefined
  /** Honoured between steps; `signal` if not given. */
  readonly stopping?: AbortSignal
  readonly signal: AbortSignal
}

const ROUNDS = 5

export const runChain = async (goal: BottleGoal, options: ChainOptions): Promise<ChainResult> => {
  const result = await walkOnce(goal, options)
  return result === 'unsure' ? runChain(goal, { ...options, cached: options.live }) : result
}

/** unsure: there is something to do, and the reconcilers before it were only observed in the cache. */
const walkOnce = async (goal: BottleGoal, options: ChainOptions): Promise<ChainResult | 'unsure'> => {
  const { reconcilers } = options
  const verdicts = new Map<string, Plan | Failure>()
  const stopped = new Map<string, Outputs>()
  const ran = new Set<string>()
  const ordered = goal === 'up' ? reconcilers : reconcilers.toReversed()
  let upstream: Readonly<Record<string, Outputs>> = {}

  for (const reconciler of ordered) {
    const later = goal === 'up' ? reconcilers.slice(reconcilers.indexOf(reconciler) + 1).toReversed() : []
    const bringDown = async (): Promise<Plan | Failure | undefined> => {
      for (const downstream of later) {
        // Never from the cache: it could miss a VM that runs without its boundary.
        const downward: SettleOptions = {
          ...options,
          cached: options.live,
          goal: 'down',
          upstream: {},
          verdicts,
          ran,
          bringDown: async () => undefined,
        }
        const verdict = await settle(downstream, await observeFirst(downstream, downward), downward)
        if (verdict.verdict !== 'settled') return verdict
        stopped.set(downstream.name, verdict.outputs)
      }
      return undefined
    }
    const onward: SettleOptions = { ...options, goal: goalFor(reconciler, goal), upstream, verdicts, ran, bringDown }
    const isUnsure = options.cached !== options.live && verdicts.size > 0 && ran.size === 0
    const plan = await observeFirst(reconciler, onward, isUnsure)
    if (isUnsure && doesSomething(plan)) return 'unsure'
    const verdict = await settle(reconciler, plan, onward)
    verdicts.set(reconciler.name, verdict)
    if (verdict.verdict !== 'settled' && (goal !== 'up' || reconciler.advises === undefined)) break
    if (verdict.verdict !== 'settled') continue
    upstream = { ...upstream, [reconciler.name]: verdict.outputs }
  }
  return { verdicts, stopped, steps: ran.size }
}

const goalFor = ({ keepsData }: Reconciler, goal: BottleGoal): Goal =>
  goal === 'parked' ? (keepsData === true ? 'down' : 'gone') : goal

interface SettleOptions extends ChainOptions {
  readonly goal: Goal
  readonly upstream: Readonly<Record<string, Outputs>>
  readonly verdicts: ChainResult['verdicts']
  /** Steps run in this walk, as `verb target`. */
  readonly ran: Set<string>
  readonly bringDown: () => Promise<Plan | Failure | undefined>
}

const observeAndPlan = async (
  reconciler: Reconciler,
  drivers: Drivers,
  options: SettleOptions,
): Promise<Plan | Failure> => {
  const { goal, upstream, signal, stopping = signal } = options
  try {
    stopping.throwIfAborted()
    const situation = options.situation(goal, upstream)
    const plan = reconciler.plan(situation, await reconciler.observe(situation, drivers, signal))
    return goal === 'up' && options.forbidden !== undefined ? withoutWork(plan, options.forbidden) : plan
  } catch (error) {
    return { verdict: 'failed', error, step: undefined }
  }
}

const HARMLESS: ReadonlySet<string> = new Set(['stop', 'note', 'adopt'])

/** What is stopped or only noted takes nothing new. A removal is not for now: what it removes could not be made again. */
const withoutWork = (plan: Plan, { reason, message }: Cause): Plan => {
  if (plan.verdict !== 'change') return plan
  if (plan.steps.every(({ verb, target }) => HARMLESS.has(verb) || target.startsWith('record/'))) return plan
  // What runs without its boundary is stopped all the same.
  const { downstreamFirst } = plan
  return { verdict: 'stuck', reason, message, ...(downstreamFirst === undefined ? {} : { downstreamFirst }) }
}

/** `isUnsure`: where there is something to do, the walk begins again anyway, and a live look would be made twice. */
const observeFirst = async (
  reconciler: Reconciler,
  options: SettleOptions,
  isUnsure = false,
): Promise<Plan | Failure> => {
  const { live, cached, ran } = options
  if (ran.size > 0 || cached === live) return observeAndPlan(reconciler, live, options)
  const plan = await observeAndPlan(reconciler, cached, options)
  const isEnough = plan.verdict === 'settled' || (isUnsure && doesSomething(plan))
  return isEnough ? plan : observeAndPlan(reconciler, live, options)
}

const doesSomething = (plan: Plan | Failure): boolean => plan.verdict === 'change' || isUnsafe(plan)

const isUnsafe = (plan: Plan | Failure): boolean =>
  (plan.verdict === 'stuck' || plan.verdict === 'wait') && plan.downstreamFirst === true

const settle = async (
  reconciler: Reconciler,
  first: Plan | Failure,
  options: SettleOptions,
): Promise<Plan | Failure> => {
  let plan = first
  for (let round = 0; round < ROUNDS; round++) {
    if (isUnsafe(plan)) return (await options.bringDown()) ?? plan
    if (plan.verdict !== 'change') return plan
    if (plan.downstreamFirst === true) {
      const blocked = await options.bringDown()
      if (blocked !== undefined) return blocked
    }
    const ended = await runSteps(reconciler, plan.steps, options)
    if (ended !== undefined) return ended
    plan = await observeAndPlan(reconciler, options.live, options)
  }
  return plan.verdict === 'change' ? notConverging(plan.steps[0]) : plan
}

const runSteps = async (
  reconciler: Reconciler,
  steps: readonly Step[],
  options: SettleOptions,
): Promise<Plan | Failure | undefined> => {
  for (const step of steps) {
    const key = `${step.verb} ${step.target}`
    if (options.ran.has(key)) return notConverging(step)
    try {
      const { stopping = options.signal } = options
      stopping.throwIfAborted()
      const held = options.hold?.(step)
      if (held !== undefined) return held
      await options.before(step, reconciler.name, options.verdicts)
      options.ran.add(key)
      if ((await step.run(options.live, options.signal)) !== 'unsaid') await options.done(step)
    } catch (error) {
      return { verdict: 'failed', error, step }
    }
  }
  return undefined
}

export class NotConvergingError extends Error {
  constructor(step: Step | undefined) {
    super(step === undefined ? 'no plan settles' : `${step.verb} ${step.target} is needed again: ${step.because}`)
    this.name = 'NotConvergingError'
  }
}

const notConverging = (step: Step | undefined): Failure => ({
  verdict: 'failed',
  error: new NotConvergingError(step),
  step,
})
