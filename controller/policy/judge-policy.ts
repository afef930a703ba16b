import type { HostPlaces, LookAtPath, LookedAt } from '../../drivers/host-facts.ts'
import { isLocalImage } from '../../reconcilers/derive/resolve.ts'
import type { ResolvedSpec } from '../../reconcilers/derive/resolve.ts'
import type { Runtime } from '../../reconcilers/derive/runtime.ts'
import { usedPaths } from '../../reconcilers/derive/used-paths.ts'
import { formatPath } from '../document/path.ts'
import { judgeUser } from './bundle-rules.ts'
import { judgeEgress } from './egress-rules.ts'
import type { Finding } from './finding.ts'
import { judgeImage } from './image-rules.ts'
import { judgeCount, judgeSizes } from './limit-rules.ts'
import { judgeSubnet } from './network-rules.ts'
import { judgePath } from './path-rules.ts'
import { policyName } from './policy.ts'
import type { Policy } from './policy.ts'
import { judgeRuntime } from './runtime-rules.ts'
import { judgeVariable } from './secret-rules.ts'

/**
 * Judges a spec by the operator's policy: controller, `validate`, `plan`, `apply` and `policy explain` alike. Pure.
 *
 * Guarantees: each thing that the spec asks for gets one finding, in the order of the fields; every level forbids what the one
 *   before it forbids; a list that the policy has counts at every level, and at `restricted` one that it lacks is empty.
 * Assumptions: `looked` has every path of `usedPaths`, looked at now. What is forbidden to all (the controller's own folders,
 *   what an agent can write) is judged elsewhere.
 */
export interface Question {
  readonly spec: ResolvedSpec
  readonly looked: ReadonlyMap<string, LookedAt>
  readonly places: HostPlaces
  /** The controller's pools beside 192.168.0.0/16. */
  readonly pools: readonly string[]
  /** Of bottles that name none; undefined: microvm. */
  readonly runtime?: Runtime | undefined
  /** Bottles of this root beside this one, and whether this one is there already. */
  readonly bottles: { readonly others: number; readonly exists: boolean }
}

export const judgePolicy = (policy: Policy, question: Question): readonly Finding[] => {
  const { spec, looked, places, pools, bottles, runtime } = question
  const { bundle, machine } = spec
  return [
    ...judgeCount(bottles, policy),
    ...usedPaths(spec).map((used) =>
      judgePath(used, looked.get(used.path) ?? { canonical: used.path, kind: 'unknown' }, { policy, places }),
    ),
    ...Object.entries(spec.secrets).flatMap(([key, source]) =>
      'fromEnv' in source ? [judgeVariable(key, source.fromEnv, policy)] : [],
    ),
    ...judgeEgress(spec.egress, policy),
    ...(spec.subnet === undefined ? [] : [judgeSubnet(spec.subnet, policy, pools)]),
    ...(bundle.image === undefined ? [] : [judgeImage(['spec', 'bundle', 'image'], bundle.image, policy)]),
    ...(bundle.user === undefined ? [] : [judgeUser(bundle.user, policy)]),
    ...(machine.image === undefined || isLocalImage(machine.image)
      ? []
      : [judgeImage(['spec', 'machine', 'image'], machine.image, policy)]),
    ...judgeRuntime(spec, policy, runtime),
    ...judgeSizes(spec, policy),
  ]
}

/** Looks at every host path of a spec, now. */
export const lookAtPaths = async (
  spec: ResolvedSpec,
  look: LookAtPath,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, LookedAt>> =>
  new Map(
    await Promise.all(
      [...new Set(usedPaths(spec).map(({ path }) => path))].map(
        async (path) => [path, await look(path, signal)] as const,
      ),
    ),
  )

export const forbiddenIn = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ verdict }) => verdict === 'forbidden')

/** In one sentence, without its place in the file. */
export const violationText = ({ field, asked, why, rule, remedy }: Finding, policy: Policy): string =>
  `${formatPath(field)} ${asked === '' ? '' : `${asked} `}${why}: forbidden by ${rule} of the policy ${policyName(policy)}${remedy === undefined ? '' : `; ${remedy}`}`
