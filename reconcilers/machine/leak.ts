import type { Machine, SealLook } from '../../drivers/ports.ts'
import { change } from '../contract/reconciler.ts'
import type { Plan, Situation } from '../contract/reconciler.ts'
import { sealStand } from './sealed.ts'
import { stopMachine } from './steps.ts'

/** Why no VM may run on this machine; undefined: nothing forbids it, or `--unsealed=allow` has it run all the same. */
export const leakOf = ({ settings }: Situation, seal: SealLook | undefined): string | undefined => {
  if (seal === undefined || settings.unsealed === 'allow') return undefined
  const stand = sealStand(seal)
  return stand.kind === 'leak' ? stand.words : undefined
}

/** It is down, with its disk, until a proof shows that nothing leaks any more. */
export const planLeak = (
  situation: Situation,
  {
    found,
    because,
    outputs,
  }: {
    /** Undefined: it isn't made. */
    readonly found: Pick<Machine, 'state'> | undefined
    readonly because: string
    readonly outputs: Readonly<Record<string, unknown>>
  },
): Plan => {
  const isDown =
    found === undefined || found.state === 'created' || found.state === 'stopped' || found.state === 'failed'
  if (!isDown || situation.record.machine?.starting === true) return change(stopMachine(situation, because))
  return { verdict: 'stuck', reason: 'Leak', message: because, outputs }
}
