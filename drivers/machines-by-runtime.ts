import { DriverError } from './errors.ts'
import type { Machine, Machines } from './ports.ts'

/**
 * The port Machines over both kinds: VMs of smolvm, and containers in their place. Pure.
 *
 * Flow: a request says what is to be made; whatever comes later goes to where the machine of that name is.
 * Guarantees: a name stands for one machine, of either kind; both are listed, and both are looked through before one is made or
 *   called gone, so that a change of the runtime leaves nothing of the other behind.
 * Assumptions: without `vms` this user has none. Caveats: `version` is smolvm's where there is one.
 */
export const machinesByRuntime = ({
  vms,
  containers,
}: {
  /** Undefined: smolvm isn't installed. */
  readonly vms: Machines | undefined
  readonly containers: Machines
}): Machines => {
  if (vms === undefined) return { ...containers, create: async (request, signal) => noVm(request, containers, signal) }

  const find: Machines['find'] = async (name, signal) =>
    (await containers.find(name, signal)) ?? (await vms.find(name, signal))
  const where = async (name: string, signal?: AbortSignal): Promise<Machines> =>
    (await containers.find(name, signal)) === undefined ? vms : containers

  return {
    version: vms.version,
    list: async (signal) => {
      const [first, second] = await Promise.all([vms.list(signal), containers.list(signal)])
      // Mostly there is one kind: then the caller sees by the same list that nothing has changed.
      if (second.length === 0) return first
      const taken = new Set(second.map(({ name }) => name))
      return [...first.filter(({ name }) => !taken.has(name)), ...second]
    },
    mark: async () => {
      const [first, second] = await Promise.all([vms.mark(), containers.mark()])
      return first === undefined || second === undefined ? undefined : `${first} ${second}`
    },
    find,
    create: async (request, signal) => {
      const isContainer = request.container !== undefined
      const other: Machine | undefined = await (isContainer ? vms : containers).find(request.name, signal)
      if (other !== undefined)
        throw new DriverError({
          code: 'NameTaken',
          operation: `create machine ${request.name}`,
          detail: `${isContainer ? 'a VM' : 'a container'} of that name exists`,
        })
      await (isContainer ? containers : vms).create(request, signal)
    },
    start: async (name, signal) => (await where(name, signal)).start(name, signal),
    stop: async (name, signal) => {
      // Also the seal of a container that is gone.
      await containers.stop(name, signal)
      if ((await where(name, signal)) === vms) await vms.stop(name, signal)
    },
    remove: async (name, signal) => {
      await containers.remove(name, signal)
      await vms.remove(name, signal)
    },
    change: async (name, change, signal) => (await where(name, signal)).change(name, change, signal),
    reseal: async (name, seal, signal) => (await where(name, signal)).reseal(name, seal, signal),
    hasCopy: async (name, target, signal) => (await where(name, signal)).hasCopy(name, target, signal),
    copyIn: async (name, source, target, signal) => (await where(name, signal)).copyIn(name, source, target, signal),
  }
}

const noVm = (
  request: Parameters<Machines['create']>[0],
  containers: Machines,
  signal: AbortSignal | undefined,
): Promise<void> => {
  if (request.container !== undefined) return containers.create(request, signal)
  throw new DriverError({
    code: 'Unavailable',
    operation: `create machine ${request.name}`,
    detail: 'smolvm, which runs VMs, is not installed',
    hint: 'pip install smolmachines, and start bottled again; or spec.machine.runtime: container',
  })
}
