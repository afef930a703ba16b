import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Caller } from './smolvm-call.ts'
import { dataDirArgs, statusArgs, stopArgs } from './smolvm-args.ts'
import { isMissing, smolvmError } from './smolvm-errors.ts'
import { parseMachine } from './smolvm-list.ts'

/**
 * Stops a VM, whatever it takes (smolvm-1.32 §1.4, §1.6).
 *
 * Flow: `stop`, again twice if the guest won't confirm that its disk is in sync; then the VMM is killed, but only if its
 *   command line says that it is this machine's; then `stop` settles the record.
 * Guarantees: a machine that isn't there is stopped. Caveats: the escalation may cost what the guest had not written.
 */
const TRIES = 3

export const stopMachine = async (caller: Caller, name: string, signal?: AbortSignal): Promise<void> => {
  const operation = `stop machine ${name}`
  for (let tries = 0; ; tries++) {
    const ended = await caller.call(stopArgs(name), { deadlineMs: 60_000, atOnce: true }, signal)
    if (ended.exitCode === 0 || isMissing(ended)) return
    const error = smolvmError(operation, ended)
    if (error.code !== 'StopRefused' && error.code !== 'Timeout' && error.code !== 'Busy') throw error
    if (tries === TRIES - 1 && !(await killProcess(caller, name))) throw error
    if (tries >= TRIES) throw error
    await sleep(500, undefined, signal === undefined ? {} : { signal })
  }
}

/** True if the VM's own process was found and killed. */
const killProcess = async (caller: Caller, name: string): Promise<boolean> => {
  const { stdout } = await caller.call(statusArgs(name), { atOnce: true })
  const pid = parseMachine(stdout)?.pid
  const folder = (await caller.call(dataDirArgs(name), { atOnce: true })).stdout.trim()
  if (pid === undefined || folder === '') return false
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  if (!words.includes('_boot-vm') || !words.some((word) => word.startsWith(`${folder}/`))) return false
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended meanwhile, or isn't ours to kill: the next stop tells.
  }
  return true
}
