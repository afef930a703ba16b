import { createSlots } from '../calls/slots.ts'
import { createTurns } from '../calls/turns.ts'
import type { Connection } from '../docker/connection.ts'
import type { Disk } from '../disk/disk.ts'
import { cancelled, DriverError } from '../errors.ts'
import type { Machine, Machines } from '../ports.ts'
import { beside as anyBeside } from '../reading/beside.ts'
import type { Beside } from '../reading/beside.ts'
import { machineOf } from './agent.ts'
import type { InspectedAgent } from './agent.ts'
import { createAgents } from './agents.ts'
import { limitsOf } from './body.ts'
import { copyFolderIn, hasCopied } from './copy.ts'
import { createAgentImages } from './images.ts'
import { createKeptFiles } from './kept.ts'
import type { Kept } from './kept.ts'
import { create, remove, stop } from './life.ts'
import type { Tools } from './life.ts'
import { createLooked } from './looked.ts'
import { createOwnFolders } from './own-folder.ts'
import { requireNoStorage } from './request.ts'
import type { ContainerSeals } from './seals.ts'
import { createShells } from './shells.ts'
import { startAgent } from './start.ts'

/**
 * The port Machines on containers of a Docker Engine.
 *
 * Flow: a machine is one container in the network of another, which holds its seal (`seals.ts`); what Docker can't change of it, or
 *   would show, is in a file and a folder of ours (`kept.ts`, `own-folder.ts`).
 * Guarantees: only containers with our role are seen, changed or removed; what a list says of a seal was read back within a minute,
 *   what `find` says just now; env and secrets are in nothing that Docker shows, and their change keeps the disk.
 * Assumptions: Docker runs on this host and reads our folders. Caveats: the kernel is the host's.
 */
export interface ContainerMachines extends Machines {
  /** Docker said that something happened to this container, or to one that isn't named. */
  noticed(id: string | undefined): void
}

export interface ContainerOptions {
  readonly connection: Connection
  readonly seals: ContainerSeals
  /** Where what must be kept lies: a folder of the state folder. */
  readonly kept: string
  /** Where what a container reads lies: gone after a reboot is good. */
  readonly folders: string
  readonly disk: Pick<Disk, 'writeDurable' | 'remove'>
  readonly path: string
  readonly nowMs: () => number
  readonly beside?: Beside
}

export const createContainerMachines = (options: ContainerOptions): ContainerMachines => {
  const { connection, seals, path, nowMs, beside = anyBeside } = options
  const agents = createAgents(connection)
  const images = createAgentImages(connection, path)
  const files = createKeptFiles(options.kept, options.disk)
  const folders = createOwnFolders(options.folders)
  const shells = createShells()
  const tools: Tools = { connection, beside, path, agents, images, files, folders, seals, shells }
  const alone = createTurns().take
  const slot = createSlots({ most: 8, patienceMs: 15_000 })
  const looked = createLooked(nowMs)
  let changes = 0

  /** What changes it, one at a time for each; the next list looks again. */
  const changing = <T>(name: string, signal: AbortSignal | undefined, operation: string, work: () => Promise<T>) =>
    alone(name, async () => {
      if (signal?.aborted === true) throw cancelled(operation)
      try {
        return await work()
      } finally {
        changes += 1
        looked.forgetName(name)
      }
    })

  const lookAt = async (name: string, inspected: InspectedAgent, signal?: AbortSignal): Promise<Machine> => {
    const isRunning = inspected.State.Status === 'running'
    const [kept, held] = await Promise.all([files.read(name), isRunning ? seals.read(name, signal) : undefined])
    return machineOf({ name, inspected, kept, held })
  }

  const needed = async (name: string, operation: string, signal?: AbortSignal): Promise<InspectedAgent> => {
    const found = await agents.find(name, signal)
    if (found !== undefined) return found
    throw new DriverError({ code: 'NotFound', operation, detail: `No such container: ${name}` })
  }

  const keptOf = async (name: string, operation: string): Promise<Kept> => {
    const kept = await files.read(name)
    if (kept !== undefined) return kept
    throw new DriverError({
      code: 'InvalidRequest',
      operation,
      detail: 'the state folder has lost how it was made',
      hint: 'bottlectl rollout NAME makes it anew, and with it its disk',
    })
  }

  const inState = async (
    name: string,
    operation: string,
    { running, signal }: { readonly running: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<InspectedAgent> => {
    const found = await needed(name, operation, signal)
    const isLive = ['running', 'paused', 'restarting'].includes(found.State.Status)
    if (isLive === running) return found
    throw new DriverError({
      code: 'Busy',
      operation,
      detail: `container ${name} is ${running ? 'not running' : 'running'}`,
    })
  }

  const find: Machines['find'] = async (name, signal) => {
    if (signal?.aborted === true) throw cancelled(`find container ${name}`)
    const inspected = await agents.find(name, signal)
    return inspected === undefined ? undefined : lookAt(name, inspected, signal)
  }

  return {
    noticed: (id) => {
      changes += 1
      if (id !== undefined) looked.forgetId(id)
    },
    version: async (signal) => /^\d+\.\d+\.\d+/.exec((await connection.daemon(signal)).version)?.[0] ?? '0.0.0',
    mark: async () => String(changes),
    list: async (signal) => {
      const listed = await agents.list(signal)
      const machines = await Promise.all(
        listed.map((each) =>
          looked.take(each, () =>
            slot(async () => {
              const inspected = await agents.find(each.name, signal)
              return inspected === undefined ? undefined : lookAt(each.name, inspected, signal)
            }),
          ),
        ),
      )
      looked.keepOnly(listed)
      return machines.filter((each) => each !== undefined)
    },
    find,
    create: (request, signal) => {
      const operation = `create container ${request.name}`
      return changing(request.name, signal, operation, () => create(tools, request, signal))
    },
    start: (name, signal) => {
      const operation = `start container ${name}`
      return changing(name, signal, operation, async () => {
        const found = await needed(name, operation, signal)
        await startAgent(
          { agents, images, files, folders, seals },
          { name, found, kept: await keptOf(name, operation) },
          signal,
        )
      })
    },
    stop: (name, signal) => changing(name, signal, `stop container ${name}`, () => stop(tools, name, signal)),
    remove: (name, signal) => changing(name, signal, `remove container ${name}`, () => remove(tools, name, signal)),
    change: (name, change, signal) => {
      const operation = `update container ${name}`
      return changing(name, signal, operation, async () => {
        requireNoStorage(change.storageGiB, operation)
        const found = await inState(name, operation, { running: false, signal })
        const kept = await keptOf(name, operation)
        const env = Object.fromEntries(
          Object.entries(kept.env).filter(([key]) => !change.removeEnv.includes(key) || key in change.setEnv),
        )
        const next: Kept = {
          ...kept,
          env: { ...env, ...change.setEnv },
          cpus: change.cpus ?? kept.cpus,
          memoryMiB: change.memoryMiB ?? kept.memoryMiB,
          mounts: change.mounts ?? kept.mounts,
          parts: change.container ?? kept.parts,
        }
        await files.write(name, next)
        if (next.cpus === kept.cpus && next.memoryMiB === kept.memoryMiB) return
        await agents.post(`/containers/${found.Id}/update`, { operation, body: limitsOf(next) }, signal)
      })
    },
    reseal: (name, { bundleIp, mount, guestFolder }, signal) => {
      const operation = `reseal container ${name}`
      return changing(name, signal, operation, async () => {
        await inState(name, operation, { running: false, signal })
        const { opened: _, ...kept } = await keptOf(name, operation)
        const mounts = { mount, ...(guestFolder === undefined ? {} : { guestFolder }) }
        await files.write(name, { ...kept, bundleIp, mounts })
      })
    },
    hasCopy: (name, target, signal) => {
      const operation = `look into container ${name}`
      return alone(name, async () => {
        const { Id } = await inState(name, operation, { running: true, signal })
        return hasCopied(tools, { container: Id, operation, target }, signal)
      })
    },
    copyIn: (name, source, target, signal) => {
      const operation = `copy ${source} into container ${name}`
      return alone(name, async () => {
        const { Id } = await inState(name, operation, { running: true, signal })
        const { user } = await keptOf(name, operation)
        await copyFolderIn(tools, { container: Id, operation, source, target, user }, signal)
      })
    },
  }
}
