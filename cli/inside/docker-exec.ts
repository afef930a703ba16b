import type { Duplex, Readable, Writable } from 'node:stream'
import type { Connection } from '../../drivers/docker/connection.ts'
import { demultiplex, pour } from '../../drivers/docker/demultiplex.ts'

/**
 * Runs a command in a container, with its streams and its exit code.
 *
 * Guarantees: all of `input` arrives, and its end; the terminal gets our size, and ours is restored afterwards.
 * Caveats: Docker can't end a command from outside: an abandoned one keeps running.
 */
export interface InContainer {
  readonly container: string
  readonly command: readonly string[]
  readonly input: Readable | undefined
  readonly stdout: Writable
  readonly stderr: Writable
  /** Our terminal; undefined for a command that needs none. */
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

interface Size {
  readonly h: number
  readonly w: number
}

export const execInContainer = async (
  connection: Connection,
  { container, command, input, stdout, stderr, terminal }: InContainer,
  signal: AbortSignal,
): Promise<number> => {
  const operation = `run a command in ${container}`
  const attached = { AttachStdin: input !== undefined, AttachStdout: true, AttachStderr: true }
  const tty = { Tty: terminal !== undefined, ...consoleSize(terminal) }
  const { Id } = await connection.json<{ readonly Id: string }>(
    {
      operation,
      doing: 'start',
      method: 'POST',
      path: `/containers/${container}/exec`,
      body: { ...attached, ...tty, Cmd: command },
    },
    signal,
  )
  const stream = await connection.attach(
    {
      operation,
      doing: 'start',
      method: 'POST',
      path: `/exec/${Id}/start`,
      body: { Detach: false, ...tty },
    },
    signal,
  )
  const loan = lend(terminal, (query) => {
    const asked = {
      operation,
      doing: 'start',
      method: 'POST',
      path: `/exec/${Id}/resize`,
      query: { ...query },
    } as const
    connection.request(asked, signal).catch(() => undefined)
  })
  try {
    feed(input, stream)
    let runs = false
    await demultiplex(
      stream,
      (from, bytes) => {
        // Before Engine 23 a size that is sent before the command runs is silently lost.
        if (!runs) loan.tellSize()
        runs = true
        return pour(bytes, from === 'stdout' ? stdout : stderr, signal)
      },
      terminal === undefined,
    )
  } finally {
    loan.giveBack()
    input?.unpipe(stream)
    stream.destroy()
  }
  const { ExitCode } = await connection.json<{ readonly ExitCode: number | null }>(
    { operation, doing: 'read', method: 'GET', path: `/exec/${Id}/json` },
    signal,
  )
  return ExitCode ?? 1
}

/** A command that ended early stops reading: not an error. */
const feed = (input: Readable | undefined, stream: Duplex): void => {
  stream.on('error', () => undefined)
  input?.pipe(stream)
}

const sizeOf = ({ screen }: Terminal): Size | undefined =>
  screen.columns === undefined || screen.rows === undefined ? undefined : { h: screen.rows, w: screen.columns }

/** The initial size, for Engine 23 and later; earlier ones ignore it. */
const consoleSize = (terminal: Terminal | undefined): { readonly ConsoleSize?: readonly [number, number] } => {
  const size = terminal === undefined ? undefined : sizeOf(terminal)
  return size === undefined ? {} : { ConsoleSize: [size.h, size.w] }
}

/** Sends keys as they are pressed, and each change of size. */
const lend = (
  terminal: Terminal | undefined,
  resize: (size: Size) => void,
): { readonly tellSize: () => void; readonly giveBack: () => void } => {
  if (terminal === undefined) return { tellSize: () => {}, giveBack: () => {} }
  const { keyboard, screen } = terminal
  const tellSize = (): void => {
    const size = sizeOf(terminal)
    if (size !== undefined) resize(size)
  }
  if (keyboard.isTTY === true) keyboard.setRawMode?.(true)
  screen.on('resize', tellSize)
  tellSize()
  return {
    tellSize,
    giveBack: () => {
      screen.off('resize', tellSize)
      if (keyboard.isTTY === true) keyboard.setRawMode?.(false)
    },
  }
}
