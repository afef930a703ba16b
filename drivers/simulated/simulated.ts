import type { ContainerSeals } from '../container/seals.ts'
import type { Drivers } from '../ports.ts'
import { createSimulatedBundles } from './bundles.ts'
import { createSimulatedContainerSeals } from './container-seals.ts'
import { createSimulatedContainers } from './containers.ts'
import { createContext, type SimulatedOptions } from './context.ts'
import { createSimulatedEngine, createSimulatedImages } from './engine.ts'
import {
  createSimulatedArchives,
  createSimulatedAuthorities,
  createSimulatedHost,
  createSimulatedProbes,
  createSimulatedSecrets,
} from './host.ts'
import { createSimulatedFirewall } from './firewall.ts'
import { createIndexes } from './index-by.ts'
import { withSeals } from './sealed-machines.ts'
import { createSimulatedMachines } from './machines.ts'
import { createSimulatedNetworks } from './networks.ts'
import { createSimulatedSeals } from './seals.ts'
import { applyBreak, type Break } from './breaks.ts'
import { createWorld, type World } from './world.ts'

export type { Effect, SimulatedOptions } from './context.ts'
export type { Break } from './breaks.ts'
export { createWorld, type World } from './world.ts'

/**
 * All ports in memory but the records: what `--simulate`, the demo and the simulator drive.
 *
 * Flow: one `World` value; every verb lets changes from outside in, may fail on demand, takes its latency, informs the journal
 *   and acts at once.
 * Guarantees: the refusals of the real ones (overlap, name taken, address in use at start, removal with running endpoints,
 *   image missing, two starts); deterministic for a given world, clock and `random`.
 * Assumptions: one set of drivers acts on a world at a time; a new one may take over at any moment.
 * Caveats: nothing real exists, so nothing is sealed.
 */
export interface Simulated extends Omit<Drivers, 'records'> {
  readonly world: World
  readonly containerSeals: ContainerSeals
  /** Changes by a person or the machine behind our back. */
  break(change: Break): void
}

export const createSimulated = (options: SimulatedOptions): Simulated => {
  const world = options.world ?? createWorld()
  const context = createContext(options, world)
  const indexes = createIndexes(world)
  const containerSeals = createSimulatedContainerSeals(context, indexes)
  return {
    world,
    engine: createSimulatedEngine(context),
    networks: createSimulatedNetworks(context, indexes),
    containers: createSimulatedContainers(context, indexes),
    containerSeals,
    images: createSimulatedImages(context),
    machines: withSeals(createSimulatedMachines(context), { world: context.world, seals: containerSeals }),
    archives: createSimulatedArchives(context),
    probes: createSimulatedProbes(context, indexes),
    host: createSimulatedHost(context, indexes),
    firewall: createSimulatedFirewall(context),
    seals: createSimulatedSeals(world),
    paths: context.paths,
    secrets: createSimulatedSecrets(context),
    authorities: createSimulatedAuthorities(context),
    bundles: createSimulatedBundles(context, indexes),
    break: (change) => {
      for (const echo of applyBreak(world, change, context.now())) context.emit(echo)
      void options.save?.(world)
    },
  }
}

/** Roughly what the real ones take, for a person who watches. */
export const realisticLatency = (port: string, verb: string): number => LATENCY_MS[`${port}.${verb}`] ?? 0

const LATENCY_MS: Readonly<Record<string, number>> = {
  'networks.create': 30,
  'networks.remove': 150,
  'containers.create': 10,
  'containers.start': 130,
  'containers.ready': 300,
  'containers.stop': 100,
  'images.pull': 500,
  'machines.create': 15,
  'machines.boot': 600,
  'machines.stop': 400,
  'machines.copyIn': 100,
}
