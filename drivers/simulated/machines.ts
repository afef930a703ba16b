import type { Machine, MachineRequest, Machines } from '../ports.ts'
import { DriverError } from '../errors.ts'
import { type Call, type Context, refuse, throwIfAborted } from './context.ts'
import type { SimulatedMachine, World } from './world.ts'

/**
 * smolvm's machines. As there, a boot takes its time with `created` (or `stopped`) still showing, goes on when nobody waits
 * for it any more, and a second start ends both.
 */
export const createSimulatedMachines = (context: Context): Machines => {
  const { world } = context
  const call = (verb: string, name: string): Call => ({
    port: 'machines',
    verb,
    target: name,
    operation: `${verb} machine ${name}`,
  })

  const needed = (name: string, operation: string): SimulatedMachine => {
    const machine = world.machines[name]
    if (machine === undefined) throw refuse('NotFound', operation, `vm not found: ${name}`)
    return machine
  }

  const requireSource = async (request: MachineRequest, operation: string): Promise<void> => {
    const paths = [
      ...('path' in request.source ? [request.source.path] : []),
      ...(request.mount === undefined ? [] : [request.mount.source]),
    ]
    const { guestFolder } = request
    if (guestFolder !== undefined && world.missing.includes(guestFolder))
      throw refuse('SourceUnavailable', operation, `mount source not found: ${guestFolder}`)
    for (const path of paths) {
      if (world.archives.includes(path) || (await context.realpath(path)) !== undefined) continue
      throw refuse('SourceUnavailable', operation, `cannot read ${path}: No such file or directory`)
    }
  }

  /** The boot that this call began, whoever ended it meanwhile. */
  const come = (name: string, token: number, operation: string): void => {
    const machine = world.machines[name]
    if (machine?.boot !== token) throw refuse('StartFailed', operation, 'boot process was killed by SIGTERM')
    delete machine.boot
    machine.state = 'running'
    machine.booted = true
    machine.pid = context.nextSerial()
  }

  const halt = (machine: SimulatedMachine): void => {
    delete machine.boot
    delete machine.pid
    delete machine.lastExit
    if (machine.state !== 'created') machine.state = 'stopped'
  }

  const start = async (name: string, signal?: AbortSignal): Promise<void> => {
    const { operation } = call('start', name)
    let token = undefined as number | undefined
    try {
      await context.change(call('start', name), signal, () => {
        const machine = needed(name, operation)
        if (machine.state === 'running') return
        if (machine.boot !== undefined) {
          delete machine.boot
          throw refuse('StartFailed', operation, 'another process is already starting or running this VM')
        }
        token = context.nextSerial()
        machine.boot = token
      })
      if (token === undefined) return
      const { mount } = needed(name, operation)
      const mounted = mount === undefined ? undefined : ((await context.realpath(mount)) ?? mount)
      if (mounted !== undefined) needed(name, operation).mounted = mounted
      await context.wait(call('start', name), 'boot', signal)
      throwIfAborted(operation, signal)
    } catch (error) {
      // The driver follows a start that did not return well by a stop. What isn't ours to judge is a crash: the VM boots on.
      const machine = world.machines[name]
      if (error instanceof DriverError && token !== undefined && machine?.boot === token)
        await context.effect(call('stop', name), () => halt(machine))
      throw error
    }
    const begun = token
    await context.effect(call('booted', name), () => come(name, begun, operation))
  }

  const running = (name: string, operation: string): SimulatedMachine => {
    const machine = needed(name, operation)
    if (machine.state !== 'running') throw refuse('Busy', operation, `machine '${name}' is not running`)
    return machine
  }

  return {
    version: (signal) =>
      context.read({ ...call('version', ''), operation: 'run smolvm --version' }, signal, () => world.smolvm.version),

    list: (signal) =>
      context.read({ ...call('list', ''), operation: 'list machines' }, signal, () =>
        Object.keys(world.machines)
          .sort()
          .flatMap((name) => listedMachine(world, name)),
      ),

    mark: async () => String(world.revision),

    find: (name, signal) => context.read(call('find', name), signal, () => listedMachine(world, name)[0]),

    create: async (request, signal) => {
      const { name } = request
      const { operation } = call('create', name)
      if (!NAME.test(name) || name.includes('--'))
        throw refuse('InvalidRequest', operation, `invalid machine name '${name}'`)
      const { cpus = 1, memoryMiB = 64, storageGiB = 1 } = request
      if (cpus < 1 || memoryMiB < 64 || storageGiB < 1)
        throw refuse('InvalidRequest', operation, 'validate resources: too small')
      await requireSource(request, operation)
      await context.change(call('create', name), signal, () => {
        if (world.machines[name] !== undefined)
          throw refuse('NameTaken', operation, `machine '${name}' already exists or is being created`)
        world.machines[name] = { ...made(request), createdAt: Math.floor(context.now() / 1000) }
      })
    },

    start,

    stop: (name, signal) =>
      context.change(call('stop', name), signal, () => {
        const machine = world.machines[name]
        if (machine !== undefined) halt(machine)
      }),

    remove: async (name, signal) => {
      await context.change(call('remove', name), signal, () => {
        delete world.machines[name]
      })
    },

    change: (name, change, signal) =>
      context.change(call('change', name), signal, () => {
        const { operation } = call('change', name)
        const machine = needed(name, operation)
        if (machine.state === 'running')
          throw refuse('Busy', operation, 'invalid vm state: expected stopped, got Running')
        const { storageGiB } = change
        if (storageGiB !== undefined && storageGiB < (machine.storageGiB ?? DEFAULT_STORAGE_GIB)) {
          throw refuse('InvalidRequest', operation, 'resize: storage disk cannot be shrunk')
        }
        if (storageGiB !== undefined && storageGiB !== machine.storageGiB && !machine.booted) {
          throw refuse('InvalidRequest', operation, 'expand storage disk: No such file or directory')
        }
        for (const key of change.removeEnv) delete machine.env[key]
        Object.assign(machine.env, change.setEnv)
        machine.cpus = change.cpus ?? machine.cpus
        machine.memoryMiB = change.memoryMiB ?? machine.memoryMiB
        if (storageGiB !== undefined) machine.storageGiB = storageGiB
        if (change.container !== undefined) machine.container = change.container
        if (change.mounts === undefined) return
        // Removed before it is added, as all that isn't asked for.
        delete machine.guestFolder
        if (change.mounts.guestFolder !== undefined) machine.guestFolder = change.mounts.guestFolder
        const { mounts: _, ...left } = machine.opened ?? {}
        if (machine.opened !== undefined) machine.opened = left
      }),

    reseal: (name, { bundleIp, guestFolder }, signal) =>
      context.change(call('reseal', name), signal, () => {
        const { operation } = call('reseal', name)
        const machine = needed(name, operation)
        if (machine.state === 'running')
          throw refuse('Busy', operation, 'invalid vm state: expected stopped, got Running')
        machine.allowedCidrs = [`${bundleIp}/32`]
        if (guestFolder === undefined) delete machine.guestFolder
        else machine.guestFolder = guestFolder
        const { network, others = {} } = machine.opened ?? {}
        // Only what smolvm can't set again stays as it is.
        const left = Object.fromEntries(Object.entries(others).filter(([key]) => !RESEALED.has(key)))
        delete machine.opened
        if (network === false || Object.keys(left).length > 0)
          machine.opened = { ...(network === false ? { network } : {}), others: left }
      }),

    hasCopy: (name, target, signal) =>
      context.read(
        call('hasCopy', name),
        signal,
        () => running(name, `look into machine ${name}`).copies[target] !== undefined,
      ),

    copyIn: async (name, source, target, signal) => {
      const operation = `copy ${source} into machine ${name}`
      if ((await context.realpath(source)) === undefined)
        throw refuse('SourceUnavailable', operation, `${source} does not exist`)
      await context.change({ ...call('copyIn', name), operation }, signal, () => {
        running(name, operation).copies[target] = source
      })
    },
  }
}

const NAME = /^[A-Za-z0-9]([A-Za-z0-9_-]{0,126}[A-Za-z0-9_])?$/
const RESEALED = new Set(['gpu', 'block_io', 'disk_durability'])
const DEFAULT_CPUS = 4
const DEFAULT_MEMORY_MIB = 8192
const DEFAULT_STORAGE_GIB = 20

const made = (request: MachineRequest): SimulatedMachine => ({
  name: request.name,
  labels: { ...request.labels },
  ...(request.container === undefined ? {} : { container: request.container }),
  state: 'created',
  booted: false,
  cpus: request.cpus ?? DEFAULT_CPUS,
  memoryMiB: request.memoryMiB ?? DEFAULT_MEMORY_MIB,
  ...(request.storageGiB === undefined ? {} : { storageGiB: request.storageGiB }),
  allowedCidrs: [`${request.bundleIp}/32`],
  dns: request.bundleIp,
  env: { ...request.env },
  copies: {},
  ...('path' in request.source ? { source: request.source.path } : {}),
  ...(request.mount === undefined ? {} : { mount: request.mount.source }),
  ...(request.guestFolder === undefined ? {} : { guestFolder: request.guestFolder }),
})

/** As smolvm lists it; empty if there is none of the name. */
export const listedMachine = ({ machines, smolvm }: Pick<World, 'machines' | 'smolvm'>, name: string): Machine[] => {
  const machine = machines[name]
  return machine === undefined
    ? []
    : [
        {
          name: machine.name,
          labels: { ...machine.labels },
          state: machine.state,
          pid: machine.pid,
          cpus: machine.cpus,
          memoryMiB: machine.memoryMiB,
          storageGiB: machine.storageGiB,
          lastExit: machine.lastExit,
          ...(machine.container === undefined ? {} : { runtime: 'container' as const }),
          network: true,
          allowedHosts: [],
          dnsOptions: [],
          ports: 0,
          mounts: [machine.mount, machine.guestFolder].filter((each) => each !== undefined).length,
          ...machine.opened,
          allowedCidrs: [...machine.allowedCidrs],
          dns: machine.dns,
          createdAt: machine.createdAt,
          others: { ...smolvm.reports, ...machine.opened?.others },
        },
      ]
}
