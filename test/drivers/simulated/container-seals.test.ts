import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { containerSealsConformance } from '../../conformance/container-seals/container-seals.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'

containerSealsConformance({
  name: 'simulated',
  image: 'bundle',
  make: async () => {
    const simulated = createSimulated({ clock: createFakeClock(), random: createSeededRandom(1) })
    const { world } = simulated
    world.images.push('bundle', 'bare')
    world.withoutNft = ['bare']
    const open = async (name: string): Promise<void> => {
      const holder = world.containers[name]
      if (holder?.rules !== undefined) holder.rules = { ...holder.rules, allowedCidrs: ['0.0.0.0/0'], ports: [] }
    }
    return {
      ...simulated,
      seals: simulated.containerSeals,
      imageWithoutNft: 'bare',
      kill: async (name) => simulated.break({ do: 'killContainer', name }),
      flush: open,
      letOut: open,
      join: async (name, id) => {
        const of = Object.values(world.containers).find((each) => each.id === id)
        if (of === undefined) throw new Error('no holder')
        const { rules: _, ...container } = { ...of, id: `${id}-agent`, name, networkId: `container:${id}`, labels: {} }
        world.containers = { ...world.containers, [name]: { ...container, ip: '', state: 'running' } }
      },
      cleanup: async () => {},
    }
  },
})
