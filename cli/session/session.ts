import { createClock } from '../../controller/time/clock.ts'
import type { Clock } from '../../controller/time/clock.ts'
import { askLine } from './ask-line.ts'
import { ansi, isColoured, plain } from '../print/colour.ts'
import type { Paint } from '../print/colour.ts'
import type { Interrupts } from './interrupts.ts'
import { reportError } from '../print/error.ts'
import { createProgress } from './progress.ts'
import type { Progress } from './progress.ts'
import { findRoot } from './root.ts'

/** What a verb has of the world around it. Tests give their own: a fixed time, a list for each stream. */
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
  /** Data. */
  out(text: string): void
  /** Hints, progress, questions: lines without their end. */
  say(line: string): void
  /** An error that is not the last word; the exit code it stands for. */
  complain(error: unknown): number
  /** Only on a terminal. Undefined: the input ended. */
  ask(question: string): Promise<string | undefined>
  readonly progress: Progress
  /** Runs a program that has our terminal: Ctrl-C is its own affair meanwhile. */
  lend<Result>(work: () => Promise<Result>): Promise<Result>
  stdin(): Promise<string>
}

export interface CommonOptions {
  readonly dir?: string
  readonly stateDir?: string
  readonly color?: 'auto' | 'always' | 'never'
}

/** `json`: errors are told as objects. */
export const createSession = async (
  options: CommonOptions,
  { interrupts, json }: { readonly interrupts: Interrupts; readonly json: boolean },
): Promise<Session> => {
  const { env, stdin, stdout, stderr } = process
  const cwd = process.cwd()
  const terminal = { stdin: stdin.isTTY === true, stdout: stdout.isTTY === true, stderr: stderr.isTTY === true }
  const progress = createProgress({ stream: stderr, terminal: terminal.stderr, env })
  const say = (text: string): void => {
    progress.clear()
    stderr.write(text)
  }
  return {
    ...(await findRoot({ dir: options.dir ?? env['BOTTLE_DIR'], stateDir: options.stateDir, cwd })),
    clock: createClock(),
    cwd,
    env,
    terminal,
    paint: isColoured({ asked: options.color ?? 'auto', env, terminal: terminal.stdout }) ? ansi : plain,
    signal: interrupts.signal,
    lend: interrupts.lend,
    progress,
    out: (text) => {
      progress.clear()
      stdout.write(text)
    },
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
