import { homedir } from 'node:os'
import { machinesConformance } from '../conformance/machines/machines.ts'
import { createSmolvmWorld } from '../drivers/smolvm/world.ts'
import { createSmolvmHome } from '../helpers/smolvm.ts'
import { patient } from './patient.ts'

/**
 * Runs inside the virtual host: tests the guest promises of the port Machines on the released smolvm with guests that boot,
 * two at once since the virtual host has two CPUs. test/drivers/smolvm/smolvm.test.ts tests the promises without guests on
 * the same smolvm, faster than an emulated machine can.
 */

// One home for all: unpacking at smolvm's first start takes longest. /tmp is in memory there.
const home = await createSmolvmHome(homedir())

machinesConformance({
  name: 'smolvm as released, with guests',
  boots: 'only',
  harms: true,
  atOnce: 2,
  make: async () => patient(await createSmolvmWorld('/opt/smolvm/smolvm', 'real', home)),
  deadlineMs: 400_000,
})
