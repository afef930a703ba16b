import { openPolicy } from './open-policy.ts'
import { randomBytes, randomUUID } from 'node:crypto'
import { createClock } from '../controller/time/clock.ts'
import { openParsedFiles } from '../cli/run/parsed.ts'
import { createFolder } from '../controller/folder/folder.ts'
import type { Folder } from '../controller/folder/folder.ts'
import { silentLogger } from '../controller/report/log.ts'
import { createManager } from '../controller/manager.ts'
import { folderSource } from '../controller/source/folder-source.ts'
import type { Manager } from '../controller/manager.ts'
import { openState } from '../controller/state/owner.ts'
import type { Drivers } from '../drivers/ports.ts'
import { createRecords } from '../drivers/disk/records.ts'
import { readWorld } from '../drivers/simulated/world-file.ts'
import { type Break, createSimulated, type World } from '../drivers/simulated/simulated.ts'
import { simulationFolder, worldPath } from '../drivers/simulated/simulation.ts'
import { quickDisk } from './quick-disk.ts'

/** The production controller on a folder of files, over simulated drivers that take no time. */
export interface Fleet {
  readonly manager: Manager
  readonly drivers: Drivers
  readonly world: World
  /** Changes the world as somebody else would. */
  change(change: Break): void
  /** Stops it and keeps the world where `bottled run --simulate` finds it. */
  close(): Promise<void>
}

export interface FleetOptions {
  readonly root: string
  readonly resyncMs?: number
  readonly pollMs?: number
  readonly graceMs?: number
  readonly undoMs?: number
  /** Deletions of many at once aren't held. */
  readonly allowMassDelete?: boolean
  /** Wraps the controller's drivers or its folder. */
  readonly drivers?: (drivers: Drivers) => Drivers
  readonly folder?: (folder: Folder) => Folder
  /** Called at each write of a state file. */
  readonly onWrite?: () => void
}

const FAR_MS = 3_600_000

export const openFleet = async (options: FleetOptions): Promise<Fleet> => {
  const { root } = options
  const base = `${root}/.bottled`
  const stateDir = simulationFolder(base)
  const disk = quickDisk(options.onWrite)
  const clock = createClock()
  const owner = await openState({
    root,
    stateDir,
    adopt: undefined,
    newId: () => `bottled-${randomBytes(8).toString('hex')}`,
  })
  const world = await readWorld(worldPath(base), disk)
  const simulated = createSimulated({ clock, random: Math.random, world })
  const drivers: Drivers = { ...simulated, records: createRecords(stateDir, disk) }
  const folder = createFolder({ root, stateDir: base, clock })
  const parsed = await openParsedFiles({ stateDir, disk, clock, env: process.env, log: silentLogger })
  const manager = createManager({
    drivers: options.drivers?.(drivers) ?? drivers,
    source: folderSource({
      folder: { ...(options.folder?.(folder) ?? folder), ...(parsed === undefined ? {} : { parsed }) },
      statusMode: 'inline',
    }),
    disk,
    clock,
    random: Math.random,
    newUid: randomUUID,
    log: silentLogger,
    owner,
    settings: {
      bundleImage: 'simulated/bundle',
      root,
      stateDir,
      userId: 1000,
      own: [],
      subnets: { pools: ['10.128.0.0/9'], excluded: [] },
    },
    policy: openPolicy,
    machines: { uid: 0, dataFolder: 'simulated' },
    simulated: true,
    workers: 8,
    resyncMs: options.resyncMs ?? FAR_MS,
    pollMs: options.pollMs ?? FAR_MS,
    graceMs: options.graceMs ?? 2_000,
    undoMs: options.undoMs ?? 0,
    allowMassDelete: options.allowMassDelete ?? false,
    acceptDaemon: false,
    acceptMachines: false,
  })
  await manager.start()
  return {
    manager,
    drivers,
    world,
    change: simulated.break,
    close: async () => {
      await manager.stop()
      await parsed?.stop()
      await disk.writeDurable(worldPath(base), JSON.stringify(world))
    },
  }
}
