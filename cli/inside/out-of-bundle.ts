import { posix } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Connection } from '../../drivers/docker/connection.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { CliError } from '../print/cli-error.ts'
import type { Sender } from './copy-out.ts'
import { execInContainer } from './docker-exec.ts'
import { finished, isNotThere, NO_PROGRAM, packArgs, whyOf } from './packer.ts'
import { createSaid } from './said.ts'

/** By the Engine; it sees no tmpfs, but the container's own tar does. */
export const outOfBundle =
  (connection: Connection, container: string): Sender =>
  async (path, reader, signal) => {
    const operation = `copy ${path} out of ${container}`
    const asking = { operation, doing: 'read', method: 'GET', path: `/containers/${container}/archive` } as const
    const stream = await connection.open({ ...asking, query: { path } }, signal).catch((error: unknown) => {
      if (isDriverError(error, 'NotFound')) return undefined
      throw error
    })
    if (stream !== undefined) return reader.tar(stream).finally(() => stream.destroy())
    const said = createSaid()
    return finished(
      (out, inner) =>
        execInContainer(
          connection,
          {
            container,
            command: packArgs(path),
            input: undefined,
            stdout: out,
            stderr: said.stream(),
            terminal: undefined,
          },
          inner,
        ),
      {
        reader,
        failure: (exitCode) => failureOf(path, { container, exitCode, why: said.text() }),
        out: new PassThrough(),
      },
      signal,
    )
  }

const failureOf = (
  path: string,
  { container, exitCode, why }: { readonly container: string; readonly exitCode: number; readonly why: string },
): CliError => {
  const look = `bottlectl exec NAME -c bundle -- ls ${posix.dirname(path)}`
  if (NO_PROGRAM.has(exitCode))
    return new CliError(`${path} is not in the image of ${container}, which has no tar to look in its tmpfs`, look)
  if (why === '' || isNotThere(path, why)) return new CliError(`${path} is not in ${container}`, look, 'NotFound')
  return new CliError(`can't copy all of ${path} out of ${container}: ${whyOf(why)}`, look)
}
