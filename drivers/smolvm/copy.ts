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
 * Guarantees: the marker is written last and outside the tree, so a copy cut short is no copy; both are on the guest's disk,
 *   not only in its memory, so a VM that is killed keeps all of a copy or has none. The target may exist already: a bare
 *   guest's `/workspace` is a link. Links and modes are kept, what arrives belongs to the guest's user; entries named
 *   `.bottled` stay out.
 * Assumptions: the host has tar, the guest test, mkdir, tar, sync and touch. Caveats: of a folder that is changed
 *   meanwhile the guest gets a mix.
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
  // `test` says no with 1 and no words; smolvm's own failures are objects.
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
  if (found?.isDirectory() !== true) throw unreadable(`${source} is no folder`)
  const run = async (command: readonly string[], stdin?: Readable): Promise<void> => {
    const options = stdin === undefined ? {} : { stdin, deadlineMs: caller.deadlines.copyMs }
    const ended = await caller.call(execArgs(name, command, stdin !== undefined), options, signal)
    if (ended.exitCode !== 0) throw guestError(operation, ended)
  }

  await run(['mkdir', '-p', target, MARKERS])
  const packing = pack(source, caller.env['PATH'] ?? '/usr/bin:/bin')
  const unstarted = await packing.unstarted
  if (unstarted !== undefined) throw unreadable(`this host has no tar that can be run: ${unstarted}`)
  try {
    await run(['tar', '-x', '-o', '-f', '-', '-C', target], packing.stdout)
  } catch (error) {
    packing.stop()
    await packing.failure
    throw error
  }
  const failure = await packing.failure
  if (failure !== undefined) throw unreadable(`tar could not read all of it: ${failure}`)
  await run(['sync'])
  await run(['touch', markerOf(target)])
  await run(['sync'])
}

interface Packing {
  readonly stdout: Readable
  /** Why it can't be run; undefined where it can. */
  readonly unstarted: Promise<string | undefined>
  /** Why what came out isn't all; undefined where it is. */
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

/** A workspace in use changes while it is read: that alone is no failure. */
const isLive = (said: string): boolean =>
  said
    .trim()
    .split('\n')
    .every((line) => /file changed as we read it|File removed before we read it/.test(line))
