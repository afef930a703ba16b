import type { BottleRecord } from '../drivers/ports.ts'
import type { Queue } from './loop/queue.ts'
import type { ManagerState } from './manager-options.ts'
import type { Outages } from './state/outages.ts'

/** What a controller is at, from memory only. */
export const managerState = ({
  started,
  queue,
  outages,
  records,
}: {
  readonly started: boolean
  readonly queue: Pick<Queue, 'state'>
  readonly outages: Pick<Outages, 'of'>
  readonly records: readonly BottleRecord[]
}): ManagerState => {
  const { waiting, paused } = queue.state()
  const phases = new Map<string, number>()
  let restarts = 0
  let asks = 0
  for (const { status, bundleRestarts = 0 } of records) {
    const phase = phaseOf(status)
    phases.set(phase, (phases.get(phase) ?? 0) + 1)
    restarts += bundleRestarts
    asks += asksOf(status)
  }
  return {
    waitsFor: [
      ...(started ? [] : ['the first lists']),
      ...paused,
      ...(outages.of('MachinesUnknown') === undefined ? [] : ['smolvm']),
    ],
    queued: waiting,
    phases,
    restarts,
    asks,
  }
}

const asksOf = (status: unknown): number => {
  const { asks } = (status ?? {}) as { readonly asks?: unknown }
  return typeof asks === 'number' ? asks : 0
}

const phaseOf = (status: unknown): string => {
  const { phase } = (status ?? {}) as { readonly phase?: unknown }
  return typeof phase === 'string' ? phase : 'Pending'
}
