import { DriverError } from '../errors.ts'
import type { ContainerSeals, SealRequest } from '../container/seals.ts'
import type { Machine, Machines } from '../ports.ts'
import type { SimulatedMachine, World } from './world.ts'

/**
 * Both kinds of machines: those that are containers have the simulated seals around them, as drivers/container has the real ones.
 *
 * Caveats: a holder that was lost costs no disk and no time; what a container can't be is refused as there.
 */
export const withSeals = (
  machines: Machines,
  { world, seals }: { readonly world: World; readonly seals: ContainerSeals },
): Machines => {
  const sealed = (machine: Machine | undefined): Machine | undefined => {
    if (machine?.runtime !== 'container' || machine.state !== 'running' || isHeld(world, machine.name)) return machine
    return { ...machine, astray: 'the container that holds its seal has ended' }
  }
  return {
    ...machines,
    list: async (signal) => (await machines.list(signal)).flatMap((each) => sealed(each) ?? []),
    find: async (name, signal) => sealed(await machines.find(name, signal)),
    create: async (request, signal) => {
      const { container, source, storageGiB, name, labels, bundleIp } = request
      if (container !== undefined) {
        if (source.kind === 'bare' || source.kind === 'artifact' || storageGiB !== undefined)
          throw new DriverError({
            code: 'InvalidRequest',
            operation: `create machine ${name}`,
            detail: 'a container is made from an image, and its disk has no size',
          })
        await seals.place({ machine: name, labels, bundleIp, ...container }, signal)
      }
      await machines.create(request, signal)
    },
    start: async (name, signal) => {
      const machine = world.machines[name]
      if (machine?.container !== undefined) {
        if (machine.state === 'running' && !isHeld(world, name)) await machines.stop(name, signal)
        await seals.hold(sealOf(machine), signal)
      }
      await machines.start(name, signal)
    },
    stop: async (name, signal) => {
      if (hasHolder(world, name)) await seals.stop(name, signal)
      await machines.stop(name, signal)
    },
    remove: async (name, signal) => {
      await machines.remove(name, signal)
      if (hasHolder(world, name)) await seals.remove(name, signal)
    },
  }
}

const hasHolder = ({ containers }: World, name: string): boolean => containers[`${name}-seal`] !== undefined

/** It runs, with the rules of this run. */
const isHeld = ({ containers }: World, name: string): boolean => {
  const holder = containers[`${name}-seal`]
  return holder?.state === 'running' && holder.rules?.pid === holder.pid
}

const sealOf = ({ name, labels, dns = '', container }: SimulatedMachine): SealRequest => ({
  machine: name,
  labels,
  bundleIp: dns,
  ...(container ?? { networkId: '', ip: '', ports: [], image: '' }),
})
