import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { sealsConformance } from '../../conformance/seals/seals.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'

sealsConformance({
  name: 'simulated',
  make: async () => {
    const simulated = createSimulated({ clock: createFakeClock(), random: () => 0.5 })
    const { world } = simulated
    return {
      seals: simulated.seals,
      other: createSimulated({ clock: createFakeClock(), random: () => 0.5, world }).seals,
      record: async (leaks) => simulated.break({ do: 'trySeal', leaks }),
      upgrade: async (version) => simulated.break({ do: 'upgradeSmolvm', version, reports: {} }),
      cleanup: async () => {},
    }
  },
})
