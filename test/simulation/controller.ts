import { silentLogger } from '../../controller/report/log.ts'
import { createManager } from '../../controller/manager.ts'
import { folderSource } from '../../controller/source/folder-source.ts'
import type { Manager, ManagerOptions } from '../../controller/manager.ts'
import type { Folder } from '../../controller/folder/folder.ts'
import type { StateKeeper } from '../../controller/state/state-keeper.ts'
import type { Disk } from '../../drivers/disk/disk.ts'
import type { Drivers } from '../../drivers/ports.ts'
import { createRecords } from '../../drivers/disk/records.ts'
import { createSimulated } from '../../drivers/simulated/simulated.ts'
import { createLife, diskFailure } from './journal.ts'
import type { Entry, Life } from './journal.ts'
import { createLifeDisk } from './life-disk.ts'
import { createLifeFolder } from './life-folder.ts'
import { orderedDisk, orderedDrivers, orderedFolder } from './order.ts'
import { OWN, ROOT, STATE } from './world.ts'
import type { World } from './world.ts'
import { policySource } from '../parts/policies.ts'

/** The production controller, started once on a world. It does nothing after its death. */
export interface Controller {
  readonly manager: Manager
  alive(): boolean
  /** `start` has returned. */
  started(): boolean
  /** The error that `start` threw; a real process would have ended with it. */
  failure(): unknown
  kill(): void
  stop(): Promise<void>
}

/** Bugs planted to check that they are found. */
export interface Planted {
  drivers?(drivers: Drivers, world: World): Drivers
  disk?(disk: Disk, world: World, life: Life): Disk
  folder?(folder: Folder, world: World): Folder
}

export type ControllerOptions = Partial<
  Pick<ManagerOptions, 'graceMs' | 'undoMs' | 'allowMassDelete' | 'acceptDaemon' | 'acceptMachines' | 'workers'>
> & {
  readonly subnetPools?: readonly string[]
  readonly excluded?: readonly string[]
  readonly unsealed?: 'stop' | 'allow'
  readonly runtime?: 'container'
  readonly statusMode?: 'inline' | 'sidecar'
  readonly planted?: Planted
  /** Docker and smolvm take no time. */
  readonly instant?: boolean
}

export const startController = (world: World, options: ControllerOptions = {}): Controller => {
  const { planted = {} } = options
  const life = createLife(world.newLife())
  const clock = world.clock.fork(life.alive)
  const { order } = world
  const lifeDisk = createLifeDisk(world, life)
  const plainDisk = order === undefined ? lifeDisk : orderedDisk(lifeDisk, order)
  const disk = planted.disk?.(plainDisk, world, life) ?? plainDisk
  const lifeFolder = createLifeFolder({ folder: world.folder, journal: world.journal, life, clock })
  const plainFolder = order === undefined ? lifeFolder : orderedFolder(lifeFolder, order)
  const folder = planted.folder?.(plainFolder, world) ?? plainFolder
  const simulated = createSimulated({
    clock,
    random: world.random,
    ...(options.instant === true ? {} : { latency: latencyMs }),
    world: world.state,
    journal: journalOf(world, life),
  })
  const allDrivers: Drivers = { ...simulated, records: createRecords(STATE, disk) }
  const plainDrivers = order === undefined ? allDrivers : orderedDrivers(allDrivers, order)
  const drivers = planted.drivers?.(plainDrivers, world) ?? plainDrivers
  let started = false
  let failure: unknown
  const say = (words: string): void => {
    if (life.alive()) world.said.push(words)
  }

  const manager = createManager({
    drivers,
    source: folderSource({ folder, statusMode: options.statusMode ?? 'inline' }),
    disk,
    clock,
    random: world.random,
    newUid: world.newUid,
    log: { ...silentLogger, warn: say, error: say },
    owner: ownerOf(world, life),
    keeper: keeperOf(world, drivers),
    settings: {
      bundleImage: 'bundle:1',
      root: ROOT,
      stateDir: STATE,
      own: OWN,
      userId: 1000,
      subnets: { pools: options.subnetPools ?? [], excluded: options.excluded ?? [] },
      ...(options.unsealed === undefined ? {} : { unsealed: options.unsealed }),
      ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
    },
    policy: policySource(),
    machines: { uid: 1000, dataFolder: '/home/u/.local/share/smolvm' },
    simulated: false,
    workers: options.workers ?? 8,
    resyncMs: 60_000,
    pollMs: 2_000,
    graceMs: options.graceMs ?? 2_000,
    undoMs: options.undoMs ?? 0,
    allowMassDelete: options.allowMassDelete ?? false,
    acceptDaemon: options.acceptDaemon ?? false,
    acceptMachines: options.acceptMachines ?? false,
  })

  world.onBreak = simulated.break
  const end = (): void => {
    life.end()
    if (world.onBreak === simulated.break) world.onBreak = undefined
  }
  manager.start().then(
    () => {
      started = life.alive()
    },
    (error: unknown) => {
      if (!life.alive()) return
      failure = error
      say(String(error))
      end()
    },
  )
  return {
    manager,
    alive: life.alive,
    started: () => started,
    failure: () => failure,
    kill: end,
    stop: async () => {
      await manager.stop()
      end()
    },
  }
}

/** The effects that the simulated drivers report, in both halves. */
const journalOf = (world: World, life: Life) => {
  const open = new Map<string, Entry>()
  return async ({
    moment,
    ...effect
  }: {
    readonly moment: 'before' | 'after'
    readonly port: string
    readonly verb: string
    readonly target: string
  }): Promise<void> => {
    const key = `${effect.port} ${effect.verb} ${effect.target}`
    const entry = open.get(key)
    if (moment === 'before') open.set(key, await world.journal.begin(life, effect))
    else if (entry !== undefined) {
      open.delete(key)
      await world.journal.end(life, entry)
    }
  }
}

/** What a death leaves unrestored is lost: the next controller knows nothing of it. */
const keeperOf = (world: World, { records }: Drivers): StateKeeper => {
  if (world.stateRemoved) world.guard.forget()
  world.stateRemoved = false
  return {
    check: async () => {
      if (!world.stateRemoved) return { kind: 'kept' }
      await records.restore()
      world.stateRemoved = false
      return { kind: 'restored', what: 'the state was removed; put back from memory' }
    },
  }
}

const ownerOf = (world: World, life: Life): ManagerOptions['owner'] => ({
  get owner() {
    return world.owner
  },
  created: false,
  isOtherRoot: false,
  rootId: '1:1',
  update: async (change) => {
    const next = { ...world.owner, ...change }
    if (JSON.stringify(next) === JSON.stringify(world.owner)) return
    const write = { port: 'disk', verb: 'write', target: `${STATE}/owner` }
    if (world.stateTrouble !== undefined) throw diskFailure(write, world.stateTrouble)
    await world.journal.around(life, write, () => {
      world.owner = next
    })
  },
})

/** Milliseconds; a real boot takes about a hundred times longer than the rest. */
const latencyMs = (port: string, verb: string): number => LATENCY_MS[`${port}.${verb}`] ?? 0

const LATENCY_MS: Readonly<Record<string, number>> = {
  'networks.create': 30,
  'networks.remove': 100,
  'containers.create': 10,
  'containers.start': 100,
  'containers.ready': 200,
  'containers.stop': 100,
  'images.pull': 500,
  'machines.create': 15,
  'machines.boot': 1_200,
  'machines.stop': 300,
  'machines.copyIn': 100,
}
