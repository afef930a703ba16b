import { execa } from 'execa'
import type { Readable } from 'node:stream'

/**
 * Runs a command to its end.
 *
 * Guarantees: argv is passed as it is, never through a shell's parsing; nothing of our environment is inherited; output is
 *   capped; at the deadline or an abort the command gets TERM, and KILL 2 s later. Never throws: how it ended is the result.
 * Caveats: the command inherits no environment, yet a shell adds PWD and the like.
 */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly deadlineMs: number
  readonly umask: number
  readonly stdin?: Readable
}

export interface Ended {
  /** Undefined if a signal ended it or it never began. */
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  readonly aborted: boolean
  /** Why it never began: ENOENT, EACCES. A command's own exit code of 127 is none. */
  readonly spawnError: string | undefined
}

const MAX_OUTPUT = 16 * 1024 * 1024

/** A shell only sets the umask; the command and its arguments are its positional parameters. */
const WITH_UMASK = 'umask "$1"; shift; exec "$@"'
/** The shell complains under this name if it can't run the command. */
const SHELL = 'bottled-exec'

export const runCommand = async (command: Command, signal?: AbortSignal): Promise<Ended> => {
  const { file, args, env, deadlineMs, umask, stdin } = command
  if (signal?.aborted === true) return { exitCode: undefined, stdout: '', stderr: '', timedOut: false, aborted: true, spawnError: undefined }
  const result = await execa('/bin/sh', ['-c', WITH_UMASK, SHELL, umask.toString(8).padStart(3, '0'), file, ...args], {
    env,
    extendEnv: false,
    reject: false,
    timeout: deadlineMs,
    forceKillAfterDelay: 2_000,
    maxBuffer: MAX_OUTPUT,
    stripFinalNewline: false,
    ...(stdin === undefined ? { stdin: 'ignore' as const } : { input: stdin }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  })
  const spawnError = result.code === 'ENOENT' || result.code === 'EACCES' ? result.code : shellError(result.exitCode, result.stderr)
  return {
    exitCode: spawnError === undefined ? result.exitCode : undefined,
    stdout: result.stdout,
    stderr: result.stderr,
    timedOut: result.timedOut,
    aborted: result.isCanceled,
    spawnError,
  }
}

const shellError = (exitCode: number | undefined, stderr: string): string | undefined => {
  if (!stderr.startsWith(`${SHELL}: `)) return undefined
  return exitCode === 127 ? 'ENOENT' : exitCode === 126 ? 'EACCES' : undefined
}
