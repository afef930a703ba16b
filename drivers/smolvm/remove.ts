import { rm } from 'node:fs/promises'
import type { Machines } from '../ports.ts'
import { DriverError } from '../errors.ts'
import { dataDirArgs, removeArgs } from './args.ts'
import type { Caller } from './caller.ts'
import { isMissing, smolvmError } from './errors.ts'
import { stopMachine } from './stop.ts'

/**
 * Removes a VM and its disk.
 *
 * Flow: stop, since `delete` alone leaves a boot alive that no list shows; delete; look again.
 * Guarantees: a missing machine counts as removed; nothing of its disk is left, since a machine recreated under its name
 *   would boot from it (smolvm-1.32 §3).
 */
export const removeMachine = async (
  caller: Caller,
  { name, find }: { readonly name: string; readonly find: Machines['find'] },
  signal?: AbortSignal,
): Promise<void> => {
  const operation = `remove machine ${name}`
  // A stop of a missing machine would leave an empty folder.
  if ((await find(name, signal)) === undefined) return
  await stopMachine(caller, name, signal)
  const folder = (await caller.call(dataDirArgs(name), { atOnce: true }, signal)).stdout.trim()
  const ended = await caller.call(removeArgs(name), { deadlineMs: caller.deadlines.stopMs, atOnce: true }, signal)
  if (ended.exitCode !== 0 && !isMissing(ended)) throw smolvmError(operation, ended)
  if ((await find(name, signal)) !== undefined) {
    throw new DriverError({ code: 'Failed', operation, detail: 'smolvm still lists it' })
  }
  if (VM_FOLDER.test(folder)) await rm(folder, { recursive: true, force: true })
}

const VM_FOLDER = /^\/.+\/vms\/[0-9a-f]{16}$/
