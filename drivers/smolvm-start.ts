import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Caller } from './smolvm-call.ts'
import { DriverError } from './errors.ts'
import { dataDirArgs, startArgs } from './smolvm-args.ts'
import { isMissing, smolvmError } from './smolvm-errors.ts'
import { stopMachine } from './smolvm-stop.ts'

/**
 * Starts a VM.
 *
 * Guarantees: a start that did not return well is followed by a stop, as its VM may boot on (smolvm-1.32 §1.4); that stop
 *   is never cut short. What smolvm quotes of a failed boot is often an idle line of a log: the VMM's own last words are
 *   added where it left any (§1.19).
 */
/** 30 s without boot progress, the unpacking of an image, the workload's start; emulation is slow. */
const START_MS = 180_000

export const startVm = async (caller: Caller, name: string, signal?: AbortSignal): Promise<void> => {
  const operation = `start machine ${name}`
  const begunMs = Date.now()
  const ended = await caller.call(startArgs(name), { deadlineMs: START_MS }, signal)
  if (ended.exitCode === 0 && !ended.timedOut) return
  const error = smolvmError(operation, ended)
  if (isMissing(ended) || ended.spawnError !== undefined) throw error
  const words = error.code === 'Aborted' || error.code === 'Timeout' ? undefined : await lastWords(caller, name, begunMs)
  const failed = await stopMachine(caller, name).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (failed !== undefined) {
    throw new DriverError({ code: error.code, operation, detail: `${error.detail}; and it may still boot: ${message(failed)}`, cause: error })
  }
  if (words !== undefined && !error.detail.includes(words)) {
    throw smolvmError(operation, { ...ended, stderr: `Error: ${error.detail} (start machine: ${words})` })
  }
  throw error.code === 'Failed' ? new DriverError({ code: 'StartFailed', operation, detail: error.detail, cause: error }) : error
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The last line of the VMM's own log, if this start wrote it. */
const lastWords = async (caller: Caller, name: string, begunMs: number): Promise<string | undefined> => {
  const folder = (await caller.call(dataDirArgs(name))).stdout.trim()
  if (folder === '') return undefined
  const path = join(folder, 'agent-startup-error.log')
  try {
    if ((await stat(path)).mtimeMs < begunMs - 1_000) return undefined
    return (await readFile(path, 'utf8')).trim().split('\n').at(-1)?.replace(/^Error: /, '').slice(0, 500) || undefined
  } catch {
    return undefined
  }
}
