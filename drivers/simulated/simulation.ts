import { join } from 'node:path'
import { createDisk, type Disk } from '../disk/disk.ts'
import type { Drivers } from '../ports.ts'
import { createRecords } from '../disk/records.ts'
import { createPersistentWorld } from './world-file.ts'
import { createSimulated, realisticLatency, type SimulatedOptions } from './simulated.ts'

/**
 * Everything `--simulate` needs, in one folder: `<state>/simulated/` holds its world, its records, its events.
 *
 * Guarantees: nothing outside the folder is created; a real run never looks into it.
 * Assumptions: the caller holds the root's lock and gives `stateDir` as it stands for a real run.
 */
export interface Simulation {
  readonly drivers: Drivers
  /** What takes the place of the state folder: for records, events and requests. */
  readonly stateDir: string
  /** Writes the world again if its file was removed. */
  restore(): Promise<void>
  /** Writes the unwritten changes of the world. */
  close(): Promise<void>
}

export interface SimulationOptions extends Pick<SimulatedOptions, 'clock' | 'random' | 'latency' | 'paths'> {
  readonly stateDir: string
  readonly disk?: Disk
}

export const openSimulation = async ({
  stateDir,
  disk = createDisk(),
  ...options
}: SimulationOptions): Promise<Simulation> => {
  const folder = simulationFolder(stateDir)
  const store = await createPersistentWorld(worldPath(stateDir), disk)
  const simulated = createSimulated({ latency: realisticLatency, ...options, ...store })
  return {
    drivers: { ...simulated, records: createRecords(folder, disk) },
    stateDir: folder,
    restore: store.restore,
    close: store.flush,
  }
}

export const simulationFolder = (stateDir: string): string => join(stateDir, 'simulated')

/** What `sendBreak` takes. */
export const worldPath = (stateDir: string): string => join(simulationFolder(stateDir), 'world.json')
