import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'
import { pathsConformance } from '../../conformance/paths/paths.ts'

pathsConformance({
  name: 'simulated',
  make: async () => {
    const { paths, world } = createSimulated({ clock: createFakeClock(), random: createSeededRandom(1) })
    const folder = '/home/user'
    world.missing.push(`${folder}/real/none`, `${folder}/real/later`, `${folder}/file/none`)
    const stand = (kind: 'file' | 'socket' | 'other') => async (name: string) => {
      world.kinds[`${folder}/${name}`] = kind
    }
    return {
      paths,
      folder,
      makeFolder: async () => {},
      makeFile: stand('file'),
      makeSocket: stand('socket'),
      makeFifo: stand('other'),
      makeLink: async (name, target) => {
        world.links[`${folder}/${name}`] = target
      },
      cleanup: async () => {},
    }
  },
})
