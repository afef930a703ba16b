import type { DriversGiven } from '../../../bench/real-manager.ts'
import { createRecords } from '../../../drivers/disk/records.ts'
import { createDocker } from '../../../drivers/docker/docker.ts'
import { createHost } from '../../../drivers/host/host.ts'
import { createPaths } from '../../../drivers/host/paths.ts'
import type { Drivers } from '../../../drivers/ports.ts'
import { createProbes } from '../../../drivers/probe/probe.ts'
import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import type { Simulated } from '../../../drivers/simulated/simulated.ts'
import type { Pair } from '../../conformance/proxy/certificates.ts'

/** Real bundles on the real Engine, whose bottles have this CA, beside simulated VMs. */
export const ownBundleDrivers = (
  { stateDir, disk, clock }: DriversGiven,
  authority: Pair,
): { readonly drivers: Drivers; readonly simulated: Simulated } => {
  const { engine, networks, containers, images, bundles } = createDocker({ host: undefined, env: process.env })
  const simulated = createSimulated({ clock, random: Math.random })
  const drivers: Drivers = {
    ...simulated,
    engine,
    networks,
    containers,
    images,
    bundles,
    probes: createProbes(),
    host: createHost(),
    paths: createPaths(),
    authorities: { ...simulated.authorities, ensure: async () => authority },
    records: createRecords(stateDir, disk),
  }
  return { drivers, simulated }
}
