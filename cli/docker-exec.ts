import type { Duplex, Readable, Writable } from 'node:stream'
import type { Connection } from '../drivers/docker-connect.ts'
import { demultiplex } from './demultiplex.ts'

/**
 * A command in a container, with its streams and its exit code.
 *
 * Guarantees: what `input` gives arrives whole, and its end, too; a terminal is as large as ours, and ours is as before
 *   afterwards. Caveats: Docker can't end a command from outside: one that is given up on runs on.
 */
export interface InContainer {
  readonly container: string
  readonly command: readonly string[]
  readonly input: Readable | undefined
  readonly stdout: Writable
  readonly stderr: Writable
  /** Ours, to be lent: undefined for a command that needs none. */
  readonly terminal: Terminal | undefined
}

export interface Terminal {
  readonly keyboard: { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown }
  readonly screen: {
    readonly columns?: number
    readonly rows?: number
    on(event: 'resize', listener: () => void): unknown
    off(event: 'resize', listener: () => void): unknown
  }
}

export const execInContainer = async (
  connection: Connection,
  { container, command, input, stdout, stderr, terminal }: InContainer,
  signal: AbortSignal,
): Promise<number> => {
  const operation = `run a command in ${container}`
  const attached = { AttachStdin: input !== undefined, AttachStdout: true, AttachStderr: true }
  const { Id } = await connection.json<{ readonly Id: string }>(
    {
      operation,
      doing: 'start',
      method: 'POST',
      path: `/containers/${container}/exec`,
      body: { ...attached, Tty: terminal !== undefined, Cmd: command },
    },
    signal,
  )
  const stream = await connection.attach(
    {
      operation,
      doing: 'start',
      method: 'POST',
      path: `/exec/${Id}/start`,
      body: { Detach: false, Tty: terminal !== undefined },
    },
    signal,
  )
  const giveBack =
    terminal === undefined
      ? () => {}
      : lend(terminal, (query) => {
          const path = `/exec/${Id}/resize`
          connection.request({ operation, doing: 'start', method: 'POST', path, query }, signal).catch(() => undefined)
        })
  try {
    feed(input, stream)
    await demultiplex(
      stream,
      (from, bytes) => void (from === 'stdout' ? stdout : stderr).write(bytes),
      terminal === undefined,
    )
  } finally {
    giveBack()
    input?.unpipe(stream)
    stream.destroy()
  }
  const { ExitCode } = await connection.json<{ readonly ExitCode: number | null }>(
    { operation, doing: 'read', method: 'GET', path: `/exec/${Id}/json` },
    signal,
  )
  return ExitCode ?? 1
}

/** A command that ended early reads no more: that is no failure. */
const feed = (input: Readable | undefined, stream: Duplex): void => {
  stream.on('error', () => undefined)
  input?.pipe(stream)
}

/** Keys go as they are pressed, and the other side learns the size. */
const lend = (
  { keyboard, screen }: Terminal,
  resize: (size: { readonly h: number; readonly w: number }) => void,
): (() => void) => {
  const tell = (): void => {
    if (screen.columns !== undefined && screen.rows !== undefined) resize({ h: screen.rows, w: screen.columns })
  }
  if (keyboard.isTTY === true) keyboard.setRawMode?.(true)
  screen.on('resize', tell)
  tell()
  return () => {
    screen.off('resize', tell)
    if (keyboard.isTTY === true) keyboard.setRawMode?.(false)
  }
}
