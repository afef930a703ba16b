import { DriverError } from '../../drivers/errors.ts'
import type { Drivers, Machine } from '../../drivers/ports.ts'
import { HASH, machineName } from '../derive/names.ts'
import { usedPaths } from '../derive/used-paths.ts'
import { holdsAll } from '../taint/held.ts'
import { idOf } from '../taint/overlap.ts'
import type { Use } from '../taint/overlap.ts'
import type { Verdict } from '../taint/taint.ts'
import { change } from '../contract/reconciler.ts'
import type { Plan, Situation, Step } from '../contract/reconciler.ts'
import { sealDrift } from './seal.ts'
import { machineShape } from './shape.ts'

/** What a VM may have of the host's paths: as its spec asks, and as it was made. */
export interface JudgedPaths {
  /** By its spec; only looked at where something is to be started, copied or recreated, or was edited. */
  readonly verdict: Verdict | undefined
  /** With the folder that it was made with, where that is another one. */
  readonly asMade: Verdict | undefined
}

export const judgePaths = async (
  situation: Situation,
  found: Machine | undefined,
  signal: AbortSignal,
): Promise<JudgedPaths> => {
  const { spec, record, taint } = situation
  if (spec === undefined || !mustBeJudged(situation, found)) return { verdict: undefined, asMade: undefined }
  const verdict = await taint.judge({ ...situation, spec }, signal)
  const madeWith = found === undefined ? undefined : record.machine?.mount
  const { workspace } = verdict.spec
  const isSame = workspace?.mode === 'mount' && workspace.path === madeWith
  const asMade =
    madeWith === undefined || isSame ? undefined : await taint.judge({ ...situation, spec, madeWith }, signal)
  return { verdict, asMade }
}

/** Also where it was started with other paths than the spec has now, or by a version that noted none. */
const mustBeJudged = (situation: Situation, found: Machine | undefined): boolean => {
  const { goal, spec, record, rollout } = situation
  if (goal !== 'up' || spec === undefined) return false
  if (usedPaths(spec).length === 0 && record.machine?.mount === undefined) return false
  const isAtRest = found?.state === 'running' && !rollout && record.machine?.workspaceCopied !== false
  if (!isAtRest || !holdsAll(spec, record.reach?.machine)) return true
  const { hash, request } = machineShape(situation)
  return found.labels[HASH] !== hash || sealDrift(found, request, record.machine) !== undefined
}

export const taintedBy = ({ verdict, asMade }: JudgedPaths): string | undefined =>
  (verdict?.tainted ?? asMade?.tainted)?.message

/** The spec's workspace leads to another folder than the VM was made with. */
export const isElsewhere = ({ record, spec }: Situation, { verdict }: JudgedPaths): boolean => {
  const madeWith = record.machine?.mount
  return (
    madeWith !== undefined &&
    spec?.workspace?.mode === 'mount' &&
    verdict !== undefined &&
    verdict.spec.workspace?.path !== madeWith
  )
}

/** It runs already: what it has is noted without a start. */
export const noteUnlessHeld = (situation: Situation): Plan | undefined => {
  const { spec, record, identity, name, taint } = situation
  if (spec === undefined || holdsAll(spec, record.reach?.machine)) return undefined
  const step: Step = {
    verb: 'note',
    target: `paths/${machineName(identity)}`,
    because: 'it was started with other paths',
    quiet: true,
    run: async (_, signal) =>
      void (await taint.hold({ name, identity, spec, madeWith: record.machine?.mount }, 'machine', signal)),
  }
  return change(step)
}

/** smolvm resolves the path once more while it starts: what stands there afterwards must be what was judged. */
export const requireMount = async (
  { identity }: Situation,
  uses: readonly Use[],
  { machines, paths }: Drivers,
  signal: AbortSignal,
): Promise<void> => {
  const mounted = uses.find(({ role, writable }) => role === 'workspace' && writable)
  if (mounted === undefined) return
  const { place } = mounted
  const now = await paths.look(place.canonical, signal)
  if (now.canonical === place.canonical && idOf(now) === idOf(place)) return
  await machines.stop(machineName(identity), signal)
  throw new DriverError({
    code: 'Tainted',
    operation: `start machine ${machineName(identity)}`,
    detail: `while it started, ${place.canonical} was replaced, and leads to ${now.canonical} now; it is stopped`,
    hint: `see who may write above ${place.canonical}`,
  })
}
