import { createBundle, pullImage, removeBundle, startBundle, stopBundle } from './steps.ts'
import { noteBundlePaths, planTaint } from './tainted.ts'
import { planAnswers } from './answers.ts'
import type { Answers } from './answers.ts'
import { bundleRequest } from './request.ts'
import { differencesOf, misplacementOf } from './drift.ts'
import { crashesInARow, crashWaitMs, whyEnded } from './crashes.ts'
import { bundleIpOf } from '../derive/cidr.ts'
import { leadsOverBridge, wayToBundle } from '../contract/way.ts'
import { usedPaths } from '../derive/used-paths.ts'
import { heldSpec, holdsAll } from '../taint/held.ts'
import type { Verdict } from '../taint/taint.ts'
import { HASH, OWNER, ROLE, UID, bundleName, claim, conflictMessage, networkName } from '../derive/names.ts'
import { isOwnBundle } from '../derive/own-bundle.ts'
import { conditionOf } from '../derive/last-condition.ts'
import type { Container, ContainerRequest, Port, Probes } from '../../drivers/ports.ts'
import { giveUpPaths } from '../contract/give-up.ts'
import { change, defineReconciler, settled, stuck, wait, whyDown, whyGone } from '../contract/reconciler.ts'
import type { Plan, Situation, Step } from '../contract/reconciler.ts'

/**
 * The bundle container: egress proxy, git gate, supervise server, pinned at `.2`.
 *
 * Flow: pull if needed, create, start, then ask each declared port from the host until it answers. That answer is also
 *   the proof that a VM can reach it.
 * Guarantees: judged by its answers, not by Docker's state; hardened as the request says.
 * Assumptions: the network is settled upstream. Caveats: a bundle is repaired under a running VM, which has no way out meanwhile.
 */
export const bundle = defineReconciler<Observed>({
  name: 'bundle',

  observe: async (situation, { networks, containers, images, probes, host }, signal) => {
    const { identity, goal, owner, uid, spec, upstream, record } = situation
    const [container, carrying] = await Promise.all([
      containers.find(bundleName(identity), signal),
      containers.carrying({ [OWNER]: owner, [UID]: uid }, signal),
    ])
    // An agent's container and its seal are the machine's.
    const strays = carrying.filter(
      ({ id, name, labels }) => id !== container?.id && name !== bundleName(identity) && labels[ROLE] === undefined,
    )
    if (goal !== 'up' || spec === undefined) {
      const found = goal === 'down' ? await networks.find(networkName(identity), signal) : []
      const hasNetwork = isOnOneOf(container, found) && !isOnOneOf(container, [{ id: record.hauntedNetwork }])
      return { container, strays, hasNetwork, imageThere: true, answers: [], routed: true, verdict: undefined }
    }
    const running = container?.state === 'running'
    const image = imageOf(situation)
    const network = upstream['network']
    const hasNetwork = isOnOneOf(container, [{ id: network?.['id'] }])
    const ip = String(network?.['bundleIp'])
    const way = running ? await wayToBundle(host, String(network?.['subnet']), situation) : 'bridge'
    const inside = way === 'inside' ? container?.id : undefined
    const routed = way !== 'none'
    return {
      container,
      strays,
      hasNetwork,
      imageThere:
        image === undefined || (running && !isToBeReplaced(situation, container)) || (await images.has(image, signal)),
      // Off our network, or by another way, only a stranger can answer.
      answers: running && hasNetwork && routed ? await askPorts(situation, { ip, inside, probes }, signal) : [],
      routed,
      verdict: mustBeJudged(situation, container)
        ? await situation.taint.judge({ ...situation, spec }, signal)
        : undefined,
    }
  },

  plan: (situation, observed) => {
    const { goal, owner } = situation
    const { container, strays, hasNetwork } = observed
    if (strays.length > 0) return removeStrays(situation, strays)
    if (goal === 'up') return planUp(situation, observed)
    if (container === undefined || container.labels[OWNER] !== owner)
      return giveUpPaths(situation, 'bundle') ?? settled()
    if (goal === 'gone') return change(removeBundle(situation, container, whyGone(situation)))
    if (['exited', 'created', 'dead'].includes(container.state))
      return giveUpPaths(situation, 'bundle') ?? settled(outputsOf(situation, container))
    // It can't be started again, so there is nothing to stop politely for.
    if (situation.spec?.suspend !== true && !hasNetwork) return change(removeBundle(situation, container, OFF_NETWORK))
    return change(stopBundle(situation, container, whyDown(situation)))
  },

  /** Its ports, and with them the way there. */
  pulse: async (situation, { probes, host }, signal) => {
    const { goal, record } = situation
    if (goal !== 'up') return true
    if (record.subnet === undefined) return false
    const ip = bundleIpOf(record.subnet)
    // Without it a whole pass looks why, also where its ports are asked from inside then: the way may have been taken just now.
    if (!(await leadsOverBridge(host, record.subnet))) return false
    return (await askPorts(situation, { ip, inside: undefined, probes }, signal)).every(({ ok }) => ok)
  },
})

const askPorts = async (
  { spec, record }: Situation,
  { ip, inside, probes }: { readonly ip: string; readonly inside: string | undefined; readonly probes: Probes },
  signal: AbortSignal,
): Promise<Answers['answers']> => {
  const ports: readonly Port[] = [
    'proxy',
    ...(spec?.git === true ? (['git'] as const) : []),
    ...(spec?.supervise === true ? (['supervise'] as const) : []),
  ]
  const thorough = conditionOf(record.status, 'BundleReady')?.status !== 'True'
  if (inside !== undefined) {
    const results = await probes.askInside({ container: inside, ip, ports, thorough }, signal)
    return results.flatMap((result, at) => {
      const port = ports[at]
      return port === undefined ? [] : [{ port, ...result }]
    })
  }
  return Promise.all(ports.map(async (port) => ({ port, ...(await probes.ask({ ip, port, thorough }, signal)) })))
}

interface Observed extends Answers {
  readonly container: Container | undefined
  /** Others that carry our labels: it was renamed, or a tool made a copy. */
  readonly strays: readonly Container[]
  /** It hangs on the network that is to stay. */
  readonly hasNetwork: boolean
  readonly imageThere: boolean
  /** Of the bottle's paths; only looked at where something is to be started or was edited. */
  readonly verdict: Verdict | undefined
}

/** Before a start, and where it was started with other paths than the spec has now, or by a version that noted none. */
const mustBeJudged = ({ spec, record }: Situation, container: Container | undefined): boolean =>
  spec !== undefined &&
  (container?.state !== 'running' ? usedPaths(spec).length > 0 : !holdsAll(spec, record.reach?.bundle))

const isOnOneOf = (container: Container | undefined, networks: readonly { readonly id: unknown }[]): boolean =>
  container?.attachments.some(({ networkId }) => networks.some(({ id }) => id === networkId)) ?? false

const OFF_NETWORK = "it is not on the bottle's network"

const removeStrays = (situation: Situation, strays: readonly Container[]): Plan =>
  change(
    ...strays.map((stray) => removeBundle(situation, stray, 'it carries the labels of the bundle, under another name')),
  )

const planUp = (situation: Situation, observed: Observed): Plan => {
  const { container } = observed
  if (imageOf(situation) === undefined) {
    return stuck(
      'NoBundleImage',
      'no image for the bundle: set spec.bundle.image, or run bottled with --bundle-image REF',
    )
  }
  const tainted = planTaint(situation, observed)
  if (tainted !== undefined) return tainted
  const image = imageOf(situation) ?? ''
  // Before anything is removed for it: after an upgrade the earlier bundle goes on until the new one is built.
  if (!observed.imageThere && isOwnBundle(image))
    return wait('ImageNotFound', `${image} is not present; bottled bundle build makes it`, 15_000)
  if (container === undefined) return planCreate(situation, observed, 'it does not exist')
  const owner = claim(container.labels, situation)
  if (owner === 'stranger')
    return stuck('NameConflict', conflictMessage(`container ${container.name}`, container.labels))
  if (owner === 'leftover')
    return change(removeBundle(situation, container, 'it belongs to an earlier bottle of this name'))
  const request = requestOf(situation, observed)
  if (!observed.hasNetwork) return change(removeBundle(situation, container, OFF_NETWORK))
  const isOther = container.labels[HASH] !== request.labels[HASH]
  const drift = isOther ? undefined : driftOf(situation, request, container)
  if ((isOther || drift !== undefined) && observed.verdict?.tainted !== undefined)
    return stuck('Tainted', observed.verdict.tainted.message)
  // What runs goes on until the image of the next one is here.
  if (isOther) return withImage(situation, observed, removeBundle(situation, container, 'its spec changed'))
  if (drift !== undefined) return change(removeBundle(situation, container, drift))
  const plan = planState(situation, observed, container)
  const isUnnoted = observed.verdict !== undefined && observed.verdict.tainted === undefined
  return plan.verdict === 'settled' && isUnnoted ? change(noteBundlePaths(situation)) : plan
}

const isToBeReplaced = (situation: Situation, { labels }: Pick<Container, 'labels'>): boolean =>
  labels[HASH] !== bundleRequest(situation, imageOf(situation) ?? '').labels[HASH]

/** As the Engine made it at our own request, it is as asked: another would be made likewise, for ever. */
const driftOf = ({ record }: Situation, request: ContainerRequest, container: Container): string | undefined => {
  const misplaced = misplacementOf(request, container)
  const given = record.bundleGiven?.id === container.id ? record.bundleGiven.differences : []
  const differences = container.facts === undefined ? [] : differencesOf(request, container.facts)
  const because = [misplaced ?? [], differences.filter((difference) => !given.includes(difference))].flat()
  return because.length === 0 ? undefined : because.join('; ')
}

const planState = (situation: Situation, observed: Observed, container: Container): Plan => {
  switch (container.state) {
    case 'running':
      return planAnswers(situation, observed, container) ?? settled(outputsOf(situation, container))
    case 'created':
      return change(startBundle(situation, container, 'it was created but not started'))
    case 'exited':
      return planExited(situation, container)
    case 'paused':
    case 'dead':
      return change(removeBundle(situation, container, `it is ${container.state}`))
    case 'restarting':
    case 'removing':
      return wait('BundleBusy', `container ${container.name} is ${container.state}`, 500)
  }
}

const planExited = (situation: Situation, container: Container): Plan => {
  const because = whyEnded(container)
  const crashes = crashesInARow(container, situation.record)
  const leftMs = crashWaitMs(container, crashes, situation.now)
  if (leftMs > 0) {
    return wait('CrashLoop', `${because}, ${crashes} times in a row; see bottlectl logs ${situation.name}`, leftMs)
  }
  return change(startBundle(situation, container, because, crashes))
}

const planCreate = (situation: Situation, observed: Observed, because: string): Plan =>
  withImage(situation, observed, createBundle(situation, requestOf(situation, observed), because))

/** The step, once its image is here. */
const withImage = (situation: Situation, { imageThere }: Observed, step: Step): Plan => {
  const image = imageOf(situation) ?? ''
  const policy = situation.spec?.bundle.pullPolicy
  if (!imageThere && policy === 'Never')
    return wait('ImageNotFound', `${image} is not present and pullPolicy is Never; load it into Docker`, 15_000)
  const isPulled = (!imageThere || policy === 'Always') && !isOwnBundle(image)
  return change(...(isPulled ? [pullImage(image, imageThere)] : []), step)
}

const imageOf = ({ spec, settings }: Situation): string | undefined => spec?.bundle.image ?? settings.bundleImage

/** With its mounts as they were judged: now, or when it was started. */
const requestOf = (situation: Situation, { verdict }: Observed): ContainerRequest => {
  const { spec, record } = situation
  const judged = verdict?.spec ?? (spec === undefined ? undefined : heldSpec(spec, record.reach?.bundle))
  return bundleRequest(situation, imageOf(situation) ?? '', judged?.bundle.mounts)
}

const outputsOf = (
  situation: Situation,
  { id, name, image, startedAt }: Container,
): Readonly<Record<string, unknown>> => ({
  name,
  id,
  startedAt,
  ip: situation.upstream['network']?.['bundleIp'],
  image,
  restarts: situation.record.bundleRestarts ?? 0,
})
