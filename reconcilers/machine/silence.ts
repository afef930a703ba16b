import type { Machine } from '../../drivers/ports.ts'
import { elapsedMs } from '../derive/elapsed.ts'
import { noteSilence, stopMachine } from './steps.ts'
import { change, wait } from '../contract/reconciler.ts'
import type { Plan, Situation } from '../contract/reconciler.ts'

/**
 * The plan for a VM whose process lives but whose guest is silent.
 *
 * Guarantees: a guest that is busy for a moment is not stopped: smolvm waits three seconds for an answer, and only a guest
 *   that stays silent is stopped. The record holds since when it is silent.
 * Caveats: an `exec` may make smolvm store the silence, though the guest answers again (smolvm-1.32.md rule 16).
 */
const SILENCE_MS = 10_000

export const planSilent = (situation: Situation, { name }: Machine): Plan => {
  const { silentSince } = situation.record.machine ?? {}
  const silentMs = silentSince === undefined ? undefined : elapsedMs(silentSince, situation.steadyNow)
  // Also where it was noted by a clock that was set back since: then it begins anew, once.
  if (silentMs === undefined) return change(noteSilence(situation, situation.steadyNow))
  if (silentMs >= SILENCE_MS) return change(stopMachine(situation, 'its process lives, but its guest stays silent'))
  const message = `the guest of machine ${name} is silent since ${silentSince}; it is restarted after ${SILENCE_MS / 1000} s of silence`
  return wait('MachineSilent', message, SILENCE_MS - silentMs)
}
