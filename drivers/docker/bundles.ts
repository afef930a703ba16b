import { hearBundle } from './bundle-ear.ts'
import type { Connection } from './connection.ts'
import { demultiplex } from './demultiplex.ts'
import { isDriverError } from '../errors.ts'
import { withDeadline } from '../calls/deadline.ts'
import { createBundles } from '../told-bundles.ts'
import type { Tell } from '../told-bundles.ts'
import type { Bundles } from '../ports.ts'

/**
 * The port Bundles by `exec` of the Engine, as `docker exec -i CONTAINER bottled-bundle control` does.
 *
 * Guarantees: the message goes over stdin alone: the Engine keeps the command's arguments and its environment, and shows them. An
 *   answer is read up to 64 KiB, and for 30 s: the command may start while a VM boots beside it.
 * Caveats: an exec can't be ended from outside: a command that hangs stays in its container.
 */
export const createDockerBundles = (connection: Connection): Bundles => createBundles(tellBy(connection), hearBundle)

const COMMAND = ['bottled-bundle', 'control']
const DEADLINE_MS = 30_000
const MOST_BYTES = 64 * 1024

const tellBy =
  (connection: Connection): Tell =>
  (container, text, signal) => {
    const operation = `tell container ${container.slice(0, 12)} its policy`
    return withDeadline({ operation, deadlineMs: DEADLINE_MS, signal }, async (inner) => {
      const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true }
      const { Id } = await connection.json<{ readonly Id: string }>(
        {
          operation,
          doing: 'read',
          method: 'POST',
          path: `/containers/${container}/exec`,
          body: { ...streams, Cmd: COMMAND },
        },
        inner,
      )
      const answer = await run(connection, { operation, id: Id, text }, inner).catch((error: unknown) => {
        // Newer Engines refuse the start itself where 20.10 writes that into the stream.
        if (isDriverError(error) && NO_PROGRAM.test(error.detail)) return undefined
        throw error
      })
      if (answer === undefined) return { text: '', exitCode: 126 }
      const { ExitCode } = await connection.json<{ readonly ExitCode: number | null }>(
        { operation, doing: 'read', method: 'GET', path: `/exec/${Id}/json` },
        inner,
      )
      return { text: answer, exitCode: ExitCode }
    })
  }

const NO_PROGRAM = /executable file not found|OCI runtime exec failed/i

/** What it writes to stdout. */
const run = async (
  connection: Connection,
  { operation, id, text }: { readonly operation: string; readonly id: string; readonly text: string },
  signal: AbortSignal,
): Promise<string> => {
  const asked = {
    operation,
    doing: 'read',
    method: 'POST',
    path: `/exec/${id}/start`,
    body: { Detach: false },
  } as const
  const stream = await connection.attach(asked, signal)
  const chunks: Buffer[] = []
  let size = 0
  try {
    // A command that ends early stops reading: not an error.
    stream.on('error', () => undefined)
    stream.end(text)
    await demultiplex(
      stream,
      (from, bytes) => {
        size += bytes.length
        if (size > MOST_BYTES) stream.destroy()
        else if (from === 'stdout') chunks.push(bytes)
        return undefined
      },
      true,
    ).catch((error: unknown) => {
      // What it wrote before is judged all the same: too much is no answer.
      if (signal.aborted || size <= MOST_BYTES) throw error
    })
  } finally {
    stream.destroy()
  }
  return size > MOST_BYTES ? '' : Buffer.concat(chunks).toString('utf8')
}
