import { spawn } from 'node:child_process'
import { createCaller } from '../../drivers/smolvm/caller.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'

/** Runs smolvm on our terminal; its output and exit code become ours. */
export const runSmolvm = (session: Session, path: string, args: readonly string[]): Promise<number> =>
  session.lend(() => withOurStreams(session, path, args))

const withOurStreams = (session: Session, path: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const { env } = createCaller({ path, env: session.env })
    const child = spawn(path, args, {
      stdio: 'inherit',
      env: { ...env, ...(session.env['TERM'] === undefined ? {} : { TERM: session.env['TERM'] }) },
    })
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        new CliError(
          error.code === 'ENOENT' ? `${path} not found on PATH` : `can't run ${path}: ${error.message}`,
          'pip install smolmachines, or pass its path with --smolvm PATH',
          'ServiceUnavailable',
        ),
      ),
    )
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)))
  })

export const SMOLVM_OPTION = {
  flags: '--smolvm <path>',
  description: 'the smolvm executable',
  default: 'smolvm',
} as const
export const DOCKER_OPTION = { flags: '--docker-host <url>', description: 'unix socket of the Docker Engine' } as const
