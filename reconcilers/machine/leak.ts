import type { Machine } from '../../drivers/ports.ts'
import { change } from '../contract/reconciler.ts'
import type { Plan, Situation } from '../contract/reconciler.ts'
import { stopMachine } from './steps.ts'

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
