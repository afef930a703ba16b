import type { Outcome } from '../engine/port.ts'
import type { Decision } from '../../egress/policy.ts'
import { shown } from '../../egress/shown.ts'

/**
 * One decision as one line of JSON, for the container's log, which Docker bounds and rotates. Pure.
 *
 * Guarantees: no query, no header, no value of a secret; bounded, and harmless for a terminal.
 */
export const recordLine = (outcome: Outcome, now: number): string => {
  const { host, port, method, path, reason, cut, up, down, ms } = outcome
  const note = (outcome.note ?? {}) as Partial<Extract<Decision, { allow: true }>>
  const [bare = ''] = path.split('?', 1)
  return `${JSON.stringify({
    time: new Date(now).toISOString(),
    decision: reason === undefined ? 'allow' : 'deny',
    host: shown(host),
    port,
    method: shown(method),
    path: shown(bare),
    ...(note.rule === undefined ? {} : { rule: note.rule }),
    ...(reason === undefined ? {} : { reason }),
    ...(note.audit === undefined ? {} : { audit: note.audit.reason }),
    ...(note.credential === undefined || reason !== undefined ? {} : { secret: note.credential.secret }),
    ...(cut ? { cut } : {}),
    up,
    down,
    ms,
  })}\n`
}
