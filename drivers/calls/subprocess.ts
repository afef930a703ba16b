import { execa } from 'execa'
import type { Readable } from 'node:stream'
import { onAbort } from './on-abort.ts'
import { within } from './within.ts'

/**
 * Runs a command to its end.
 *
 * Flow: a shell sets the umask and becomes the command, in a process group and session of its own.
 * Guarantees: argv is passed as it is; nothing of our environment is inherited; a Ctrl-C at our terminal doesn't reach the
 *   command; at the deadline or an abort its whole group gets TERM, and KILL 2 s later; output is capped. Never throws: how
 *   it ended is the result.
 * Caveats: what the command moved into another group, as smolvm does with its VMs, lives on.
 */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly deadlineMs: number
  readonly umask: number
  readonly stdin?: Readable
  /** Characters of stdout, and of stderr, beyond which it is ended. */
  readonly maxOutput?: number
}

export interface Ended {
  /** Undefined if a signal ended it or it never began. */
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  readonly aborted: boolean
  /** It was ended because it wrote too much. */
  readonly overflowed: boolean
  /** Why it never began. */
  readonly spawnError: 'ENOENT' | 'EACCES' | undefined
}

const MAX_OUTPUT = 16 * 1024 * 1024
const KILL_AFTER_MS = 2_000
/** The shell's `$0`, with which it begins its own complaints, so that they are told from the command's. */
const SHELL = 'bottled-exec'
const WITH_UMASK = 'umask "$1"; shift; exec "$@"'

export const runCommand = async (command: Command, signal?: AbortSignal): Promise<Ended> => {
  const { file, args, env, deadlineMs, umask, stdin, maxOutput = MAX_OUTPUT } = command
  if (signal?.aborted === true) return { ...NEVER_BEGAN, aborted: true }
  const child = execa('/bin/sh', ['-c', WITH_UMASK, SHELL, umask.toString(8).padStart(3, '0'), file, ...args], {
    env,
    extendEnv: false,
    cwd: '/',
    detached: true,
    reject: false,
    maxBuffer: maxOutput,
    stripFinalNewline: false,
    ...(stdin === undefined ? { stdin: 'ignore' as const } : { input: stdin }),
  })

  let reason: 'deadline' | 'abort' | undefined
  let killer: NodeJS.Timeout | undefined
  try {
    const {
      exitCode,
      signal: killedBy,
      stdout,
      stderr,
      isMaxBuffer,
    } = await within({ timeoutMs: deadlineMs, signal }, async (inner) => {
      onAbort(inner, () => {
        reason = signal?.aborted === true ? 'abort' : 'deadline'
        signalGroup(child.pid, 'SIGTERM')
        killer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS)
      })
      return await child
    })
    const spawnError = stderr.startsWith(`${SHELL}: `) ? SHELL_CODES[exitCode ?? 0] : undefined
    return {
      exitCode: spawnError === undefined ? exitCode : undefined,
      signal: killedBy,
      stdout,
      stderr,
      timedOut: reason === 'deadline',
      aborted: reason === 'abort',
      overflowed: isMaxBuffer,
      spawnError,
    }
  } finally {
    clearTimeout(killer)
  }
}

const SHELL_CODES: Readonly<Record<number, Ended['spawnError']>> = { 126: 'EACCES', 127: 'ENOENT' }

const NEVER_BEGAN: Ended = {
  exitCode: undefined,
  signal: undefined,
  stdout: '',
  stderr: '',
  timedOut: false,
  aborted: false,
  overflowed: false,
  spawnError: undefined,
}

const signalGroup = (pid: number | undefined, name: 'SIGTERM' | 'SIGKILL'): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // The last of the group is gone.
  }
}
