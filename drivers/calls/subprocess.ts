import { execa } from 'execa'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { onAbort } from './on-abort.ts'
import { within } from './within.ts'

/**
 * Runs a command to its end.
 *
 * Flow: a shell sets the umask and becomes the command, in a process group and session of its own.
 * Guarantees: argv is passed as it is; nothing of our environment is inherited; a Ctrl-C at our terminal doesn't reach the
 *   command; at the deadline, an abort or too much output its whole group gets TERM, and what is left of it KILL 2 s later,
 *   whether or not the command itself has ended by then; what even that doesn't end (a read that hangs in the kernel, a
 *   child elsewhere that keeps our pipe) is waited for no longer than 2 s more; output is capped. Never throws: how it ended is the result.
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
const LOOK_MS = 50
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
  let giveUp: NodeJS.Timeout | undefined
  let given: (none: undefined) => void = () => undefined
  const givenUp = new Promise<undefined>((resolve) => {
    given = resolve
  })
  const endGroup = (): void => {
    giveUp ??= setTimeout(() => given(undefined), 2 * KILL_AFTER_MS)
    if (killer !== undefined || !signalGroup(child.pid, 'SIGTERM')) return
    killer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS)
  }
  try {
    const ended = await within({ timeoutMs: deadlineMs, signal }, async (inner) => {
      onAbort(inner, () => {
        reason = signal?.aborted === true ? 'abort' : 'deadline'
        endGroup()
      })
      return await Promise.race([child, givenUp])
    })
    if (ended === undefined) {
      child.unref()
      return { ...NEVER_BEGAN, signal: 'SIGKILL', timedOut: reason === 'deadline', aborted: reason === 'abort' }
    }
    const { exitCode, signal: killedBy, stdout, stderr, isMaxBuffer } = ended
    if (isMaxBuffer) endGroup()
    if (killer !== undefined) await groupEnded(child.pid)
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
    clearTimeout(giveUp)
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

/** False: the last of the group is gone. Its number is not given again before that. */
const signalGroup = (pid: number | undefined, name: 'SIGTERM' | 'SIGKILL' | 0): boolean => {
  if (pid === undefined) return false
  try {
    return process.kill(-pid, name)
  } catch {
    return false
  }
}

/** Bounded: one that the KILL reached may lie there until its new parent looks at it. */
const groupEnded = async (pid: number | undefined): Promise<void> => {
  for (let waitedMs = 0; waitedMs <= KILL_AFTER_MS + LOOK_MS && signalGroup(pid, 0); waitedMs += LOOK_MS)
    await sleep(LOOK_MS)
}
