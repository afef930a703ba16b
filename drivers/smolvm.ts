import type { Machines } from './drivers.ts'
import { DriverError } from './errors.ts'
import { createCaller } from './smolvm-call.ts'
import type { SmolvmOptions } from './smolvm-call.ts'
import { changeArgs, createArgs, listArgs, removeArgs, startArgs } from './smolvm-args.ts'
import { copyFolderIn, hasCopied } from './smolvm-copy.ts'
import { isMissing, smolvmError } from './smolvm-errors.ts'
import { parseMachines } from './smolvm-list.ts'
import { stopMachine } from './smolvm-stop.ts'
import type { Ended } from './subprocess.ts'

/**
 * The port Machines on the smolvm CLI, 1.28.1 or newer.
 *
 * Flow: port verb → argv → exit code, and words only where it failed.
 * Guarantees: never two calls at once on one machine; a start that didn't return well is followed by a stop, so that
 *   nothing boots on behind our back; a removal stops first and then looks whether it is gone.
 * Assumptions: one user, one data folder. Caveats: a list costs 3 s per hung VM; a time-out means unknown.
 */
export interface SmolvmDrivers {
  readonly machines: Machines
  /** Throws `Unavailable`, `VersionUnsupported`. */
  version(signal?: AbortSignal): Promise<string>
  readonly dataFolder: () => string
}

const MINIMUM = [1, 28, 1] as const
/** 30 s without boot progress, the unpacking of an image, the workload's start; emulation is slow. */
const START_MS = 180_000
const LIST_MS = 30_000

export const createSmolvm = (options: SmolvmOptions): SmolvmDrivers => {
  const caller = createCaller(options)
  const { call, alone } = caller

  const done = async (operation: string, ended: Promise<Ended>): Promise<Ended> => {
    const result = await ended
    if (result.exitCode !== 0 || result.timedOut) throw smolvmError(operation, result)
    return result
  }

  const list: Machines['list'] = async (signal) => {
    const operation = 'list machines'
    const { stdout } = await done(operation, call(listArgs, { deadlineMs: LIST_MS }, signal))
    const machines = parseMachines(stdout)
    if (machines === undefined)
      throw new DriverError({ code: 'Failed', operation, detail: `smolvm printed no list: ${stdout.slice(0, 200)}` })
    return machines
  }

  const find: Machines['find'] = async (name, signal) => (await list(signal)).find((machine) => machine.name === name)

  return {
    dataFolder: () => caller.dataFolder,
    version: async (signal) => {
      const operation = `run ${options.path} --version`
      const { stdout } = await done(operation, call(['--version'], { deadlineMs: 10_000 }, signal))
      const version = /^smolvm (\d+)\.(\d+)\.(\d+)/.exec(stdout.trim())
      if (version === null) {
        const detail = `it says "${stdout.trim().slice(0, 80)}": another program of that name`
        throw new DriverError({
          code: 'VersionUnsupported',
          operation,
          detail,
          hint: 'pip install smolmachines, or name the right one with --smolvm PATH',
        })
      }
      const numbers = version.slice(1).map(Number)
      const first = numbers.findIndex((number, index) => number !== MINIMUM[index])
      if (first >= 0 && (numbers[first] ?? 0) < (MINIMUM[first] ?? 0)) {
        throw new DriverError({
          code: 'VersionUnsupported',
          operation,
          detail: `${stdout.trim()} is older than ${MINIMUM.join('.')}`,
          hint: 'pip install --upgrade smolmachines',
        })
      }
      return numbers.join('.')
    },
    machines: {
      list,
      find,
      create: (request, signal) =>
        alone(request.name, async () => {
          await done(`create machine ${request.name}`, call(createArgs(request), { deadlineMs: 120_000 }, signal))
        }),
      start: (name, signal) =>
        alone(name, async () => {
          const ended = await call(startArgs(name), { deadlineMs: START_MS }, signal)
          if (ended.exitCode === 0 && !ended.timedOut) return
          const error = smolvmError(`start machine ${name}`, ended)
          // Not by `signal`: what was begun must not boot on when the controller stops.
          if (!isMissing(ended)) await stopMachine(caller, name).catch(() => undefined)
          throw error.code === 'Failed'
            ? new DriverError({ code: 'StartFailed', operation: error.operation, detail: error.detail, cause: error })
            : error
        }),
      stop: (name, signal) => alone(name, () => stopMachine(caller, name, signal)),
      remove: (name, signal) =>
        alone(name, async () => {
          await stopMachine(caller, name, signal)
          const operation = `remove machine ${name}`
          const ended = await call(removeArgs(name), {}, signal)
          if (ended.exitCode !== 0 && !isMissing(ended)) throw smolvmError(operation, ended)
          if ((await find(name, signal)) !== undefined) {
            throw new DriverError({ code: 'Failed', operation, detail: 'smolvm still lists it' })
          }
        }),
      change: (name, change, signal) =>
        alone(name, async () => {
          const args = changeArgs(name, change)
          if (args !== undefined) await done(`update machine ${name}`, call(args, {}, signal))
        }),
      hasCopy: (name, target, signal) => alone(name, () => hasCopied(caller, { name, target }, signal)),
      copyIn: (name, source, target, signal) =>
        alone(name, () => copyFolderIn(caller, { name, source, target }, signal)),
    },
  }
}
