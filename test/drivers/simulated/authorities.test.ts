import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { authoritiesConformance } from '../../conformance/authorities/authorities.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'

authoritiesConformance('in memory', async () => ({
  authorities: createSimulated({ clock: createFakeClock(), random: createSeededRandom(1) }).authorities,
  cleanup: async () => undefined,
}))
