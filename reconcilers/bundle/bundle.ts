import { createBundle, pullImage, removeBundle, startBundle, stopBundle } from './steps.ts'
import { bundleRequest } from './request.ts'
import { crashesInARow, crashWaitMs, whyEnded } from './crashes.ts'
import { isForbidden } from '../derive/forbidden-path.ts'
import { HASH, OWNER, bundleName, claim, conflictMessage } from '../derive/names.ts'
import { conditionOf } from '../derive/last-condition.ts'
import type { Container, ContainerRequest, Port, ProbeResult } from '../../drivers/ports.ts'
import { change, defineReconciler, settled, stuck, wait } from '../contract/reconciler.ts'
import type { Plan, Situation } from '../contract/reconciler.ts'

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

  observe: async (situation, { containers, images, probes, host }, signal) => {
    const { identity, goal, spec, upstream, record } = situation
    const container = await containers.find(bundleName(identity), signal)
    if (goal !== 'up' || spec === undefined)
      return { container, imageThere: true, answers: [], routed: true, writable: [] }
    const running = container?.state === 'running'
    const image = imageOf(situation)
    const ports: readonly Port[] = [
      'proxy',
      ...(spec.git ? (['git'] as const) : []),
      ...(spec.supervise ? (['supervise'] as const) : []),
    ]
    const ip = String(upstream['network']?.['bundleIp'])
    const thorough = conditionOf(record.status, 'BundleReady')?.status !== 'True'
    const answers = running
      ? await Promise.all(ports.map(async (port) => ({ port, ...(await probes.ask({ ip, port, thorough }, signal)) })))
      : []
    const silent = answers.some((answer) => !answer.ok && answer.kind !== 'Refused' && answer.kind !== 'Unready')
    return {
      container,
      imageThere: image === undefined || (container !== undefined && running) || (await images.has(image, signal)),
      answers,
      writable:
        container === undefined
          ? await Promise.all(
              spec.bundle.mounts
                .filter(({ readOnly }) => !readOnly)
                .map(async ({ source }) => (await host.realpath(source)) ?? source),
            )
          : [],
      routed: !silent || (await host.routes(signal)).some(({ cidr }) => cidr === upstream['network']?.['subnet']),
    }
  },

  plan: (situation, observed) => {
    const { goal, owner } = situation
    const { container } = observed
    if (goal === 'up') return planUp(situation, observed)
    if (container === undefined || container.labels[OWNER] !== owner) return settled()
    if (goal === 'gone') return change(removeBundle(situation, container, 'the bottle is deleted'))
    if (['exited', 'created', 'dead'].includes(container.state)) return settled(outputsOf(situation, container))
    return change(
      stopBundle(
        situation,
        container,
        situation.spec?.suspend === true ? 'the bottle is suspended' : 'its network is not safe',
      ),
    )
  },
})

interface Observed {
  readonly container: Container | undefined
  readonly imageThere: boolean
  readonly answers: readonly (ProbeResult & { readonly port: Port })[]
  /** False if this host has no route to the bridge. */
  readonly routed: boolean
  /** Canonical sources of writable mounts, read only before a create. */
  readonly writable: readonly string[]
}

const PORT: Readonly<Record<Port, { readonly number: number; readonly reason: string }>> = {
  proxy: { number: 8888, reason: 'ProxyNotReady' },
  git: { number: 9418, reason: 'GitNotReady' },
  supervise: { number: 9100, reason: 'SuperviseNotReady' },
}
/** How long a port of a running container may be closed before the container is restarted. */
const CLOSED_MS = 30_000

const planUp = (situation: Situation, observed: Observed): Plan => {
  const { container, imageThere } = observed
  if (imageOf(situation) === undefined) {
    return stuck(
      'NoBundleImage',
      'no image for the bundle: set spec.bundle.image, or run bottled with --bundle-image REF',
    )
  }
  const mount = observed.writable.find((source) => isForbidden(source, situation.settings))
  if (mount !== undefined) {
    return stuck(
      'MountForbidden',
      `writable mount ${mount} contains the root or lies inside it: a bottle must not edit its own Bottle`,
    )
  }
  if (container === undefined) return planCreate(situation, imageThere, 'it does not exist')
  const owner = claim(container.labels, situation)
  if (owner === 'stranger')
    return stuck('NameConflict', conflictMessage(`container ${container.name}`, container.labels))
  if (owner === 'leftover')
    return change(removeBundle(situation, container, 'it belongs to an earlier bottle of this name'))
  const request = requestOf(situation)
  if (container.labels[HASH] !== request.labels[HASH])
    return change(removeBundle(situation, container, 'its spec changed'))
  if (!container.attachments.some(({ networkId }) => networkId === request.networkId)) {
    return change(removeBundle(situation, container, 'its network no longer exists'))
  }
  return planState(situation, observed, container)
}

const planState = (situation: Situation, observed: Observed, container: Container): Plan => {
  switch (container.state) {
    case 'running':
      return planAnswers(situation, observed, container)
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

const planAnswers = (situation: Situation, { answers, routed }: Observed, container: Container): Plan => {
  if (!routed) {
    return wait(
      'BridgeNotRoutable',
      `this host has no route to ${container.name}: Docker runs in a VM or rootless; a native rootful engine is needed`,
      5_000,
    )
  }
  for (const answer of answers) {
    if (answer.ok) continue
    const { number, reason } = PORT[answer.port]
    if (answer.kind === 'Unroutable')
      return wait('BridgeNotRoutable', `port ${number} of ${container.name}: ${answer.message}`, 5_000)
    const since = container.startedAt === undefined ? 0 : Date.parse(situation.now) - Date.parse(container.startedAt)
    if (answer.kind === 'Refused' && since > CLOSED_MS) {
      return change(
        stopBundle(situation, container, `port ${number} is closed`),
        startBundle(situation, container, `port ${number} was closed`),
      )
    }
    return wait(reason, `port ${number} of ${container.name}: ${answer.message}`, 50)
  }
  if (container.health === 'unhealthy') return wait('Unhealthy', `the HEALTHCHECK of ${container.name} fails`, 2_000)
  return settled(outputsOf(situation, container))
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

const planCreate = (situation: Situation, imageThere: boolean, because: string): Plan => {
  const request = requestOf(situation)
  const policy = situation.spec?.bundle.pullPolicy
  if (!imageThere && policy === 'Never') {
    return wait('ImageNotFound', `${request.image} is not present and pullPolicy is Never; load it into Docker`, 15_000)
  }
  const pull = imageThere && policy !== 'Always' ? [] : [pullImage(request.image, imageThere)]
  return change(...pull, createBundle(request, because))
}

const imageOf = ({ spec, settings }: Situation): string | undefined => spec?.bundle.image ?? settings.bundleImage

const requestOf = (situation: Situation): ContainerRequest => bundleRequest(situation, imageOf(situation) ?? '')

const outputsOf = (situation: Situation, { id, name, image }: Container): Readonly<Record<string, unknown>> => ({
  name,
  id,
  ip: situation.upstream['network']?.['bundleIp'],
  image,
  restarts: situation.record.bundleRestarts ?? 0,
})
