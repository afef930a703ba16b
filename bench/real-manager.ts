import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createFolder } from '../controller/folder/folder.ts'
import type { ManagerOptions } from '../controller/manager-options.ts'
import { createManager } from '../controller/manager.ts'
import type { Manager } from '../controller/manager.ts'
import { silentLogger } from '../controller/report/log.ts'
import { folderSource } from '../controller/source/folder-source.ts'
import { openState } from '../controller/state/owner.ts'
import { createClock } from '../controller/time/clock.ts'
import type { Clock } from '../controller/time/clock.ts'
import { createDisk } from '../drivers/disk/disk.ts'
import type { Disk } from '../drivers/disk/disk.ts'
import type { Drivers } from '../drivers/ports.ts'
import { openPolicy } from './open-policy.ts'

/** The production controller in this process, on a real folder and with the settings of `bottled run`; not started yet. */
export const createRealManager = async (
  options: Pick<ManagerOptions, 'workers' | 'machines' | 'onAsk'> & {
    readonly root: string
    readonly image: string
    readonly userId?: number
    /** Made once the state folder is there. */
    drivers(given: DriversGiven): Promise<Drivers> | Drivers
  },
): Promise<{ readonly manager: Manager; readonly drivers: Drivers }> => {
  const { root, image, userId = 1000, workers, machines, onAsk } = options
  const stateDir = join(root, '.bottled')
  const owner = await openState({ root, stateDir, adopt: undefined, newId: () => `bottled-${randomUUID()}` })
  const clock = createClock()
  const disk = createDisk({ within: stateDir })
  const drivers = await options.drivers({ owner: owner.owner.id, stateDir, disk, clock })
  const manager = createManager({
    drivers,
    source: folderSource({ folder: createFolder({ root, stateDir, clock }), statusMode: 'inline' }),
    disk,
    clock,
    random: Math.random,
    newUid: randomUUID,
    log: silentLogger,
    owner,
    settings: { bundleImage: image, root, stateDir, userId, own: [], subnets: { pools: [], excluded: [] } },
    policy: openPolicy,
    machines,
    simulated: false,
    workers,
    resyncMs: 60_000,
    pollMs: 2_000,
    graceMs: 2_000,
    undoMs: 0,
    allowMassDelete: false,
    acceptDaemon: false,
    acceptMachines: false,
    onAsk,
  })
  return { manager, drivers }
}

export interface DriversGiven {
  readonly owner: string
  readonly stateDir: string
  readonly disk: Disk
  readonly clock: Clock
}
