import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DriverError } from '../errors.ts'
import { dataDirArgs, startArgs } from './args.ts'
import type { Caller } from './caller.ts'
import { isMissing, smolvmError } from './errors.ts'
import { readRegular } from '../reading/read-bounded.ts'
import { stopMachine } from './stop.ts'

const MAX_LOG = 1024 * 1024

/**
 * Starts a VM.
 *
 * Guarantees: a failed start, for whatever reason, is followed by a stop, so that nothing keeps booting
 *   unseen (smolvm-1.32 §1.4). Caveats: a failure of that stop is not reported; the next start must stop first.
 */
export const startMachine = async (caller: Caller, name: string, signal?: AbortSignal): Promise<void> => {
  const begun = Date.now()
  const operation = `start machine ${name}`
  const ended = await caller.call(startArgs(name), { deadlineMs: caller.deadlines.startMs }, signal)
  if (ended.exitCode === 0) return
  if (isMissing(ended) || ended.spawnError !== undefined) throw smolvmError(operation, ended)
  const log = ended.exitCode === undefined ? '' : await startupLog(caller, name, begun)
  // Without `signal`: a started boot must not continue when the controller stops.
  await stopMachine(caller, name).catch(() => undefined)
  const error = smolvmError(operation, ended, log)
  if (error.code !== 'Failed') throw error
  throw new DriverError({ code: 'StartFailed', operation, detail: error.detail, cause: error })
}

/** The reason from the VMM's own log, as smolvm may quote another line (smolvm-1.32 §1.19); '' if it isn't from this start. */
const startupLog = async (caller: Caller, name: string, begun: number): Promise<string> => {
  try {
    const file = join((await caller.call(dataDirArgs(name), { atOnce: true })).stdout.trim(), 'agent-startup-error.log')
    if ((await stat(file)).mtimeMs < begun - 1_000) return ''
    const text = (await readRegular(file, MAX_LOG))?.toString() ?? ''
    const from = Math.max(text.lastIndexOf('\nError: ') + 1, 0)
    return text.slice(from).replace(/\s+/g, ' ').trim().slice(0, 500)
  } catch {
    return ''
  }
}
