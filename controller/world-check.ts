import type { Daemon } from '../drivers/ports.ts'
import type { ManagerOptions } from './manager-options.ts'
import type { Cause } from './pass/cause.ts'
import { worldChange } from './state/same-world.ts'

/** Halts everything if Docker or smolvm isn't the one that the records describe. */
export interface WorldCheck {
  check(daemon: Daemon): Promise<void>
  halted(): Cause | undefined
}

export const createWorldCheck = (
  options: Pick<ManagerOptions, 'drivers' | 'owner' | 'machines' | 'acceptDaemon' | 'acceptMachines'>,
  warn: (reason: string, message: string) => void,
): WorldCheck => {
  const { drivers, owner, machines } = options
  let halted: Cause | undefined
  return {
    check: async (daemon) => {
      halted = worldChange(owner.owner, { daemon, machines }, options)
      if (halted === undefined) await owner.update({ daemonId: daemon.id, daemonRoot: daemon.dataRoot, machines })
      else warn(halted.reason, halted.message)
      // What is shown of the seal holds for one version of the Engine.
      await drivers.seals.look()
    },
    halted: () => halted,
  }
}
