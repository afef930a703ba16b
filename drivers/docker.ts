import { createConnection } from './docker-connect.ts'
import { createDockerContainers } from './docker-containers.ts'
import { readDockerEvents } from './docker-events.ts'
import type { DockerImages } from './docker-images.ts'
import { createDockerImages } from './docker-images.ts'
import { createDockerNetworks } from './docker-networks.ts'
import type { SocketChoice } from './docker-socket.ts'
import type { Containers, Engine, Networks } from './drivers.ts'

/**
 * The ports Engine, Networks, Containers and Images on a Docker Engine, 20.10 to 29.
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
}

export const createDocker = (choice: SocketChoice): DockerDrivers => {
  const connection = createConnection(choice)
  const images = createDockerImages(connection)
  return {
    engine: {
      ping: (signal) => connection.daemon(signal),
      events: (signal) => readDockerEvents(connection, signal),
    },
    networks: createDockerNetworks(connection),
    containers: createDockerContainers(connection, images.user),
    images,
  }
}
