import type { Clock } from '../../controller/time/clock.ts'
import type { Drivers } from '../../drivers/ports.ts'
import { openSimulation } from '../../drivers/simulated/simulation.ts'

/** The stand-ins of `--simulate`. Their world lies in the state folder and outlives the controller, as a real one would. */
export const openSimulatedWorld = async ({
  base,
  clock,
}: {
  readonly base: string
  readonly clock: Clock
}): Promise<Drivers> => {
  const { drivers } = await openSimulation({ stateDir: base, clock, random: Math.random })
  return drivers
}
