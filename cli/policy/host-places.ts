import { join } from 'node:path'
import { namedSockets } from '../../drivers/docker/socket.ts'
import type { HostPlaces } from '../../drivers/host-facts.ts'
import { lookAtPath } from '../../drivers/reading/look-at-path.ts'
import { findPlaces } from '../../drivers/host/places.ts'
import { cacheFolderOf, dataFolderOf } from '../../drivers/smolvm/folders.ts'

const SMOLVM = "smolvm's socket"
/** Where smolvm listens without a runtime folder. */
const SHARED = '/tmp/smolvm.sock'

/** What of this machine must not be handed to a bottle: Docker and smolvm as they are set up here. */
export const hostPlaces = async (given: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dockerHost?: string | undefined
}): Promise<HostPlaces> => {
  const { env, dockerHost } = given
  const runtime = env['XDG_RUNTIME_DIR'] || '/run'
  return findPlaces({
    env,
    sockets: [
      ...(await namedSockets({ host: dockerHost, env })).map((path) => ({ path, what: "Docker's socket" })),
      ...[dataFolderOf(env), cacheFolderOf(env)].map((path) => ({ path, what: "smolvm's folder, with its sockets" })),
      { path: join(runtime, 'smolvm.sock'), what: SMOLVM },
      // While nobody made one there, all of /tmp need not be forbidden.
      ...((await lookAtPath(SHARED)).kind === 'socket' ? [{ path: SHARED, what: SMOLVM }] : []),
    ],
  })
}
