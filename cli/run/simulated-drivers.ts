import type { Clock } from '../../controller/time/clock.ts'
import type { Disk } from '../../drivers/disk/disk.ts'
import type { Drivers } from '../../drivers/ports.ts'
import { openSimulation } from '../../drivers/simulated/simulation.ts'

/** The stand-ins of `--simulate`. Their world lies in the state folder and outlives the controller, as a real one would. */
export const openSimulatedWorld = async ({
  base,
  clock,
  disk,
}: {
  readonly base: string
  readonly clock: Clock
  readonly disk: Disk
}): Promise<Drivers> => {
  const { drivers } = await openSimulation({ stateDir: base, clock, disk, random: Math.random })
  return drivers
}
