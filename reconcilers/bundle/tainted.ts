import type { Container } from '../../drivers/ports.ts'
import { bundleName } from '../derive/names.ts'
import type { Verdict } from '../taint/taint.ts'
import type { Plan, Situation, Step } from '../contract/reconciler.ts'

/**
 * What a bottle gets whose paths lie where they must not; undefined if the bundle goes on as usual. Pure.
 *
 * Guarantees: nothing of a tainted bottle is started; one that could write what is ours is down, the VM first. What runs
 *   and only trusts too much runs on, and the machine says so.
 */
export const planTaint = (
  situation: Situation,
  { container, verdict }: { readonly container: Container | undefined; readonly verdict: Verdict | undefined },
): Plan | undefined => {
  const { record, identity, taint } = situation
  const tainted = verdict?.tainted
  const runs = container?.state === 'running'
  const isUnnoted = record.reach?.bundle === undefined && tainted?.reachesOurs === true
  const breach = taint.breachOf(identity) ?? (runs && isUnnoted ? tainted.message : undefined)
  if (runs && breach !== undefined)
    return { verdict: 'change', steps: [stopTainted(situation, container, breach)], downstreamFirst: true }
  if (runs) return undefined
  const message = tainted?.message ?? breach
  if (message === undefined) return undefined
  const isDanger = breach !== undefined || tainted?.reachesOurs === true
  return { verdict: 'stuck', reason: 'Tainted', message, downstreamFirst: isDanger }
}

/** It gives up what it was started with: only what it would be started with now is judged from here on. */
const stopTainted = ({ identity, taint }: Situation, { id, name }: Container, because: string): Step => ({
  verb: 'stop',
  target: `bundle/${name}`,
  because,
  run: async ({ containers }, signal) => {
    await containers.stop(id, signal)
    await taint.release(identity, 'bundle')
  },
})

/** It runs already: what it has is noted without a start. */
export const noteBundlePaths = (situation: Situation): Step => ({
  verb: 'note',
  target: `paths/${bundleName(situation.identity)}`,
  because: 'it was started with other paths',
  quiet: true,
  run: async (_, signal) => {
    const { taint, spec } = situation
    if (spec !== undefined) await taint.hold({ ...situation, spec }, 'bundle', signal)
  },
})
