import type { Container, Port, ProbeResult } from '../../drivers/ports.ts'
import { elapsedMs } from '../derive/elapsed.ts'
import { noteAnswer, startBundle, stopBundle } from './steps.ts'
import { change, wait } from '../contract/reconciler.ts'
import type { Plan, Situation } from '../contract/reconciler.ts'

/** What the answers of a running bundle's ports mean; undefined if all is well. Pure. */
export interface Answers {
  readonly answers: readonly (ProbeResult & { readonly port: Port })[]
  /** False if the way from this host doesn't lead over our bridge, and they are not asked from inside. */
  readonly routed: boolean
}

const PORT: Readonly<Record<Port, { readonly number: number; readonly reason: string }>> = {
  proxy: { number: 8888, reason: 'ProxyNotReady' },
  git: { number: 9418, reason: 'GitNotReady' },
  supervise: { number: 9100, reason: 'SuperviseNotReady' },
}
/** How long a port of a running container that has answered may be closed before the container is restarted. */
const CLOSED_MS = 30_000

export const planAnswers = (
  situation: Situation,
  { answers, routed }: Answers,
  container: Container,
): Plan | undefined => {
  if (!routed) {
    return unroutable(
      `this host has no route to ${container.name}: Docker runs in a VM or rootless; a VM needs a native rootful engine, an agent in a container (machine.runtime) doesn't`,
    )
  }
  for (const answer of answers) {
    if (answer.ok) continue
    const { number, reason } = PORT[answer.port]
    // Over our own bridge nobody has the address, as when the bundle ends right now: no danger for the VM.
    if (answer.kind === 'Unroutable')
      return wait('BridgeNotRoutable', `port ${number} of ${container.name}: ${answer.message}`, 5_000)
    if (answer.kind === 'Refused' && isOverdue(situation, container)) {
      return change(
        stopBundle(situation, container, `port ${number} is closed`),
        startBundle(situation, container, `port ${number} was closed`),
      )
    }
    return wait(reason, `port ${number} of ${container.name}: ${answer.message}`, 50)
  }
  if (container.health === 'unhealthy') return wait('Unhealthy', `the HEALTHCHECK of ${container.name} fails`, 2_000)
  // A list doesn't know since when it runs; a look by inspect follows then.
  if (situation.record.bundleAnswered === undefined || isFirstAnswer(situation, container))
    return change(noteAnswer(situation, container))
  return undefined
}

const isFirstAnswer = ({ record }: Situation, { startedAt }: Container): boolean =>
  startedAt !== undefined && startedAt !== record.bundleAnswered

/** Starting isn't being ill. A start in the future tells nothing, so it is made anew, by the clock as it is now. */
const isOverdue = (situation: Situation, container: Container): boolean => {
  if (container.startedAt === undefined) return false
  const startMs = isFirstAnswer(situation, container) ? (situation.spec?.bundle.startTimeoutMs ?? 0) : 0
  return (elapsedMs(container.startedAt, situation.now) ?? Infinity) > Math.max(CLOSED_MS, startMs)
}

/** The address may be anybody's then. */
const unroutable = (message: string): Plan => ({
  verdict: 'wait',
  reason: 'BridgeNotRoutable',
  message,
  retryAfterMs: 5_000,
  downstreamFirst: true,
})
