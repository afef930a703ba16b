import { messageOf } from '../../drivers/message.ts'
import type { Daemon, Drivers } from '../../drivers/ports.ts'
import type { Logger } from '../report/log.ts'
import type { Outages } from '../state/outages.ts'
import { bottlesOfObjects } from '../world/bottles-of-objects.ts'
import type { InformerOptions } from '../world/informer.ts'
import type { Queue } from './queue.ts'

/**
 * What follows from what the informer notices.
 *
 * Guarantees: while Docker is away, or nobody knows which daemon answers, no pass begins; once it is known, each bottle is
 *   looked at, all of it.
 */
export const createWorldEvents = (options: {
  readonly queue: Pick<Queue, 'add' | 'pause' | 'resume'>
  readonly outages: Pick<Outages, 'begin' | 'end'>
  readonly log: Pick<Logger, 'warn' | 'error'>
  readonly check: (daemon: Daemon) => Promise<void>
  readonly records: Pick<Drivers['records'], 'read'>
  readonly isStarted: () => boolean
  /** The bottle's next pass is a whole one. */
  readonly forget: (name: string) => void
  readonly lookAtAll: () => void
}): Pick<InformerOptions, 'onChange' | 'onAway' | 'onDoubt' | 'onBack' | 'onProblem' | 'onMachinesUnknown'> => {
  const { queue, outages, log, records, check, isStarted, forget, lookAtAll } = options
  return {
    onChange: (objectNames) => {
      // Before the start ends there is nothing to wake: it gives each bottle its first pass.
      if (!isStarted()) return
      for (const name of bottlesOfObjects(objectNames, records)) {
        // It may look as before: something may have been done and undone in between.
        forget(name)
        queue.add(name, 'edit')
      }
    },
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
