import type { Machine } from '../../drivers/ports.ts'
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
  if (silentSince === undefined) return change(noteSilence(situation, situation.now))
  const leftMs = Date.parse(silentSince) + SILENCE_MS - Date.parse(situation.now)
  if (leftMs <= 0) return change(stopMachine(situation, 'its process lives, but its guest stays silent'))
  const message = `the guest of machine ${name} is silent since ${silentSince}; it is restarted after ${SILENCE_MS / 1000} s of silence`
  // A clock that was set back must not prolong the wait.
  return wait('MachineSilent', message, Math.min(leftMs, SILENCE_MS))
}
