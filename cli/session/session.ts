import { randomInt } from 'node:crypto'
import { createClock } from '../../controller/time/clock.ts'
import type { Clock } from '../../controller/time/clock.ts'
import { askLine } from './ask-line.ts'
import { createColours, isColoured, plain } from '../print/colour.ts'
import type { Paint } from '../print/colour.ts'
import type { Interrupts } from './interrupts.ts'
import { reportError } from '../print/error.ts'
import { createProgress } from './progress.ts'
import type { Progress } from './progress.ts'
import { findRoot } from './root.ts'

/** The surroundings of a verb. Tests pass their own: a fixed time, a list for each stream. */
export interface Session {
  /** Absolute. */
  readonly root: string
  /** Where the lock is. */
  readonly lockDir: string
  /** The same, or the folder below it that a simulated run works in. */
  readonly stateDir: string
  readonly clock: Clock
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  readonly paint: Paint
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal
  /** Data, on stdout. */
  out(text: string): void
  /** Takes logs in place of stdout and stderr, as a terminal would show them; absent: they go to these streams. */
  readonly log?: (text: string) => void
  /** Hints, progress and questions, on stderr; a line without its newline. */
  say(line: string): void
  /** Prints an error and goes on; returns its exit code. */
  complain(error: unknown): number
  /** Only on a terminal. Undefined: the input ended. */
  ask(question: string): Promise<string | undefined>
  readonly progress: Progress
  /** Lends our terminal to a program; Ctrl-C goes to that program meanwhile. */
  lend<Result>(work: () => Promise<Result>): Promise<Result>
  stdin(): Promise<string>
}

export interface CommonOptions {
  readonly dir?: string
  readonly stateDir?: string
  readonly color?: 'auto' | 'always' | 'never'
}

/** `json`: errors are printed as objects. `anyState`: no state is read or written. */
export const createSession = async (
  options: CommonOptions,
  setting: { readonly interrupts: Interrupts; readonly json: boolean; readonly anyState: boolean },
): Promise<Session> => {
  const { interrupts, json, anyState } = setting
  const { env, stdin, stdout, stderr } = process
  const cwd = process.cwd()
  const terminal = { stdin: stdin.isTTY === true, stdout: stdout.isTTY === true, stderr: stderr.isTTY === true }
  const progress = createProgress({ stream: stderr, terminal: terminal.stderr, env })
  const colours = createColours(() => randomInt(1_000, 10_000))
  // What is printed passes here, and nowhere else.
  const writeTo =
    (stream: NodeJS.WriteStream) =>
    (text: string): void => {
      progress.clear()
      stream.write(colours.reveal(text))
    }
  const say = writeTo(stderr)
  const dir = options.dir ?? env['BOTTLE_DIR']
  const { passedOver, ...place } = await findRoot({ dir, stateDir: options.stateDir, cwd, anyState })
  if (!anyState) for (const why of passedOver) say(`note: ${why}: it is passed over\n`)
  return {
    ...place,
    clock: createClock(),
    cwd,
    env,
    terminal,
    paint: isColoured({ asked: options.color ?? 'auto', env, terminal: terminal.stdout }) ? colours.paint : plain,
    signal: interrupts.signal,
    lend: interrupts.lend,
    progress,
    out: writeTo(stdout),
    say: (line) => say(`${line}\n`),
    complain: (error) => reportError(error, { write: say, json }),
    ask: (question) => askLine(question, interrupts.signal),
    stdin: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of stdin) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}
