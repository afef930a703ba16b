import type { Daemon } from '../../drivers/ports.ts'
import type { Owner } from './owner.ts'

/** Reports a Docker daemon or smolvm folder other than the one the records were written for. Pure. */
export const worldChange = (
  owner: Owner,
  now: {
    readonly daemon: Pick<Daemon, 'id' | 'dataRoot'>
    readonly machines: { readonly uid: number; readonly dataFolder: string }
  },
  accepted: { readonly acceptDaemon: boolean; readonly acceptMachines: boolean },
): { readonly reason: 'DaemonChanged' | 'MachinesElsewhere'; readonly message: string } | undefined => {
  const { daemonId = now.daemon.id, daemonRoot = now.daemon.dataRoot } = owner
  if (!accepted.acceptDaemon && (daemonId !== now.daemon.id || daemonRoot !== now.daemon.dataRoot)) {
    return {
      reason: 'DaemonChanged',
      message: `another Docker daemon answers (${now.daemon.id} in ${now.daemon.dataRoot}, it was ${daemonId} in ${daemonRoot}); nothing is made or deleted until the first is back, or bottled runs with --accept-daemon`,
    }
  }
  const { machines } = owner
  if (
    machines !== undefined &&
    (machines.uid !== now.machines.uid || machines.dataFolder !== now.machines.dataFolder)
  ) {
    return {
      reason: 'MachinesElsewhere',
      message: `the VMs are in ${machines.dataFolder} of user ${machines.uid}, this is ${now.machines.dataFolder} of user ${now.machines.uid}; nothing is made or deleted until bottled runs as before, or with --accept-machines`,
    }
  }
  return undefined
}
