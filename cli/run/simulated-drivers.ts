import type { Clock } from '../../controller/time/clock.ts'
import type { Disk } from '../../drivers/disk/disk.ts'
import { openSimulation, type Simulation } from '../../drivers/simulated/simulation.ts'

/** The drivers of `--simulate`. What they hold is kept in the state folder and outlives the controller. */
export const openSimulatedDrivers = ({
  base,
  clock,
  disk,
}: {
  readonly base: string
  readonly clock: Clock
  readonly disk: Disk
}): Promise<Simulation> => openSimulation({ stateDir: base, clock, disk, random: Math.random })
