import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'

/**
 * Runs git to its end.
 *
 * Guarantees: no shell; its whole group is killed at the deadline, at an abort and when it says too much; never rejects: how it
 *   ended is the answer. Where memory runs out, it goes before the bundle's own process.
 */
export interface GitRun {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly deadlineMs: number
  readonly stdin?: string
  readonly signal?: AbortSignal
}

export interface GitEnded {
  /** undefined: it was killed, or never began. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export const runGit = ({ args, env, cwd, deadlineMs, stdin = '', signal }: GitRun): Promise<GitEnded> =>
  new Promise((resolve) => {
    const child = startGit({ args, env, cwd })
    const out = { stdout: '', stderr: '' }
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      endGroup(child)
    }, deadlineMs)
    const abort = (): void => endGroup(child)
    if (signal?.aborted === true) abort()
    signal?.addEventListener('abort', abort, { once: true })
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        out[name] += text
        if (out[name].length > MOST_OUTPUT) endGroup(child)
      })
    const done = (code: number | null): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      resolve({ code: code ?? undefined, ...out, timedOut })
    }
    child.once('error', () => done(null))
    child.once('close', done)
    child.stdin?.on('error', () => undefined).end(stdin)
  })

const MOST_OUTPUT = 16 * 2 ** 20

/** In a group of its own, all its streams piped. */
export const startGit = ({ args, env, cwd }: Pick<GitRun, 'args' | 'env' | 'cwd'>): ChildProcess => {
  const child = spawn('git', args, { cwd, env, detached: true, stdio: 'pipe' })
  if (child.pid !== undefined) void writeFile(`/proc/${child.pid}/oom_score_adj`, '1000').catch(() => undefined)
  return child
}

/** Asks politely first, so that git removes what it had begun. */
export const endGroup = (child: Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>): void => {
  const { pid } = child
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  signalGroup(pid, 'SIGTERM')
  setTimeout(() => signalGroup(pid, 'SIGKILL'), KILL_AFTER_MS).unref()
}

const KILL_AFTER_MS = 1_000

const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended.
  }
}
