import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { entry } from '../helpers/entry.ts'

/** `bottled run` as a separate process, as a person starts it. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Controller {
  readonly pid: number
  readonly ended: Promise<Ended>
  stderr(): string
  /** SIGTERM, and how it ended. */
  stop(): Promise<Ended>
  /** SIGKILL: nothing of it runs afterwards. */
  kill(): Promise<Ended>
}

export const REPO = join(import.meta.dirname, '..', '..')
const STOP_MS = 20_000

/** `through`: words before it, of a program that becomes it. */
export const spawnCli = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  through: readonly string[] = [],
): Controller => {
  const [file = '', ...words] = [...through, process.execPath, ...entry('bottled'), ...args]
  const child = spawn(file, words, {
    cwd: REPO,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  const stop = async (): Promise<Ended> => {
    child.kill('SIGTERM')
    const late = new AbortController()
    try {
      return await Promise.race([
        ended,
        sleep(STOP_MS, undefined, { signal: late.signal }).then(() => {
          throw new Error(`bottled ${args.join(' ')} did not end within ${STOP_MS} ms of SIGTERM:\n${stderr}`)
        }),
      ])
    } finally {
      late.abort()
    }
  }
  return {
    pid: child.pid ?? 0,
    ended,
    stderr: () => stderr,
    stop,
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}
