import type { Container, Drivers, MachineGiven } from '../../drivers/ports.ts'
import { DriverError } from '../../drivers/errors.ts'
import type { Situation } from '../contract/reconciler.ts'
import { leadsOverBridge } from '../contract/way.ts'
import { bundleIpOf } from '../derive/cidr.ts'
import { runsInContainer } from '../derive/runtime.ts'
import { bundleName, claim, machineName, networkName } from '../derive/names.ts'
import { isTold, toldOf } from '../derive/told.ts'
import { givenBy, sealDrift } from './seal.ts'
import { leakOf } from './sealed.ts'
import { machineShape } from './shape.ts'

/**
 * What a start was planned on, looked at once more right before it: stops take seconds, and pulls minutes.
 *
 * Returns what smolvm reported of the VM when it was new: now, if it never ran. Throws `Busy`: bottled looks again.
 */
export const requireStartable = async (
  situation: Situation,
  drivers: Drivers,
  signal: AbortSignal,
): Promise<MachineGiven | undefined> => {
  await requireBoundary(situation, drivers, signal)
  await requireNoLeak(situation, drivers, signal)
  return requireSeal(situation, drivers, signal)
}

const requireBoundary = async (
  situation: Situation,
  { networks, containers, host, records, bundles }: Drivers,
  signal: AbortSignal,
): Promise<void> => {
  const { identity } = situation
  const subnet = records.read(identity)?.subnet ?? ''
  const [found, bundle] = await Promise.all([
    networks.find(networkName(identity), signal),
    containers.find(bundleName(identity), signal),
  ])
  const network = found.find(({ labels }) => claim(labels, situation) === 'ours')
  const operation = `start machine ${machineName(identity)}`
  const isThere = bundle?.attachments.some(({ networkId }) => networkId === network?.id) === true
  if (network === undefined || !isThere) {
    throw new DriverError({
      code: 'Busy',
      operation,
      detail: `its ${network === undefined ? 'network' : 'bundle'} has just disappeared`,
      hint: 'it is recreated, then the VM is started',
    })
  }
  requireTold(situation, bundles, bundle)
  // A container is on the bridge itself, wherever this host's routes lead.
  if (runsInContainer(situation) || (await leadsOverBridge(host, subnet))) return
  const detail = `the route to ${bundleIpOf(subnet)} leaves over another device than the bridge of ${network.name}`
  throw new DriverError({ code: 'Busy', operation, detail, hint: 'see `ip rule` and `ip route show table all`' })
}

/** A bundle that was started again denies everything, but one of another image may not. */
const requireTold = (
  { identity, spec }: Situation,
  bundles: Drivers['bundles'],
  bundle: Pick<Container, 'id' | 'startedAt'> | undefined,
): void => {
  if (spec === undefined || !isTold(spec)) return
  const wanted = toldOf(spec)
  const told = bundles.last(identity)
  const isLoaded = told?.outcome.kind === 'loaded' && wanted.ok && told.hash === wanted.hash
  if (isLoaded && told.run.container === bundle?.id && told.run.startedAt === bundle.startedAt) return
  throw new DriverError({
    code: 'Busy',
    operation: `start machine ${machineName(identity)}`,
    detail: 'its bundle has just been started again',
    hint: 'its policy is loaded, then the VM is started',
  })
}

/** A pack may bring what nobody asked for. */
const requireSeal = async (
  situation: Situation,
  { machines, records }: Drivers,
  signal: AbortSignal,
): Promise<MachineGiven | undefined> => {
  const found = await machines.find(machineName(situation.identity), signal)
  // The start says so better.
  if (found === undefined) return undefined
  const { request } = machineShape(situation)
  const given = records.read(situation.identity)?.machine?.given ?? givenBy(found, await machines.version(signal))
  const drift = sealDrift(found, request, { ...records.read(situation.identity)?.machine, given })
  if (drift === undefined || situation.settings.unsealed === 'allow') return given
  throw new DriverError({
    code: 'Busy',
    operation: `start machine ${request.name}`,
    detail: drift.because,
    hint: 'it is not started like that; bottled looks again',
  })
}

/** A proof may have been recorded since the last look. */
const requireNoLeak = async (situation: Situation, { seals }: Drivers, signal: AbortSignal): Promise<void> => {
  const leak = leakOf(situation, await seals.look(signal), machineShape(situation).request)
  if (leak === undefined) return
  throw new DriverError({
    code: 'Busy',
    operation: `start machine ${machineName(situation.identity)}`,
    detail: leak,
    hint: 'bottled run --unsealed=allow starts it all the same',
  })
}
