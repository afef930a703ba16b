import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf } from '../../drivers/errno.ts'

/**
 * A program on a real pseudo-terminal: `script` of util-linux creates one for the program.
 *
 * Guarantees: the program is in the foreground of its own session, so that Ctrl-C is its SIGINT;
 *   `close` leaves nothing behind.
 */
export interface Terminal {
  /** All output so far. */
  text(): string
  /** The output as a person sees it at the end: redrawn and erased lines in their last state. */
  screen(): readonly string[]
  send(text: string): void
  /** Waits for this output, a minute at most. */
  until(pattern: RegExp): Promise<void>
  /** Waits until there are more than so many characters, and then no output for a while. */
  settled(length: number): Promise<void>
  resize(columns: number): void
  readonly ended: Promise<number | null>
  close(): Promise<void>
}

const QUIET_MS = 300
const PATIENCE_MS = 60_000
export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'

export const openTerminal = (given: {
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
  readonly cwd?: string
}): Terminal => {
  const { command, env = {}, columns = 100, cwd } = given
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-pty-'))
  const tty = join(folder, 'tty')
  const pid = join(folder, 'pid')
  const line = `echo $$ > ${quoted(pid)}; tty > ${quoted(tty)}; stty rows 24 cols ${columns} -echoctl; exec ${command.map(quoted).join(' ')}`
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, SHELL: '/bin/sh', TERM: 'xterm', ...env },
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  const heard = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    for (const listener of heard) listener()
  })
  child.stdin.on('error', () => undefined)
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return {
    text: () => text,
    screen: () => screenOf(text),
    send: (keys) => void child.stdin.write(keys),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no ${String(pattern)} in a minute:\n${text}`)), PATIENCE_MS)
        const look = (): void => {
          if (!pattern.test(text)) return
          clearTimeout(late)
          heard.delete(look)
          resolve()
        }
        heard.add(look)
        void ended.then(() => reject(new Error(`it ended without ${String(pattern)}:\n${text}`)))
        look()
      }),
    settled: async (length) => {
      for (let before = -1; text.length <= length || text.length !== before;) {
        before = text.length
        await sleep(QUIET_MS)
      }
    },
    resize: (to) => void execFileSync('stty', ['-F', readFileSync(tty, 'utf8').trim(), 'cols', String(to)]),
    ended,
    close: async () => {
      // Hung up on only, a shell would still write its history.
      const program = child.exitCode === null && existsSync(pid) ? Number(readFileSync(pid, 'utf8')) : 0
      if (program > 0) await endedByKill(program)
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const endedByKill = async (pid: number): Promise<void> => {
  try {
    process.kill(pid, 'SIGKILL')
    for (;;) {
      process.kill(pid, 0)
      await sleep(5)
    }
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

const ESCAPE = String.fromCodePoint(27)
/** Ctrl-C and Ctrl-D, as the terminal echoes them. */
const ECHOED = new RegExp(`[${CTRL_C}${CTRL_D}]`, 'g')
const COLOURS = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g')

/** The part of a terminal that our output needs: line ends, carriage return, erase to the end of the line. */
const screenOf = (text: string): readonly string[] => {
  const lines = ['']
  let column = 0
  for (const piece of text
    .replace(COLOURS, '')
    .replace(ECHOED, '')
    .split(new RegExp(`(\\r|\\n|${ESCAPE}\\[K)`))) {
    const line = lines.at(-1) ?? ''
    if (piece === '\r') column = 0
    else if (piece === '\n') lines.push('')
    else if (piece === `${ESCAPE}[K`) lines[lines.length - 1] = line.slice(0, column)
    else {
      lines[lines.length - 1] = line.slice(0, column) + piece + line.slice(column + piece.length)
      column += piece.length
    }
  }
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
