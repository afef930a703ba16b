import { hearBundle, hearInside } from './bundle-ear.ts'
import type { Connection } from './connection.ts'
import { execIn } from './exec.ts'
import { createBundles } from '../told-bundles.ts'
import type { Tell } from '../told-bundles.ts'
import type { Bundles } from '../ports.ts'
import type { TalkInside } from '../talk/talk.ts'

/**
 * The port Bundles by `exec` of the Engine, as `docker exec -i CONTAINER bottled-bundle control` does.
 *
 * Guarantees: the message goes over stdin alone. An answer is read up to 64 KiB, and for 30 s: the command may start while a VM
 *   boots beside it.
 */
export const createDockerBundles = (connection: Connection, talk: TalkInside): Bundles => {
  const inside = hearInside(talk)
  return createBundles(tellBy(connection), (at, signal) =>
    at.inside === undefined ? hearBundle(at, signal) : inside(at, at.inside, signal),
  )
}

const COMMAND = ['bottled-bundle', 'control']
const DEADLINE_MS = 30_000
const MOST_BYTES = 64 * 1024

const tellBy =
  (connection: Connection): Tell =>
  async (container, text, signal) => {
    const { stdout, exitCode } = await execIn(
      connection,
      {
        operation: `tell container ${container.slice(0, 12)} its policy`,
        container,
        command: COMMAND,
        stdin: text,
        deadlineMs: DEADLINE_MS,
        mostBytes: MOST_BYTES,
      },
      signal,
    )
    return { text: stdout, exitCode }
  }
