import { createHash } from 'node:crypto'
import type { Caller, Deadlines } from './caller.ts'
import { DriverError, isDriverError } from '../errors.ts'
import { PathError } from '../reading/beside.ts'
import { SOURCE_LIMITS } from '../reading/limits.ts'
import { execArgs } from './args.ts'
import { guestError, reportedError } from './errors.ts'
import { sendTree, unmoved } from './send-tree.ts'

/**
 * Copies a host folder into a guest as one tar stream.
 *
 * Guarantees: the marker is written last and outside the tree, so an interrupted copy doesn't count; both are on the
 *   guest's disk, not only in its memory, so a killed VM has the whole copy or none. The target may exist already: a bare
 *   guest's `/workspace` is a link. Links and modes are kept, the files belong to the guest's user; entries named `.bottled`
 *   and state folders of other names are omitted. A copy in which nothing moves any more is ended, and says who stopped.
 * Assumptions: the host has tar, the guest test, mkdir, tar, sync and touch.
 * Caveats: if the folder changes during the copy, the guest gets a mix of versions.
 */
interface Copy {
  readonly name: string
  readonly target: string
}

export const MARKERS = '/var/lib/bottled'

export const markerOf = (target: string): string =>
  `${MARKERS}/copied-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`

export const hasCopied = async (caller: Caller, { name, target }: Copy, signal?: AbortSignal): Promise<boolean> => {
  const ended = await caller.call(execArgs(name, ['test', '-e', markerOf(target)]), { atOnce: true }, signal)
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
  const run = async (command: readonly string[]): Promise<void> => {
    const ended = await caller.call(execArgs(name, command), { atOnce: true }, signal)
    if (ended.exitCode !== 0) throw guestError(operation, ended)
  }

  const folder = await folderOf(caller, { operation, source }, signal)
  const states = await statesIn(caller, { operation, folder }, signal)
  await run(['mkdir', '-p', target, MARKERS])
  const { deadlines, env } = caller
  const path = env['PATH'] ?? '/usr/bin:/bin'
  await sendTree(
    { operation, folder, states, path, stallMs: deadlines.stallMs, taker: 'the guest' },
    async (stdin, inner) => {
      const command = execArgs(name, ['tar', '-x', '-o', '-f', '-', '-C', target], true)
      const ended = await caller.call(command, { stdin, deadlineMs: deadlines.copyMs, atOnce: true }, inner)
      if (ended.exitCode !== 0) throw guestError(operation, ended)
    },
    signal,
  )
  await run(['sync'])
  await run(['touch', markerOf(target)])
  await run(['sync'])
}

/** State folders of whatever name: what is in them is for controllers alone. */
export const statesIn = async (
  {
    beside,
    deadlines,
  }: { readonly beside: Caller['beside']; readonly deadlines: Pick<Deadlines, 'stallMs' | 'copyMs'> },
  { operation, folder }: { readonly operation: string; readonly folder: string },
  signal?: AbortSignal,
): Promise<readonly string[]> => {
  const { stallMs, copyMs: deadlineMs } = deadlines
  const found = await beside
    .ask<'states'>({ kind: 'states', path: folder }, { operation, stallMs, deadlineMs }, signal)
    .catch((error: unknown) => {
      if (!isDriverError(error, 'Timeout')) throw error
      throw unmoved({ operation, stallMs }, `${folder} can't be read on`)
    })
  if (!found.includes('.')) return found
  throw new DriverError({ code: 'SourceRefused', operation, detail: `${folder} is a controller's state folder` })
}

/** It must lead to itself: what was judged is a canonical path. */
export const folderOf = async (
  { beside }: Pick<Caller, 'beside'>,
  { operation, source }: { readonly operation: string; readonly source: string },
  signal?: AbortSignal,
): Promise<string> => {
  const { lookMs } = SOURCE_LIMITS
  const bounds = { operation, stallMs: lookMs, deadlineMs: lookMs }
  const found = await beside.ask<'look'>({ kind: 'look', path: source }, bounds, signal).catch((error: unknown) => {
    if (error instanceof PathError) return undefined
    throw error
  })
  if (found?.kind === 'folder' && found.canonical === source) return source
  if (found?.kind === 'folder')
    throw new DriverError({ code: 'Busy', operation, detail: `${source} leads to ${found.canonical} by now` })
  throw new DriverError({ code: 'SourceUnavailable', operation, detail: `${source} is not a folder` })
}
