import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import type { ContainerParts, Machine, MachineRequest, MachineSource, Machines } from '../../../drivers/ports.ts'
import type { DriverErrorCode } from '../../../drivers/errors.ts'
import { DriverError } from '../../../drivers/errors.ts'

/** Faults of a world of machines on demand, and the view from outside. */
export interface MachinesHarm {
  /** Live VM processes, listed or not. */
  living(): Promise<number>
  /** The env that a guest was started with. */
  envOf(name: string): Promise<Readonly<Record<string, string>>>
  kill(name: string): Promise<void>
  /** Its process lives, the guest is silent. */
  hang(name: string): Promise<void>
  failStarts(times: number): Promise<void>
  slowBoots(ms: number): Promise<void>
}

/** Where what stands in for a VM is another thing. */
export interface MachineTraits {
  readonly defaults: { readonly cpus: number; readonly memoryMiB: number }
  /** Of a new machine, beside what has a place of its own. */
  readonly others: Machine['others']
  /** What a machine says of itself beside what a VM does. */
  readonly says: Partial<Machine>
  /** It has a disk of a size that can be asked for. */
  readonly sizesDisks: boolean
  /** What others may open in a seal is what VMs report. */
  readonly opens: boolean
}

export const VM: MachineTraits = {
  defaults: { cpus: 4, memoryMiB: 8192 },
  others: { block_io: '"sync"', disk_durability: '"full"', restart_policy: '"never"' },
  says: {},
  sizesDisks: true,
  opens: true,
}

/** A world with machines, and the helpers that tests need. */
export interface MachinesWorld {
  readonly machines: Machines
  /** Undefined: of VMs. */
  readonly traits?: MachineTraits
  /** What a machine is made from where a test doesn't care; undefined: nothing. */
  readonly source?: MachineSource
  /** A whole archive, where one is opened at creation. */
  readonly archive?: string
  readonly container?: ContainerParts
  /** Absolute path of a Smolfile with this content. */
  smolfile(env: Readonly<Record<string, string>>, bundleIp: string): Promise<string>
  /** An existing, non-empty folder of the host. */
  readonly folder: string
  /** Somebody changes the seal of a stopped machine, in each way that smolvm reports and can take back. */
  open(name: string): Promise<void>
  /** Present if faults can be caused. */
  readonly harm?: MachinesHarm
  /** Machines that ended by themselves, if guests here do that: a test that fails because of one is retried. */
  lost?(): Promise<readonly string[]>
  /** Called after each test, when its machines are gone. */
  cleanup(): Promise<void>
}

export interface Bench extends MachinesWorld {
  /** Names of the test's machines start with it. */
  readonly tag: string
  readonly traits: MachineTraits
  request(change?: Partial<MachineRequest>): Promise<MachineRequest>
  create(change?: Partial<MachineRequest>): Promise<string>
  found(name: string): Promise<Machine>
}

/** Adds a test with its own bench. */
export type Check = (title: string, body: (bench: Bench) => Promise<void>) => void

export const NO_CHANGE = { setEnv: {}, removeEnv: [], cpus: undefined, memoryMiB: undefined, storageGiB: undefined }

/** The expected error. */
export const refuses = async (code: DriverErrorCode, call: () => Promise<unknown>): Promise<DriverError> => {
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.instance(error, DriverError, `not refused, though ${code} was expected`)
  assert.is((error as DriverError).code, code, (error as DriverError).message)
  return error as DriverError
}

export type HarmCheck = (title: string, body: (bench: Bench, harm: MachinesHarm) => Promise<void>) => void

export const createBench = (world: MachinesWorld): Bench => {
  const tag = `bottle-t-${randomBytes(5).toString('hex')}`
  const request: Bench['request'] = async (change = {}) => {
    const env = change.env ?? { A: '1' }
    const bundleIp = change.bundleIp ?? '192.168.77.2'
    return {
      name: tag,
      labels: { 'dev.bottled.owner': tag, 'dev.bottled.hash': 'sha256:0=1' },
      source: world.source ?? { kind: 'bare' },
      ...(world.container === undefined ? {} : { container: world.container }),
      smolfile: await world.smolfile(env, bundleIp),
      env,
      bundleIp,
      mount: undefined,
      command: [],
      cpus: 1,
      memoryMiB: 256,
      storageGiB: undefined,
      ...change,
    }
  }
  return {
    ...world,
    traits: world.traits ?? VM,
    tag,
    request,
    create: async (change) => {
      const asked = await request(change)
      await world.machines.create(asked)
      return asked.name
    },
    found: async (name) => {
      const machine = await world.machines.find(name)
      if (machine === undefined) throw new Error(`machine ${name} isn't found`)
      return machine
    },
  }
}

/**
 * Runs one check in its own world and leaves no machine in it. Throws a failed check, but returns it as words if
 * a machine had ended by itself, which may be the cause.
 */
export const playOn = async (
  make: () => Promise<MachinesWorld>,
  body: (bench: Bench) => Promise<void>,
): Promise<string | undefined> => {
  const world = await make()
  const bench = createBench(world)
  try {
    await body(bench)
    return undefined
  } catch (error) {
    const lost = (await world.lost?.()) ?? []
    if (lost.length === 0) throw error
    return `${lost.join(', ')} had ended by itself; ${String(error)}`
  } finally {
    for (const machine of await world.machines.list())
      if (machine.name.startsWith(bench.tag)) await world.machines.remove(machine.name)
    await world.cleanup()
  }
}
