import type { SealLook, SealParts, SealProof, Seals, SealShown } from '../ports.ts'
import { NO_SMOLVM } from '../seals.ts'
import type { World } from './world.ts'

/** What a guest showed of the seal: in a simulation nothing, until somebody says otherwise. */
export const createSimulatedSeals = (world: World): Seals => {
  let last: { readonly of: readonly unknown[]; readonly look: SealLook } | undefined
  return {
    last: () => last?.look,
    look: async () => {
      const { proof, containerProof, smolvm } = world
      const of = [proof, containerProof, smolvm.version]
      if (last?.of.every((each, at) => each === of[at]) === true) return last.look
      const installed = simulatedParts(world)
      const container = shown({ ...installed, ...NO_SMOLVM }, containerProof)
      last = { of, look: { ...shown(installed, proof), container } }
      return last.look
    },
  }
}

const shown = (installed: SealParts, proof: SealProof | undefined): SealShown =>
  proof === undefined ? { installed, why: WHY } : { installed, proof }

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
