import { messageOf } from '../../drivers/message.ts'
import type { Daemon } from '../../drivers/ports.ts'
import type { Logger } from '../report/log.ts'
import type { Outages } from '../state/outages.ts'
import type { InformerOptions } from '../world/informer.ts'
import type { Queue } from './queue.ts'

/**
 * What follows from what the informer notices.
 *
 * Guarantees: while Docker is away, or nobody knows which daemon answers, no pass begins; once it is known, each bottle is
 *   looked at, all of it.
 */
export const createWorldEvents = (options: {
  readonly queue: Pick<Queue, 'pause' | 'resume'>
  readonly outages: Pick<Outages, 'begin' | 'end'>
  readonly log: Pick<Logger, 'warn' | 'error'>
  readonly check: (daemon: Daemon) => Promise<void>
  /** Names of objects that changed. */
  readonly onChange: (objectNames: ReadonlySet<string>) => void
  readonly lookAtAll: () => void
}): Pick<InformerOptions, 'onChange' | 'onAway' | 'onDoubt' | 'onBack' | 'onProblem' | 'onMachinesUnknown'> => {
  const { queue, outages, log, check, onChange, lookAtAll } = options
  return {
    onChange,
    onAway: (why) => {
      queue.pause('Docker')
      outages.begin('DockerUnavailable', `${why}; nothing is changed until it answers`)
    },
    onDoubt: () => queue.pause('Docker'),
    onBack: (daemon, wasAway) => {
      if (wasAway) outages.end('DockerUnavailable', 'DockerAvailable', 'Docker answers again')
      void check(daemon)
        .catch((error: unknown) => log.error(`the daemon could not be noted: ${messageOf(error)}`))
        .then(() => {
          queue.resume('Docker')
          lookAtAll()
        })
    },
    onProblem: (why) => log.warn(why),
    onMachinesUnknown: (why) =>
      why === undefined
        ? outages.end('MachinesUnknown', 'MachinesKnown', 'smolvm answers again')
        : outages.begin('MachinesUnknown', `${why}; assuming its VMs are unchanged`),
  }
}
