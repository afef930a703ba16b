import { homedir } from 'node:os'
import { machinesConformance } from '../conformance/machines/machines.ts'
import { createSmolvmWorld } from '../drivers/smolvm/world.ts'
import { createSmolvmHome } from '../helpers/smolvm.ts'
import { patient } from './patient.ts'

/**
 * Runs inside the virtual host: what the port Machines promises of guests, by the released smolvm with guests that boot, two
 * at once since the virtual host has two CPUs. What needs no guest is asked of the same smolvm by
 * test/drivers/smolvm/smolvm.test.ts, in less time than an emulated machine takes.
 */

// One for all: what smolvm unpacks at its first start takes longest. /tmp lies in memory there.
const home = await createSmolvmHome(homedir())

machinesConformance({
  name: 'smolvm as released, with guests',
  boots: 'only',
  harms: true,
  atOnce: 2,
  make: async () => patient(await createSmolvmWorld('/opt/smolvm/smolvm', 'real', home)),
  deadlineMs: 400_000,
})
