import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import type { ResolvedSpec } from '../derive/resolve.ts'
import type { Runtime } from '../derive/runtime.ts'
import type { Choice } from '../derive/subnet.ts'
import type { OwnPath } from '../taint/ours.ts'
import type { Taint } from '../taint/taint.ts'

/**
 * The contract of a reconciler: it brings one owned thing (record, network, bundle, machine) to the requested state.
 *
 * Flow: the loop calls `observe`, hands the result to `plan`, runs the plan's steps in order and looks again, five rounds
 *   at most. It walks the list in `index.ts` from first to last for the goal `up`, from last to first for `down` and `gone`,
 *   and stops at the first verdict that isn't settled.
 * Guarantees: `observe` only reads; `plan` is pure and total; a step is safe to repeat and safe to lose (a crash before,
 *   inside or after it converges by looking again).
 * Assumptions: one pass per bottle at a time. Before a step acts, the record holds what is needed to find its effect again.
 * Caveats: an expected outcome is a verdict; an exception is a surprise and leads to backoff.
 */
export interface Reconciler<Observed = unknown> {
  /** 'network' gives the condition NetworkReady. */
  readonly name: string
  /** It holds what can't be created again (a disk, a uid): while a bottle is parked, it is only stopped. */
  readonly keepsData?: boolean
  /**
   * Ready doesn't need it, and on the way up nothing waits for it. It has a condition, in place of one of its name: `unsettled` is
   * its reason while this isn't settled; else it is what the reconciler `judgedBy` has among its outputs under the condition's name
   * (`status`, `reason`, `message`), and where that says False, always.
   */
  readonly advises?: { readonly condition: string; readonly unsettled: string; readonly judgedBy: string }
  /**
   * Its condition, in place of one of its name, with the reason while it is settled. Only specs that it is for have it: for others
   * it settles at once, and Ready doesn't need it.
   */
  readonly condition?: OwnCondition
  observe(situation: Situation, drivers: Drivers, signal: AbortSignal): Promise<Observed>
  plan(situation: Situation, observed: Observed): Plan
  /**
   * After it settled, and while record and lists are as they were then: whether that holds for what no list shows, the clock
   * included. Only reads; `upstream` is empty. False: everything is looked at again. Absent: lists show all of it.
   */
  pulse?(situation: Situation, drivers: Drivers, signal: AbortSignal): Promise<boolean>
}

export interface OwnCondition {
  readonly type: string
  readonly met: string
  /** By the spec as written; undefined before the first. */
  readonly where: (spec: Partial<BottleSpec> | undefined) => boolean
}

/** `up`: created and running. `down`: stopped, kept. `gone`: removed completely. */
export type Goal = 'up' | 'down' | 'gone'

/** Of a whole bottle. `parked`: what keeps data is down, everything else gone. */
export type BottleGoal = Goal | 'parked'

/** The values that a reconciler settled on, as `status` shows them. */
export type Outputs = Readonly<Record<string, unknown>>

export interface Situation {
  readonly goal: Goal
  /** The root's id: an object with another one belongs to a stranger. */
  readonly owner: string
  readonly uid: string
  readonly name: string
  readonly identity: string
  /** The last valid spec with its defaults; undefined only for `gone` and `down` if the record never had one. */
  readonly spec: ResolvedSpec | undefined
  readonly record: BottleRecord
  /** Outputs of the earlier reconcilers, by name. */
  readonly upstream: Readonly<Record<string, Outputs>>
  readonly settings: Settings
  /** Judges the bottle's paths by what is ours and what other bottles have. */
  readonly taint: Taint
  /** The subnet reserved for the bottle, or why there is none. */
  readonly allocation: Choice
  /** True if a person asked for the `recreate` changes to be carried out. */
  readonly rollout: boolean
  /**
   * Why the operator's policy lets nothing of the bottle be made or started any more, with the canonical paths of this spec:
   * asked right before a start, as the steps before it may take minutes. Absent: nothing forbids it.
   */
  readonly forbidden?: (spec: ResolvedSpec, signal: AbortSignal) => Promise<{ readonly message: string } | undefined>
  /** ISO 8601 UTC of this pass. */
  readonly now: string
  /** The same by a clock that nobody sets while we run: for what we measure ourselves. */
  readonly steadyNow: string
}

/** Options of the controller that plans depend on. */
export interface Settings {
  readonly bundleImage: string | undefined
  /** Absolute, canonical. */
  readonly root: string
  readonly stateDir: string
  /** What no bottle may have. */
  readonly own: readonly OwnPath[]
  /** The controller's user id; 0 changes what smolvm may mount. */
  readonly userId: number
  readonly subnets: SubnetSettings
  /** Of bottles that name none; undefined: microvm. */
  readonly runtime?: Runtime | undefined
  /** `allow`: a VM whose seal is broken, or leaks on this machine, runs all the same. */
  readonly unsealed?: 'stop' | 'allow'
}

export interface SubnetSettings {
  /** CIDRs beside 192.168.0.0/16, in the order of use. */
  readonly pools: readonly string[]
  readonly excluded: readonly string[]
}

export type Plan =
  /** `met`: what its condition says while it is True; undefined: `Ready`. */
  | {
      readonly verdict: 'settled'
      readonly outputs: Outputs
      readonly met?: { readonly reason: string; readonly message: string }
    }
  | {
      readonly verdict: 'change'
      readonly steps: readonly Step[]
      /** Bring the later reconcilers to `down` before these steps. */
      readonly downstreamFirst?: boolean
    }
  | {
      readonly verdict: 'wait'
      readonly reason: string
      readonly message: string
      readonly retryAfterMs: number
      /** As for `stuck`. */
      readonly downstreamFirst?: boolean
    }
  | {
      readonly verdict: 'stuck'
      readonly reason: string
      readonly message: string
      /** Its present outputs, if any. */
      readonly outputs?: Outputs
      /** The boundary is not ours at the moment: only bring the later reconcilers to `down`. */
      readonly downstreamFirst?: boolean
    }

/** One effect. `because` completes the sentence "verb target, because …" in events and plans. */
export interface Step {
  readonly verb: string
  readonly target: string
  readonly because: string
  /** Takes seconds rather than milliseconds: the loop writes status before it. */
  readonly slow?: boolean
  /** Once it is done, a Warning of its own. */
  readonly warns?: { readonly reason: string; readonly message: string }
  /** Nobody is told: it changes the record only. */
  readonly quiet?: boolean
  /** `unsaid`: it had no effect after all, and the next look says why. */
  run(drivers: Drivers, signal: AbortSignal): Promise<'unsaid' | void>
}

/** Keeps the observed type inside, so that the list needs no `any`. */
export const defineReconciler = <Observed>(reconciler: Reconciler<Observed>): Reconciler =>
  reconciler as unknown as Reconciler

export const settled = (outputs: Outputs = {}): Plan => ({ verdict: 'settled', outputs })

export const change = (...steps: readonly Step[]): Plan => ({ verdict: 'change', steps })

export const wait = (reason: string, message: string, retryAfterMs: number): Plan => ({
  verdict: 'wait',
  reason,
  message,
  retryAfterMs,
})

export const stuck = (reason: string, message: string): Plan => ({ verdict: 'stuck', reason, message })

const isParked = ({ parked, deleting }: BottleRecord): boolean => parked !== undefined && deleting === undefined

/** Why something is stopped on the way to `down`. */
export const whyDown = ({ record, spec }: Situation): string => {
  if (isParked(record)) return "the bottle's document is gone"
  return spec?.suspend === true ? 'the bottle is suspended' : 'its network is not safe'
}

/** Why something is removed on the way to `gone`. */
export const whyGone = ({ record }: Situation): string =>
  isParked(record) ? "the bottle's document is gone" : 'the bottle is deleted'
