import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import type { Caller } from './smolvm-call.ts'
import { DriverError } from './errors.ts'
import { execArgs } from './smolvm-args.ts'
import { guestError } from './smolvm-errors.ts'

/**
 * Copies a host folder into a guest as one tar stream.
 *
 * Guarantees: the marker is written last and outside the tree, so a copy cut short is no copy. The target may exist already:
 *   a bare guest's `/workspace` is a link. Links and modes are kept; folders named `.bottled` stay out.
 * Assumptions: the guest has sh, mkdir and tar.
 */
interface Copy {
  readonly name: string
  readonly target: string
}

const COPY_MS = 30 * 60_000

const markerOf = (target: string): string =>
  `/var/lib/bottled/copied-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`

export const hasCopied = async (caller: Caller, { name, target }: Copy, signal?: AbortSignal): Promise<boolean> => {
  const ended = await caller.call(execArgs(name, ['test', '-e', markerOf(target)]), {}, signal)
  if (ended.exitCode === 0) return true
  // `test` says no with 1 and no words; smolvm's own failures have words.
  if (ended.exitCode === 1 && !ended.stderr.includes('"error"')) return false
  throw guestError(`look into machine ${name}`, ended)
}

export const copyFolderIn = async (
  caller: Caller,
  { name, source, target }: Copy & { readonly source: string },
  signal?: AbortSignal,
): Promise<void> => {
  const operation = `copy ${source} into machine ${name}`
  const found = await stat(source).catch(() => undefined)
  if (found?.isDirectory() !== true)
    throw new DriverError({ code: 'SourceUnavailable', operation, detail: `${source} is no folder` })
  const run = async (command: readonly string[]): Promise<void> => {
    const ended = await caller.call(execArgs(name, command), {}, signal)
    if (ended.exitCode !== 0) throw guestError(operation, ended)
  }
  await run(['mkdir', '-p', target, '/var/lib/bottled'])
  const tar = spawn('tar', ['-C', source, '--exclude', '.bottled', '-cf', '-', '.'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: caller.env['PATH'] ?? '/usr/bin:/bin' },
  })
  const packed = new Promise<number>((resolve) => {
    tar.on('error', () => resolve(127))
    tar.on('close', (code) => resolve(code ?? 1))
  })
  const ended = await caller.call(
    execArgs(name, ['tar', '-xf', '-', '-C', target], true),
    { deadlineMs: COPY_MS, stdin: tar.stdout },
    signal,
  )
  if (ended.exitCode !== 0) {
    tar.kill()
    throw guestError(operation, ended)
  }
  if ((await packed) !== 0)
    throw new DriverError({ code: 'SourceUnavailable', operation, detail: `tar could not read all of ${source}` })
  await run(['touch', markerOf(target)])
}
