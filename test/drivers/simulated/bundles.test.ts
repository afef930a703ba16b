import { createSimulated, createWorld } from '../../../drivers/simulated/simulated.ts'
import { bundlesConformance } from '../../conformance/bundles/bundles.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'

bundlesConformance({
  name: 'simulated',
  images: { own: 'bundle:1', other: 'other:1' },
  ca: { cert: 'simulated certificate 1', key: 'simulated key 1' },
  make: async () => {
    // Another start is at another time.
    const clock = createFakeClock()
    const now = (): number => clock.now() + (later += 1)
    let later = 0
    const world = createWorld({ images: ['bundle:1', 'other:1'], registry: [], mute: ['other:1'] })
    const simulated = createSimulated({ clock: { ...clock, now }, random: createSeededRandom(1), world })
    return { ...simulated, cleanup: async () => undefined }
  },
})
