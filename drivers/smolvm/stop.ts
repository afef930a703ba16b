import { setTimeout as sleep } from 'node:timers/promises'
import type { Caller } from './caller.ts'
import { cancelled } from '../errors.ts'
import { dataDirArgs, statusArgs, stopArgs } from './args.ts'
import { isMissing, smolvmError } from './errors.ts'
import { parseMachine } from './machine-shapes.ts'
import { bootConfigOf } from './vm-process.ts'

/**
 * Stops a VM by every means (smolvm-1.32 §1.4, §1.6).
 *
 * Flow: `stop`, twice more if the guest doesn't confirm that its disk is synced; then the VMM is killed, but only if its
 *   command line shows this machine; then `stop` updates smolvm's record.
 * Guarantees: a missing machine counts as stopped. Caveats: the escalation may lose the guest's unwritten data.
 */
const TRIES = 3
const PAUSE_MS = 500

export const stopMachine = async (caller: Caller, name: string, signal?: AbortSignal): Promise<void> => {
  const operation = `stop machine ${name}`
  for (let tries = 1; ; tries++) {
    const ended = await caller.call(stopArgs(name), { deadlineMs: caller.deadlines.stopMs, atOnce: true }, signal)
    if (ended.exitCode === 0 || isMissing(ended)) return
    const error = smolvmError(operation, ended)
    if (error.code !== 'StopRefused' && error.code !== 'Timeout' && error.code !== 'Busy') throw error
    if (tries > TRIES || (tries === TRIES && !(await killVm(caller, name, signal)))) throw error
    await pause(operation, signal)
  }
}

const pause = async (operation: string, signal?: AbortSignal): Promise<void> => {
  try {
    await sleep(PAUSE_MS, undefined, signal === undefined ? {} : { signal })
  } catch (cause) {
    throw cancelled(operation, cause)
  }
}

/** True if the VM's own process was found and killed. */
const killVm = async (caller: Caller, name: string, signal?: AbortSignal): Promise<boolean> => {
  const { stdout } = await caller.call(statusArgs(name), { atOnce: true }, signal)
  const pid = parseMachine(stdout)?.pid
  const folder = (await caller.call(dataDirArgs(name), { atOnce: true }, signal)).stdout.trim()
  if (pid === undefined || folder === '') return false
  if ((await bootConfigOf(pid)) !== `${folder}/boot-config.json`) return false
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
  return true
}
