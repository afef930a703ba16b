import type { Container, Machine, SealLook } from '../../drivers/ports.ts'
import { machineName, sealName, HASH, OWNER, claim, conflictMessage } from '../derive/names.ts'
import { isHolder, mayHaveHolder, metBy, triedBy, unsupported } from './container.ts'
import { machineShape } from './shape.ts'
import type { MachineShape } from './shape.ts'
import { givenBy, isUnlikeGiven, sealDrift } from './seal.ts'
import type { SealDrift } from './seal.ts'
import { planLeak } from './leak.ts'
import { leakOf, sealedOf, standOf } from './sealed.ts'
import { guestSecrets } from '../derive/deliveries.ts'
import { isLocalImage } from '../derive/resolve.ts'
import { isElsewhere, judgePaths, noteUnlessHeld, taintedBy } from './paths.ts'
import type { JudgedPaths } from './paths.ts'
import { planSilent } from './silence.ts'
import { movedSecrets } from './secrets.ts'
import {
  changeMachine,
  copyWorkspace,
  createMachine,
  noteGiven,
  noteSilence,
  removeMachine,
  resealMachine,
  startMachine,
  stopMachine,
} from './steps.ts'
import { giveUpPaths } from '../contract/give-up.ts'
import { change, defineReconciler, settled, stuck, wait, whyDown } from '../contract/reconciler.ts'
import type { Plan, Situation } from '../contract/reconciler.ts'

/**
 * The microVM, or the container in its place. Last to start, first to stop.
 *
 * Flow: create from our own copy of its source, start, copy the workspace in; a change stops it, or waits, by update class.
 * Guarantees: never started without its secrets, never with another seal than was asked, nor where a guest of ours got out; a
 *   seal that others changed stops it until a person asks for a rollout, which keeps the disk where smolvm can take the change
 *   back, unless `--unsealed=allow` has it run all the same; the disk is only
 *   destroyed by `gone`, or for a `recreate` change under `updatePolicy: Recreate` or a rollout.
 * Assumptions: the bundle is settled upstream. Caveats: `created` is also the state of a booting VM; `starting` in the
 *   record marks a VM that may boot, and that VM is stopped first.
 */
export const machine = defineReconciler<Observed>({
  name: 'machine',
  keepsData: true,

  observe: async (situation, { machines, containers, secrets, archives, authorities, seals }, signal) => {
    const { identity, goal, spec, record } = situation
    const found = await machines.find(machineName(identity), signal)
    // Also of those for the proxy: before an edit the guest may have had them.
    const keys = Object.keys(spec?.secrets ?? {})
    const starts = goal === 'up' && found?.state !== 'running'
    const { verdict, asMade } = await judgePaths(situation, found, signal)
    // What is tainted isn't even read.
    const judged = verdict?.tainted === undefined ? (verdict?.spec ?? spec) : undefined
    const file = goal === 'up' && situation.rollout ? localSource(judged) : undefined
    const { given } = record.machine ?? {}
    const isUnlike = found !== undefined && (given === undefined || isUnlikeGiven(found, given))
    const [missing, secretsThere, source, version, holder] = await Promise.all([
      starts && judged !== undefined && keys.length > 0 ? secrets.missing(guestSecrets(judged)) : undefined,
      goal !== 'up' && keys.length > 0 ? secrets.has(identity) : false,
      file === undefined ? undefined : archives.keepFile(file, signal),
      goal === 'up' && isUnlike ? machines.version(signal) : undefined,
      goal !== 'up' && mayHaveHolder(situation, found) ? containers.find(sealName(identity), signal) : undefined,
    ])
    const folder = spec?.egress === undefined ? {} : { guestFolder: authorities.guestFolder(identity) }
    const seen = { machine: found, missing, secretsThere, verdict, asMade, source, version, seal: seals.last() }
    return { ...seen, ...folder, ...(isHolder(situation, holder) ? { holder } : {}) }
  },

  plan: (situation, observed) => {
    if (situation.goal === 'up') {
      const shape = machineShape(situation)
      return withSealed(planUp(situation, observed, shape), { situation, observed, shape })
    }
    const { machine, secretsThere, holder } = observed
    const exists = machine !== undefined && machine.labels[OWNER] === situation.owner
    if (situation.goal === 'gone') {
      const left = secretsThere ? 'its secrets are left over' : 'what seals it is left over'
      return exists || secretsThere || holder !== undefined
        ? change(removeMachine(situation, exists ? `the bottle is deleted; ${DISK_GOES}` : left))
        : settled()
    }
    const down = !exists || (isDown(machine) && situation.record.machine?.starting !== true)
    const isHeld = holder?.state === 'running' || holder?.state === 'paused'
    if (down && !secretsThere && !isHeld)
      return giveUpPaths(situation, 'machine') ?? settled(exists ? outputsOf(machine) : {})
    return change(stopMachine(situation, whyDown(situation)))
  },

  /** Secrets that a VM which is down must not keep. */
  pulse: async ({ goal, spec, identity }, { secrets }) =>
    goal === 'up' || Object.keys(spec?.secrets ?? {}).length === 0 || !(await secrets.has(identity)),
})

const DISK_GOES = 'its disk goes with it'

interface Observed extends JudgedPaths {
  readonly machine: Machine | undefined
  /** The first secret source that can't be read. */
  readonly missing: string | undefined
  readonly secretsThere: boolean
  /** What seals a container of an agent, read only on the way down. */
  readonly holder?: Container | undefined
  /** Our copy of its source file as it is now, read only for a rollout. */
  readonly source: string | undefined
  /** Of smolvm, read only where it reports what it didn't when the VM was new. */
  readonly version?: string | undefined
  /** Where it finds what it trusts; undefined without `egress`. */
  readonly guestFolder?: string | undefined
  /** What was shown of this machine's seal; undefined before the first look. */
  readonly seal?: SealLook | undefined
}

/** Where it rests: what can be said of its seal. */
const withSealed = (
  plan: Plan,
  {
    situation: { record, upstream },
    observed: { machine: found, seal },
    shape,
  }: { readonly situation: Situation; readonly observed: Observed; readonly shape: MachineShape },
): Plan => {
  if ((plan.verdict !== 'settled' && plan.verdict !== 'stuck') || plan.outputs === undefined || seal === undefined)
    return plan
  const drift = found === undefined ? undefined : sealDrift(found, shape.request, record.machine)
  const edges = upstream['edges']?.['open'] as string | undefined
  const stand = standOf(seal, shape.request)
  const tried = triedBy(found, drift)
  return { ...plan, outputs: { ...plan.outputs, Sealed: sealedOf({ stand, drift, edges, tried }) } }
}

const planUp = (situation: Situation, observed: Observed, shape: MachineShape): Plan => {
  const { machine: found } = observed
  const leak = leakOf(situation, observed.seal, shape.request)
  if (found === undefined)
    return leak === undefined
      ? planStart(situation, observed, shape)
      : planLeak(situation, { found, because: leak, outputs: {} })
  const owner = claim(found.labels, situation)
  if (owner === 'stranger') return stuck('NameConflict', conflictMessage(`machine ${found.name}`, found.labels))
  if (owner === 'leftover')
    return change(removeMachine(situation, `it belongs to an earlier bottle of this name; ${DISK_GOES}`))

  // Of another version of smolvm, or of a VM whose creation was not seen to its end.
  if (
    observed.version !== undefined &&
    observed.version !== situation.record.machine?.given?.version &&
    situation.record.machine !== undefined
  )
    return change(noteGiven(situation, givenBy(found, observed.version)))
  if (found.astray !== undefined) return change(stopMachine(situation, found.astray))
  const drift = sealDrift(found, shape.request, situation.record.machine)
  const rebuilt = observed.source !== undefined && observed.source !== situation.record.machine?.source
  const moved = isElsewhere(situation, observed)
  const renewed = found.labels[HASH] !== shape.hash || rebuilt || moved
  const danger = (observed.asMade ?? (renewed ? undefined : observed.verdict))?.tainted
  if (danger?.reachesOurs === true && !isDown(found)) return change(stopMachine(situation, danger.message, true))
  // Before any rollout: what can't be started again isn't removed.
  if (leak !== undefined) return planLeak(situation, { found, because: leak, outputs: outputsOf(found) })
  const isAllowed = situation.rollout || situation.spec?.machine.updatePolicy === 'Recreate'
  // Not for one that couldn't be started: its disk would be lost for nothing.
  const why = unsupported(situation)
  const recreates = isAllowed && observed.verdict?.tainted === undefined && why === undefined
  if (renewed && recreates)
    return change(removeMachine(situation, `${drift?.because ?? whyRenewed({ rebuilt, moved })}; ${DISK_GOES}`))
  const isTakenBack = drift !== undefined && isHealed(situation, { drift, isAllowed, recreates })
  if (drift !== undefined && (isTakenBack || situation.settings.unsealed !== 'allow'))
    return planDrift(situation, { found, shape, drift, isAllowed, recreates })
  const secretsMoved = renewed ? movedSecrets(situation) : []
  if (secretsMoved.length > 0) {
    const message = `the VM has ${secretsMoved.join(', ')} otherwise than the spec says, and can't be given it anew: it must be recreated, and its disk is lost: bottlectl rollout ${situation.name}`
    return { verdict: 'stuck', reason: 'UpdatePending', message, outputs: outputsOf(found) }
  }
  const plan = planRunning(situation, observed, { ...shape, found })
  if (plan.verdict !== 'settled') return plan
  const tainted = taintedBy(observed)
  if (tainted !== undefined) return { verdict: 'stuck', reason: 'Tainted', message: tainted, outputs: plan.outputs }
  if (why !== undefined) return { verdict: 'stuck', reason: 'NotSupported', message: why, outputs: plan.outputs }
  if (!renewed) return observed.verdict === undefined ? plan : (noteUnlessHeld(situation) ?? plan)
  const message = `the change recreates the VM, and its disk is lost: bottlectl rollout ${situation.name} applies it`
  return { verdict: 'stuck', reason: 'UpdatePending', message, outputs: plan.outputs }
}

const whyRenewed = ({ rebuilt, moved }: { readonly rebuilt: boolean; readonly moved: boolean }): string => {
  if (rebuilt) return 'its source file was rebuilt'
  return moved ? 'its workspace leads to another folder' : 'its spec changed in fields that need a new disk'
}

interface Drifted {
  readonly drift: SealDrift
  readonly isAllowed: boolean
  /** The same, and another could be started. */
  readonly recreates: boolean
}

/** A new version of smolvm may say the same of every new VM: no policy alone may destroy a disk for that. */
const mayRemake = ({ rollout }: Situation, { drift, recreates }: Drifted): boolean =>
  recreates && !drift.inPlace && (drift.certain || rollout)

const isHealed = (situation: Situation, drifted: Drifted): boolean =>
  (drifted.isAllowed && drifted.drift.inPlace) || mayRemake(situation, drifted)

/** Somebody opened it: it is down until a person has looked, unless the policy says that its disk may go. */
const planDrift = (
  situation: Situation,
  { found, shape, ...drifted }: Drifted & { readonly found: Machine; readonly shape: MachineShape },
): Plan => {
  const { drift, isAllowed } = drifted
  const { because, inPlace } = drift
  const isStopped = isDown(found) && situation.record.machine?.starting !== true
  if (mayRemake(situation, drifted)) return change(removeMachine(situation, `${because}; ${DISK_GOES}`))
  if (!isStopped) return change(stopMachine(situation, because))
  if (isAllowed && inPlace) return change(resealMachine(situation, shape, because))
  const message = inPlace
    ? `${because}; bottlectl rollout ${situation.name} takes that back and starts the VM again, with its disk`
    : `${because}; the VM must be recreated, and its disk is lost: bottlectl rollout ${situation.name}`
  return { verdict: 'stuck', reason: 'EgressDrift', message, outputs: outputsOf(found) }
}

const planRunning = (
  situation: Situation,
  observed: Observed,
  { found, ...shape }: MachineShape & { readonly found: Machine },
): Plan => {
  const { record } = situation
  if (record.machine?.restartHash !== shape.restartHash || record.machine.guestFolder !== observed.guestFolder) {
    if (!isDown(found)) return change(stopMachine(situation, 'env, cpus, memory or storage changed'))
    // smolvm can't grow the disk of a machine that never ran; the disk is still empty.
    if (
      found.state === 'created' &&
      record.machine?.starting !== true &&
      shape.request.storageGiB !== (found.storageGiB ?? undefined)
    ) {
      return change(removeMachine(situation, 'its storage changed before it ever ran'))
    }
    return change(changeMachine(situation, shape, found))
  }
  switch (found.state) {
    case 'running':
      if (record.machine?.silentSince !== undefined) return change(noteSilence(situation, undefined))
      break
    case 'unreachable':
      return planSilent(situation, found)
    case 'frozen':
      return wait('MachineFrozen', `machine ${found.name} is a fork base; smolvm must release it`, 5_000)
    case 'created':
    case 'stopped':
    case 'failed':
      return planStart(situation, observed, shape, found)
  }
  const { workspace } = situation.spec ?? {}
  const isDue = workspace?.mode === 'copy' && record.machine?.workspaceCopied === false
  if (isDue && taintedBy(observed) === undefined) return change(copyWorkspace(situation, workspace))
  const met = metBy(found)
  return { verdict: 'settled', outputs: outputsOf(found), ...(met === undefined ? {} : { met }) }
}

/** Creates the VM if necessary and starts it, unless a requirement of the start is missing. */
const planStart = (situation: Situation, observed: Observed, shape: MachineShape, found?: Machine): Plan => {
  const { spec, settings } = situation
  const { missing, verdict } = observed
  const tainted = taintedBy(observed)
  if (tainted !== undefined) return stuck('Tainted', tainted)
  const why = unsupported(situation)
  if (why !== undefined) return stuck('NotSupported', why)
  if (missing !== undefined) return wait('SecretUnavailable', `${missing}; the VM isn't started without it`, 5_000)
  const workspace = verdict?.uses.find(({ role }) => role === 'workspace')
  if (spec?.workspace !== undefined && workspace?.place.kind === 'missing') {
    return wait('WorkspaceUnavailable', `workspace ${spec.workspace.path} doesn't exist`, 5_000)
  }
  if (spec?.workspace?.mode === 'mount' && settings.userId === 0 && shape.request.container === undefined) {
    return stuck(
      'RootMount',
      "as root smolvm gives each VM its own uid, which can't use a mounted workspace; run bottled as an ordinary user in the groups docker and kvm, or use mode: copy",
    )
  }
  if (found === undefined) return change(createMachine(situation, shape))
  return change(
    startMachine(situation, found.lastExit === undefined ? `it is ${found.state}` : `it ended: ${found.lastExit}`),
  )
}

const localSource = (spec: Situation['spec']): string | undefined =>
  spec?.machine.artifact ??
  (spec?.machine.image !== undefined && isLocalImage(spec.machine.image) ? spec.machine.image : undefined)

const isDown = ({ state }: Machine): boolean => state === 'created' || state === 'stopped' || state === 'failed'

const outputsOf = ({ name, state, pid, runtime }: Machine): Readonly<Record<string, unknown>> => ({
  name,
  state,
  ...(runtime === undefined ? {} : { runtime }),
  ...(pid === undefined || state !== 'running' ? {} : { pid }),
})
