import { FAKE_SMOLVM } from '../../helpers/smolvm.ts'
import { machinesConformance } from '../../conformance/machines/machines.ts'
import { createSmolvmWorld } from './world.ts'

machinesConformance({
  name: 'smolvm, the stand-in',
  boots: true,
  harms: true,
  make: () => createSmolvmWorld(FAKE_SMOLVM, 'played'),
})
