import { createDockerBundles } from './bundles.ts'
import { createConnection } from './connection.ts'
import type { Connection } from './connection.ts'
import { createDockerContainers } from './containers.ts'
import { readDockerEvents } from './events.ts'
import type { DockerImages } from './images.ts'
import { createDockerImages } from './images.ts'
import { createDockerNetworks } from './networks.ts'
import type { SocketChoice } from './socket.ts'
import { createTalkInside } from './talk-inside.ts'
import type { TalkInside } from '../talk/talk.ts'
import type { Bundles, Containers, Engine, Networks } from '../ports.ts'

/**
 * The ports Engine, Networks, Containers, Images and Bundles on a Docker Engine, 20.10 to 29.
 *
 * Flow: port verb → HTTP call over dockerode → the Engine's shapes and words translated into ours.
 * Guarantees: every call has a deadline and honours its signal; every failure is a `DriverError`; nothing is cached but
 *   the connection.
 * Assumptions: the Engine runs on this host, behind a unix socket.
 * Caveats: nothing is asked of Docker before the first verb; a wrong `host` shows there.
 */
export interface DockerDrivers {
  readonly engine: Engine
  readonly networks: Networks
  readonly containers: Containers
  readonly images: DockerImages
  readonly bundles: Bundles
  /** For probes of bundles that this host has no way to. */
  readonly talk: TalkInside
  /** For what else works on the same Engine. */
  readonly connection: Connection
}

export const createDocker = (choice: SocketChoice): DockerDrivers => {
  const connection = createConnection(choice)
  const images = createDockerImages(connection)
  const talk = createTalkInside(connection)
  return {
    engine: {
      ping: (signal) => connection.daemon(signal),
      events: (signal) => readDockerEvents(connection, signal),
    },
    networks: createDockerNetworks(connection),
    containers: createDockerContainers(connection, images.user),
    images,
    bundles: createDockerBundles(connection, talk),
    talk,
    connection,
  }
}
