import type { SealLook, SealParts, Seals } from '../ports.ts'
import type { SealProof } from '../seals.ts'
import type { World } from './world.ts'

/** What a guest showed of the seal: in a simulation nothing, until somebody says otherwise. */
export const createSimulatedSeals = (world: World): Seals => {
  let last: { readonly proof: SealProof | undefined; readonly smolvm: string; readonly look: SealLook } | undefined
  return {
    last: () => last?.look,
    look: async () => {
      const { proof, smolvm } = world
      if (last !== undefined && last.proof === proof && last.smolvm === smolvm.version) return last.look
      const installed = simulatedParts(world)
      const look = proof === undefined ? { installed, why: WHY } : { installed, proof }
      last = { proof, smolvm: smolvm.version, look }
      return look
    },
  }
}

const WHY = 'this is a simulation, and nothing is sealed'

export const simulatedParts = ({ smolvm }: Pick<World, 'smolvm'>): SealParts => ({
  machine: 'simulated',
  kernel: 'simulated',
  engine: 'simulated',
  smolvm: smolvm.version,
  program: 'simulated',
  guest: 'simulated',
  table: 'simulated',
})
