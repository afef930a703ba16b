import { isOwnBundle } from '../../reconcilers/derive/own-bundle.ts'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '../../drivers/docker/connection.ts'
import type { Container, Machine, Machines, Network, Route } from '../../drivers/ports.ts'
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
  options: {
    readonly dockerHost?: string | undefined
    readonly smolvm: string
    readonly image: string | undefined
    /** With `container` smolvm may be missing, where it has no data either. */
    readonly runtime?: string | undefined
  },
): Promise<Survey> => {
  const { createDocker } = await import('../../drivers/docker/docker.ts')
  const { createSmolvm } = await import('../../drivers/smolvm/smolvm.ts')
  const { createHost } = await import('../../drivers/host/host.ts')
  const docker = createDocker({ host: options.dockerHost, env: session.env })
  const smolvm = createSmolvm({ path: options.smolvm, env: session.env })
  const hasVms = options.runtime !== 'container' || existsSync(smolvm.dataFolder())
  const agents = await agentsOn(docker.connection, session)
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
  const [[networks, containers, present, inDocker], vms, routes, mtu] = await Promise.all([
    ask<readonly [readonly Network[], readonly Container[], boolean, readonly Machine[]]>(
      'Docker',
      Promise.all([
        docker.networks.list(signal),
        docker.containers.list(signal),
        options.image === undefined ? false : docker.images.has(options.image, signal),
        agents.list(signal),
      ]),
      [[], [], false, []],
    ),
    ask<readonly Machine[]>('smolvm', hasVms ? smolvm.machines.list(signal) : Promise.resolve([]), []),
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
    machines: [...vms, ...inDocker],
    images: present && options.image !== undefined ? [options.image] : [],
    routes: routes.filter(({ cidr }) => !bridges.has(cidr)),
    mtu,
    unchecked,
    complete,
  }
}

/** Those that run in containers: only their list is asked for. */
const agentsOn = async (connection: Connection, session: Session): Promise<Pick<Machines, 'list'>> => {
  const { createContainerMachines } = await import('../../drivers/container/machines.ts')
  const { createContainerSeals } = await import('../../drivers/container/seals/engine-seals.ts')
  const unused = (): Promise<never> => Promise.reject(new Error('a plan changes nothing'))
  return createContainerMachines({
    connection,
    seals: createContainerSeals(connection),
    kept: join(session.stateDir, 'containers'),
    folders: '/nowhere',
    disk: { writeDurable: unused, remove: unused },
    path: '',
    nowMs: session.clock.now,
  })
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
