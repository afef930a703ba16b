import { isOwnBundle } from '../../reconcilers/derive/own-bundle.ts'
import { join } from 'node:path'
import type { Container, Machine, Network, Route } from '../../drivers/ports.ts'
import { listedMachine } from '../../drivers/simulated/machines.ts'
import { readWorld } from '../../drivers/simulated/world-file.ts'
import type { Lists } from './preview-drivers.ts'
import type { Session } from '../session/session.ts'

/** Asks Docker, smolvm and the host for their objects, for one second at most. */
export interface Survey extends Lists {
  /** Sources that gave no answer, and why. */
  readonly unchecked: readonly string[]
  /** False if Docker or smolvm gave no answer: the plan then assumes that nothing exists. */
  readonly complete: boolean
}

const PATIENCE_MS = 1_000

export const survey = async (
  session: Session,
  options: { readonly dockerHost?: string | undefined; readonly smolvm: string; readonly image: string | undefined },
): Promise<Survey> => {
  const { createDocker } = await import('../../drivers/docker/docker.ts')
  const { createSmolvm } = await import('../../drivers/smolvm/smolvm.ts')
  const { createHost } = await import('../../drivers/host/host.ts')
  const docker = createDocker({ host: options.dockerHost, env: session.env })
  const { machines } = createSmolvm({ path: options.smolvm, env: session.env })
  const host = createHost()
  const unchecked: string[] = []
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const ask = async <T>(what: string, question: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await question
    } catch (error) {
      const why = signal.aborted
        ? 'no answer within 1 s'
        : error instanceof Error
          ? error.message.split('\n')[0]
          : String(error)
      unchecked.push(`${what} not checked: ${why}`)
      return otherwise
    }
  }
  const [[networks, containers, present], vms, routes, mtu] = await Promise.all([
    ask<readonly [readonly Network[], readonly Container[], boolean]>(
      'Docker',
      Promise.all([
        docker.networks.list(signal),
        docker.containers.list(signal),
        options.image === undefined ? false : docker.images.has(options.image, signal),
      ]),
      [[], [], false],
    ),
    ask<readonly Machine[]>('smolvm', machines.list(signal), []),
    ask<readonly Route[]>('routes', host.routes(signal), []),
    host.mtu(signal).catch(() => undefined),
  ])
  const complete = !unchecked.some((why) => /^(Docker|smolvm) /.test(why))
  // Without the networks, our own bridges would look like routes of others, and VMs would seem to have no network.
  if (!complete) {
    // Whether ours is built can't be seen either, and it is never pulled.
    const images = options.image !== undefined && isOwnBundle(options.image) ? [options.image] : []
    return { ...nothing, images, unchecked }
  }
  const bridges = new Set(networks.flatMap(({ subnets }) => subnets))
  return {
    networks,
    containers,
    machines: vms,
    images: present && options.image !== undefined ? [options.image] : [],
    routes: routes.filter(({ cidr }) => !bridges.has(cidr)),
    mtu,
    unchecked,
    complete,
  }
}

const nothing = { networks: [], containers: [], machines: [], images: [], routes: [], mtu: undefined, complete: false }

/** The objects of a simulated run. */
export const simulatedSurvey = async (session: Session): Promise<Survey> => {
  const world = await readWorld(join(session.stateDir, 'world.json'))
  const { networks, containers, machines, images, routes, mtu } = world
  return {
    networks: Object.values(networks).map((network) => ({ ...network, endpoints: [] })),
    containers: Object.values(containers).map(({ id, name, image, labels, state, networkId, ip }) => ({
      id,
      name,
      image,
      labels,
      state,
      health: undefined,
      attachments: [{ networkId, ip }],
    })),
    machines: Object.keys(machines).flatMap((name) => listedMachine(world, name)),
    images,
    routes,
    mtu,
    unchecked: ['simulated: real objects are not checked'],
    complete: true,
  }
}
