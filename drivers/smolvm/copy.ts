import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Caller } from './caller.ts'
import { DriverError } from '../errors.ts'
import { execArgs } from './args.ts'
import { guestError, messageOf, reportedError } from './errors.ts'

/**
 * Copies a host folder into a guest as one tar stream.
 *
 * Guarantees: the marker is written last and outside the tree, so an interrupted copy doesn't count; both are on the
 *   guest's disk, not only in its memory, so a killed VM has the whole copy or none. The target may exist already: a bare
 *   guest's `/workspace` is a link. Links and modes are kept, the files belong to the guest's user; entries named `.bottled`
 *   are omitted. Assumptions: the host has tar, the guest test, mkdir, tar, sync and touch.
 * Caveats: if the folder changes during the copy, the guest gets a mix of versions.
 */
interface Copy {
  readonly name: string
  readonly target: string
}

const MARKERS = '/var/lib/bottled'

const markerOf = (target: string): string =>
  `${MARKERS}/copied-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`

export const hasCopied = async (caller: Caller, { name, target }: Copy, signal?: AbortSignal): Promise<boolean> => {
  const ended = await caller.call(execArgs(name, ['test', '-e', markerOf(target)]), {}, signal)
  if (ended.exitCode === 0) return true
  // `test` fails with 1 and no output; smolvm's own failures are objects.
  if (ended.exitCode === 1 && reportedError(ended.stderr) === undefined) return false
  throw guestError(`look into machine ${name}`, ended)
}

export const copyFolderIn = async (
  caller: Caller,
  { name, source, target }: Copy & { readonly source: string },
  signal?: AbortSignal,
): Promise<void> => {
  const operation = `copy ${source} into machine ${name}`
  const unreadable = (detail: string): DriverError => new DriverError({ code: 'SourceUnavailable', operation, detail })
  const found = await stat(source).catch(() => undefined)
  if (found?.isDirectory() !== true) throw unreadable(`${source} is not a folder`)
  const run = async (command: readonly string[], stdin?: Readable): Promise<void> => {
    const options = stdin === undefined ? {} : { stdin, deadlineMs: caller.deadlines.copyMs }
    const ended = await caller.call(execArgs(name, command, stdin !== undefined), options, signal)
    if (ended.exitCode !== 0) throw guestError(operation, ended)
  }

  await run(['mkdir', '-p', target, MARKERS])
  const packing = pack(source, caller.env['PATH'] ?? '/usr/bin:/bin')
  const unstarted = await packing.unstarted
  if (unstarted !== undefined) throw unreadable(`this host can't run tar: ${unstarted}`)
  try {
    await run(['tar', '-x', '-o', '-f', '-', '-C', target], packing.stdout)
  } catch (error) {
    packing.stop()
    await packing.failure
    throw error
  }
  const failure = await packing.failure
  if (failure !== undefined) throw unreadable(`tar could not read the whole folder: ${failure}`)
  await run(['sync'])
  await run(['touch', markerOf(target)])
  await run(['sync'])
}

interface Packing {
  readonly stdout: Readable
  /** Why it can't run; undefined if it can. */
  readonly unstarted: Promise<string | undefined>
  /** Why the output is incomplete; undefined if it is complete. */
  readonly failure: Promise<string | undefined>
  stop(): void
}

const pack = (source: string, path: string): Packing => {
  const tar = spawn('tar', ['-C', source, '--exclude', '.bottled', '-cf', '-', '.'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: path, LC_ALL: 'C' },
  })
  let said = ''
  tar.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  const unstarted = new Promise<string | undefined>((resolve) => {
    tar.on('spawn', () => resolve(undefined))
    tar.on('error', (error) => resolve(error.message))
  })
  const failure = new Promise<string | undefined>((resolve) => {
    tar.on('close', (code) =>
      resolve(code === 0 || (code === 1 && isLive(said)) ? undefined : messageOf(said) || `it ended with ${code}`),
    )
  })
  return { stdout: tar.stdout, unstarted, failure, stop: () => tar.kill() }
}

/** A workspace in use changes while it is read: that alone isn't a failure. */
const isLive = (said: string): boolean =>
  said
    .trim()
    .split('\n')
    .every((line) => /file changed as we read it|File removed before we read it/.test(line))
