import type { Writable } from 'node:stream'
import type { Session } from '../session/session.ts'
import { onAbort } from '../../drivers/calls/on-abort.ts'
import { pour } from '../../drivers/docker/demultiplex.ts'
import { runSmolvmWith } from './smolvm-child.ts'
import { createTerminalText } from './terminal-text.ts'

/** Where a log goes: a terminal and `session.log` get harmless text, a file or a pipe every byte. */
export interface Screen {
  /** To be awaited: a reader may be slow. */
  write(bytes: Buffer): Promise<unknown> | undefined
  end(): void
}

export const screensOf = (session: Session): Readonly<Record<'stdout' | 'stderr', Screen>> => ({
  stdout: screenOf(session, process.stdout, session.terminal.stdout),
  stderr: screenOf(session, process.stderr, session.terminal.stderr),
})

const screenOf = ({ signal, log }: Session, to: Writable, isTerminal: boolean): Screen => {
  if (log !== undefined) {
    const { text, end } = createTerminalText()
    return { write: async (bytes) => log(text(bytes)), end: () => log(end()) }
  }
  if (!isTerminal) return { write: (bytes) => pour(bytes, to, signal), end: () => undefined }
  const { text, end } = createTerminalText()
  return {
    write: (bytes) => pour(Buffer.from(text(bytes)), to, signal),
    end: () => void to.write(end()),
  }
}

/** smolvm's output passes through us only where it goes to a terminal or `session.log`; who reads that is no terminal to lend. */
export const logOfMachine = async (session: Session, path: string, args: readonly string[]): Promise<number> => {
  const screens = screensOf(session)
  const { log, signal, terminal } = session
  const piped = (['stdout', 'stderr'] as const).filter((each) => log !== undefined || terminal[each])
  const until = log === undefined ? undefined : signal
  const reading: Promise<void>[] = []
  const exitCode = await session.lend(() =>
    runSmolvmWith(
      session,
      {
        path,
        args,
        stdio: [
          log === undefined ? 'inherit' : 'ignore',
          ...(['stdout', 'stderr'] as const).map((each) => (piped.includes(each) ? 'pipe' : 'inherit')),
        ],
        use: (child) => {
          for (const each of piped) {
            const stream = child[each]
            if (stream === null) continue
            // What it started may hold its pipes for longer than it lives.
            const leave = onAbort(until, () => stream.destroy())
            reading.push(
              (async () => {
                try {
                  for await (const chunk of stream) await screens[each].write(chunk as Buffer)
                } catch (error) {
                  if (until?.aborted !== true) throw error
                } finally {
                  leave()
                }
                screens[each].end()
              })(),
            )
          }
        },
      },
      until,
    ),
  )
  await Promise.all(reading)
  return exitCode
}
