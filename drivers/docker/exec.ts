import type { Duplex } from 'node:stream'
import type { Connection } from './connection.ts'
import { demultiplex } from './demultiplex.ts'
import { DriverError, isDriverError } from '../errors.ts'
import { withDeadline } from '../calls/deadline.ts'

/**
 * A command in a container that runs, as `docker exec -i CONTAINER COMMAND` does it.
 *
 * Guarantees: what it writes is read up to `mostBytes`, and for `deadlineMs`; what it reads goes over stdin alone: the Engine
 *   keeps the command's arguments and shows them. That the runtime failed otherwise than for want of the program is `Failed`.
 * Caveats: an exec can't be ended from outside: a command that hangs, and doesn't look for the end of its stdin, stays in its
 *   container.
 */
export interface ExecRequest {
  readonly operation: string
  /** Id. */
  readonly container: string
  readonly command: readonly string[]
  /** Undefined: the container's. */
  readonly user?: string
  readonly stdin?: string
  /** Its stdin ends only with the call. */
  readonly staysOpen?: true
  readonly deadlineMs: number
  /** Of stdout and stderr together. */
  readonly mostBytes: number
}

export interface Executed {
  readonly stdout: string
  readonly stderr: string
  /** Null where the Engine doesn't know it; 126 where the container has no such program that it may run. */
  readonly exitCode: number | null
  /** It wrote more than was read: both texts are empty then. */
  readonly tooMuch: boolean
}

export const execIn = (connection: Connection, request: ExecRequest, signal?: AbortSignal): Promise<Executed> => {
  const { operation, deadlineMs } = request
  return withDeadline({ operation, deadlineMs, signal }, async (inner) => {
    const Id = await makeExec(connection, request, inner)
    const said = await run(connection, { ...request, id: Id }, inner).catch((error: unknown) => {
      // Newer Engines refuse the start itself where 20.10 writes that into the stream.
      if (isDriverError(error) && isAbsent(error.detail)) return undefined
      throw error
    })
    if (said === undefined) return { stdout: '', stderr: '', exitCode: 126, tooMuch: false }
    const { ExitCode } = await connection.json<{ readonly ExitCode: number | null }>(
      { operation, doing: 'read', method: 'GET', path: `/exec/${Id}/json` },
      inner,
    )
    // The runtime fails so, too, where a container ends meanwhile or the host is out of something: that says nothing of the program.
    if (ExitCode !== 0 && REFUSED.test(said.stdout) && !isAbsent(said.stdout))
      throw new DriverError({ code: 'Failed', operation, detail: said.stdout.trim().slice(0, 300) })
    return { ...said, exitCode: ExitCode }
  })
}

/** Makes it, and starts nothing: its id. */
export const makeExec = async (
  connection: Pick<Connection, 'json'>,
  { operation, container, command, user }: Pick<ExecRequest, 'operation' | 'container' | 'command' | 'user'>,
  signal: AbortSignal,
): Promise<string> => {
  const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true }
  const { Id } = await connection.json<{ readonly Id: string }>(
    {
      operation,
      doing: 'read',
      method: 'POST',
      path: `/containers/${container}/exec`,
      body: { ...streams, Cmd: command, ...(user === undefined ? {} : { User: user }) },
    },
    signal,
  )
  return Id
}

/** Starts it: what it reads and writes, framed. `signal` ends the stream. */
export const startExec = (
  connection: Pick<Connection, 'attach'>,
  { operation, id }: { readonly operation: string; readonly id: string },
  signal: AbortSignal,
): Promise<Duplex> =>
  connection.attach(
    { operation, doing: 'read', method: 'POST', path: `/exec/${id}/start`, body: { Detach: false } },
    signal,
  )

const REFUSED = /^OCI runtime exec failed: /i
const ABSENT = /exec: "[^"]*": (executable file not found|stat \S+: no such file or directory|permission denied)/i

/** As the runtime says it of a program. */
const isAbsent = (text: string): boolean => ABSENT.test(text)

const run = async (
  connection: Connection,
  { operation, id, stdin, staysOpen, mostBytes }: ExecRequest & { readonly id: string },
  signal: AbortSignal,
): Promise<Omit<Executed, 'exitCode'>> => {
  const stream = await startExec(connection, { operation, id }, signal)
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  let size = 0
  try {
    // A command that ends early stops reading: not an error.
    stream.on('error', () => undefined)
    stream.write(stdin ?? '')
    if (staysOpen !== true) stream.end()
    await demultiplex(
      stream,
      (from, bytes) => {
        size += bytes.length
        if (size > mostBytes) stream.destroy()
        else chunks[from].push(bytes)
        return undefined
      },
      true,
    ).catch((error: unknown) => {
      // What it wrote before is judged all the same: too much is no answer.
      if (signal.aborted || size <= mostBytes) throw error
    })
  } finally {
    stream.destroy()
  }
  const textOf = (bytes: readonly Buffer[]): string => (size > mostBytes ? '' : Buffer.concat(bytes).toString('utf8'))
  return { stdout: textOf(chunks.stdout), stderr: textOf(chunks.stderr), tooMuch: size > mostBytes }
}
