import type { Machine, MachineMounts, Machines } from '../ports.ts'
import { DriverError } from '../errors.ts'
import { createCaller } from './caller.ts'
import type { SmolvmOptions } from './caller.ts'
import { changeArgs, createArgs, listArgs, listInWordsArgs, statusArgs } from './args.ts'
import { copyFolderIn, hasCopied } from './copy.ts'
import { isMissing, smolvmError } from './errors.ts'
import { parseMachine, parseMachines } from './machine-shapes.ts'
import { markOf } from './mark.ts'
import { mountFlags, mountsOf, openedIn } from './mounts.ts'
import { removeMachine } from './remove.ts'
import { resealMachine } from './reseal.ts'
import { startMachine } from './start.ts'
import { stopMachine } from './stop.ts'
import { judgeCacheFolder, judgeVersion } from './version.ts'
import type { Ended } from '../calls/subprocess.ts'

/**
 * The port Machines on the smolvm CLI, 1.28.1 or newer.
 *
 * Flow: port verb → argv → exit code, and the output only if it failed.
 * Guarantees: never two calls at once on one machine; a failed start is followed by a stop, so that
 *   nothing keeps booting unseen; a removal stops first and then checks that the machine is gone.
 * Assumptions: one user, one data folder. Caveats: a list costs 3 s per hung VM; a time-out means unknown.
 */
export interface SmolvmDrivers {
  readonly machines: Machines
  /** Throws `Unavailable`, `VersionUnsupported`, and `InvalidRequest` if no VM could start. */
  version(signal?: AbortSignal): Promise<string>
  /** The folder of smolvm's list: another one means other machines. */
  dataFolder(): string
}

export const createSmolvm = (options: SmolvmOptions): SmolvmDrivers => {
  const caller = createCaller(options)
  const { call, alone, deadlines } = caller

  const done = async (operation: string, ended: Promise<Ended>): Promise<Ended> => {
    const result = await ended
    if (result.exitCode !== 0) throw smolvmError(operation, result)
    return result
  }

  let last: { readonly text: string; readonly machines: readonly Machine[] } | undefined
  const list: Machines['list'] = async (signal) => {
    const operation = 'list machines'
    const { stdout } = await done(operation, call(listArgs, { deadlineMs: deadlines.listMs, atOnce: true }, signal))
    // Mostly nothing has changed: then the caller sees it by the same list.
    if (last?.text === stdout) return last.machines
    const machines = parseMachines(stdout) ?? strange(operation, stdout)
    last = { text: stdout, machines }
    return machines
  }

  const find: Machines['find'] = async (name, signal) => {
    const operation = `find machine ${name}`
    const ended = await call(statusArgs(name), { atOnce: true }, signal)
    if (isMissing(ended)) return undefined
    if (ended.exitCode !== 0) throw smolvmError(operation, ended)
    return parseMachine(ended.stdout) ?? strange(operation, ended.stdout)
  }

  /** None where there is nothing to take back or to give. */
  const flagsFor = async (name: string, mounts: MachineMounts, signal?: AbortSignal): Promise<readonly string[]> => {
    const operation = `see the mounts of machine ${name}`
    const found = await find(name, signal)
    if (found === undefined || (found.mounts === 0 && mountsOf(mounts).length === 0)) return []
    const { stdout } = await done(operation, call(listInWordsArgs, { deadlineMs: deadlines.listMs }, signal))
    return mountFlags(openedIn(stdout, found, operation), mounts)
  }

  const version: Machines['version'] = async (signal) => {
    const operation = `run ${options.path} --version`
    const { stdout } = await done(operation, call(['--version'], { atOnce: true }, signal))
    return judgeVersion(operation, stdout)
  }

  return {
    dataFolder: () => caller.dataFolder,
    version: async (signal) => {
      const said = await version(signal)
      judgeCacheFolder(caller.cacheFolder)
      return said
    },
    machines: {
      version,
      list,
      mark: () => markOf(caller.dataFolder),
      find,
      create: (request, signal) =>
        alone(request.name, async () => {
          const made = call(createArgs(request), { deadlineMs: deadlines.createMs }, signal)
          await done(`create machine ${request.name}`, made)
        }),
      start: (name, signal) => alone(name, () => startMachine(caller, name, signal)),
      stop: (name, signal) => alone(name, () => stopMachine(caller, name, signal)),
      remove: (name, signal) => alone(name, () => removeMachine(caller, { name, find }, signal)),
      change: (name, change, signal) =>
        alone(name, async () => {
          const operation = `update machine ${name}`
          const flags = change.mounts === undefined ? [] : await flagsFor(name, change.mounts, signal)
          await done(operation, call(changeArgs(name, change, flags), { atOnce: true }, signal))
        }),
      reseal: (name, seal, signal) =>
        alone(name, () => resealMachine(caller, { name, seal, find: () => find(name, signal) }, signal)),
      hasCopy: (name, target, signal) => alone(name, () => hasCopied(caller, { name, target }, signal)),
      copyIn: (name, source, target, signal) =>
        alone(name, () => copyFolderIn(caller, { name, source, target }, signal)),
    },
  }
}

const strange = (operation: string, said: string): never => {
  throw new DriverError({
    code: 'Failed',
    operation,
    detail: `smolvm did not print a machine list: ${said.slice(0, 200)}`,
  })
}
