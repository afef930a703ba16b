import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { onAbort } from '../../drivers/calls/on-abort.ts'
import { createCaller } from '../../drivers/smolvm/caller.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'

/** Runs smolvm on our terminal; its output and exit code become ours. */
export const runSmolvm = (session: Session, path: string, args: readonly string[]): Promise<number> =>
  session.lend(() => runSmolvmWith(session, { path, args, stdio: 'inherit' }, undefined))

export interface SmolvmChild {
  readonly path: string
  readonly args: readonly string[]
  readonly stdio: StdioOptions
  /** Called at once: its pipes are there. */
  readonly use?: (child: ChildProcess) => void
}

const KILL_AFTER_MS = 2_000

/** Its exit code, once its output has been read; an abort ends it. */
export const runSmolvmWith = (
  session: Session,
  { path, args, stdio, use }: SmolvmChild,
  signal: AbortSignal | undefined,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const { env } = createCaller({ path, env: session.env })
    const child = spawn(path, args, {
      stdio,
      env: { ...env, ...(session.env['TERM'] === undefined ? {} : { TERM: session.env['TERM'] }) },
    })
    let killer: NodeJS.Timeout | undefined
    const leave = onAbort(signal, () => {
      child.kill('SIGTERM')
      killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      leave()
      reject(
        new CliError(
          error.code === 'ENOENT' ? `${path} not found on PATH` : `can't run ${path}: ${error.message}`,
          'pip install smolmachines, or pass its path with --smolvm PATH',
          'ServiceUnavailable',
        ),
      )
    })
    child.on('exit', (code, killedBy) => {
      leave()
      clearTimeout(killer)
      resolve(code ?? 128 + (killedBy === 'SIGINT' ? 2 : 15))
    })
    use?.(child)
  })

export const SMOLVM_OPTION = {
  flags: '--smolvm <path>',
  description: 'the smolvm executable',
  default: 'smolvm',
} as const
export const DOCKER_OPTION = { flags: '--docker-host <url>', description: 'unix socket of the Docker Engine' } as const
